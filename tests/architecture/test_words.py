"""Words we never say of ourselves, and places that exist on one machine only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, SOURCE, nothing, repository_files, source_files

# What a user may read: code, catalogue, templates, documentation. French says it in one word; English in many ways.
_CLAIMS = re.compile(
    r"\b(conformes?|certifiée?s?|qualifiée?s?|agréée?s?|accredited|eIDAS[- ](compliant|qualified|certified))\b",
    re.IGNORECASE,
)
ALLOWED = (
    r"non[- ]qualifiée?s?",  # what our certificates are, said as it is
    r"certifiée? par son auteur",  # DocMDP: what the author of a document did to it
    r"(signature|cachet|horodatage)s? électroniques? (non )?qualifiée?s?",  # what a trusted list says of another's
    r"reposant sur un certificat qualifié",  # likewise
    r"\"accredited\"",  # a status of trusted lists before 2016
    r"conforme, certifié, qualifié, agréé",  # the rule itself, quoted
)
_MACHINE_PATHS = re.compile(r"(?<![\w./])/(?:work|root|home/\w+|Users/\w+|tmp/\w+\.\w+)/[\w./-]+")
_TEXT = {".py", ".md", ".txt", ".toml", ".po", ".typ", ".html", ".yml", ".yaml", ".sh", ".json", ".cfg", ""}
_OWN_RULES = {"tests/architecture/test_words.py"}


def claims(text: str) -> Iterator[str]:
    """Give the words of *text* that claim what nobody has granted us."""
    allowed = re.compile("|".join(f"(?:{pattern})" for pattern in ALLOWED), re.IGNORECASE)
    for match in _CLAIMS.finditer(allowed.sub("", text)):
        yield match[0]


def _read_by_users() -> list[Path]:
    named = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "changelog.d").glob("*.md")]
    shipped = [path for path in SOURCE.rglob("*") if path.suffix in {".py", ".po", ".typ", ".html", ".txt", ".json"}]
    return sorted(path for path in [*named, *shipped] if path.is_file())


def test_we_claim_nothing_that_nobody_has_granted_us() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {word}"
        for path in _read_by_users()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        for word in claims(line)
    ]
    nothing(found)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("une signature conforme", ["conforme"]),
        ("Certificat QUALIFIÉ", ["QUALIFIÉ"]),
        ("un certificat non qualifié", []),
        ("conformément à la loi", []),
        ("la certification", []),
        ("an eIDAS-compliant safe", ["eIDAS-compliant"]),
    ],
)
def test_the_search_for_claims_sees_what_it_must(line: str, found: list[str]) -> None:
    assert list(claims(line)) == found


def test_no_path_of_one_machine_is_written_down() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in repository_files()
        if path.suffix in _TEXT and path.relative_to(ROOT).as_posix() not in _OWN_RULES
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        for match in _MACHINE_PATHS.finditer(line)
    ]
    nothing(found)


def test_every_silenced_rule_says_why() -> None:
    silent = re.compile(r"#\s*(noqa(?!: [A-Z0-9, ]+ - \S)|type: ignore(?!\[[\w, -]+\]\s+# \S)|pragma: no)")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in source_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if silent.search(line)
    ]
    nothing(found)


def test_no_work_is_left_for_later_in_a_comment() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    nothing([path for path in source_files() if later.search(path.read_text("utf-8"))])
