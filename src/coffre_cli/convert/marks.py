"""Marks in the content of a page (ISO 32000-1, 14.6), and the lists of properties they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.layers import check_property_list
from coffre_cli.convert.resources import named

if TYPE_CHECKING:
    from typing import TypeAlias

    import pikepdf

    Instruction: TypeAlias = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

_MARKS = {"BDC": "BMC", "DP": "MP"}
"""Marks with a list of properties, and those without."""


def names_a_list(instruction: Instruction) -> bool:
    """Whether a mark in the content names a list of properties that stands in the resources."""
    import pikepdf

    operands: Sequence[pikepdf.Object] = getattr(instruction, "operands", ())
    if str(instruction.operator) not in _MARKS:
        return False
    return len(operands) == 2 and isinstance(operands[1], pikepdf.Name)  # noqa: PLR2004 - a tag, and the list


def without_list(instruction: Instruction, resources: pikepdf.Object | None) -> Instruction:
    """Return a mark without its list of properties."""
    import pikepdf

    operands: Sequence[pikepdf.Object] = getattr(instruction, "operands", ())
    check_property_list(named(resources, "/Properties", str(operands[1])))
    return pikepdf.ContentStreamInstruction([operands[0]], pikepdf.Operator(_MARKS[str(instruction.operator)]))
