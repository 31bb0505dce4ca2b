"""A contract for import-linter: some packages may be imported in some rooms only."""

from __future__ import annotations

from collections.abc import Sequence

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

ROOT = "coffre_cli"


class OnlyIn(Contract):
    """No module outside *rooms* imports one of *packages*; a room that does not exist yet is no error."""

    type_name = "only_in"

    packages: Sequence[str] = fields.ListField(subfield=fields.StringField())  # type: ignore[assignment] # filled in
    rooms: Sequence[str] = fields.ListField(subfield=fields.StringField())  # type: ignore[assignment] # filled in

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - the interface
        """Return every import of one of the packages by a module outside the rooms."""
        strangers = [
            f"{importer} -> {package}"
            for package in self.packages
            if package in graph.modules
            for importer in sorted(graph.find_modules_that_directly_import(package))
            if not self._is_at_home(importer)
        ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line per import that is not allowed."""
        for line in check.metadata["strangers"]:
            output.print_error(line)

    def _is_at_home(self, importer: str) -> bool:
        homes = [f"{ROOT}.{room}" for room in self.rooms]
        return any(importer == home or importer.startswith(f"{home}.") for home in homes)
