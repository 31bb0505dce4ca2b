"""What a verification concludes: the values behind the JSON `coffre.verification/1`, field by field.

Rules: unknown is never `passed`; the file's integrity is the worst of its signatures'; reasons and problems are
catalogue keys with facts, translated at the edge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from coffre_cli.errors import ExitCode
from coffre_cli.model import Remark


class Conclusion(StrEnum):
    """What can be said of a file, or of one signature, in one word."""

    PASSED = "passed"
    INDETERMINATE = "indeterminate"
    FAILED = "failed"
    NONE = "none"
    """There is nothing to verify."""


class Integrity(StrEnum):
    """What became of the signed content, trust left aside."""

    INTACT = "intact"
    EXTENDED = "extended"
    """Later revisions hold only what the signature permits."""
    MODIFIED = "modified"
    """The signed bytes are there; what is shown now is not what was signed."""
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"
    ENCRYPTED = "encrypted"


class SignatureKind(StrEnum):
    """What a signature is for."""

    SIGNATURE = "signature"
    SEAL = "seal"
    TIMESTAMP = "timestamp"


class TimeSource(StrEnum):
    """Whose clock gave the signing time."""

    TSA = "tsa"
    DECLARED = "declared"
    DEPOSIT = "deposit"


class Revocation(StrEnum):
    """What is known of a revocation of the signer's certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """Validation data is there and does not answer."""
    UNCHECKED = "unchecked"
    """No validation data is there."""


class LegalLevel(StrEnum):
    """What an imported trusted list says of a signature (Regulation (EU) 910/2014, article 3)."""

    QUALIFIED = "qualified"
    """A qualified signature, seal or timestamp."""
    ADVANCED = "advanced_qualified_certificate"
    """An advanced one that rests on a qualified certificate: no qualified device is attested."""
    NOT_QUALIFIED = "not_qualified"
    """The list knows the authority, and the certificate is not one of those that it qualifies for this use."""


class ChangeKind(StrEnum):
    """What a later revision did."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    VALIDATION_DATA = "validation_data"
    METADATA = "metadata"
    FIELD = "field"
    ANNOTATION = "annotation"
    PAGE = "page"
    CONTENT = "content"
    STRUCTURE = "structure"
    BYTES = "bytes"
    """Bytes that no revision explains."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done after a signature."""

    revision: int
    """The revision of the file that did it, from 1."""
    kind: ChangeKind
    object: str
    """The field's name, or the path of the object in the document."""
    page: int | None = None
    """The page, from 1."""
    before: str | None = None
    after: str | None = None
    permitted: bool = True
    """Whether the signature allows it."""
    visible: bool = False
    """Whether the reader sees something else because of it, other than the mark of a signature."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who a certificate says the signer is."""

    name: str
    organisation: str | None
    issuer: str
    serial: str
    """Hexadecimal."""
    trusted: bool
    """Whether a trusted root stands above the certificate, at the time that counts."""


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What is known of one signature."""

    field: str
    kind: SignatureKind
    signer: Signer | None
    signing_time: datetime | None
    time_source: TimeSource | None
    level: str | None
    """`B-B` to `B-LTA` (ETSI EN 319 142-1), `PKCS7-…` for the older form, `DTS` for a document timestamp."""
    integrity: Integrity
    conclusion: Conclusion
    covers_whole_file: bool
    changes_after: tuple[Change, ...]
    revocation: Revocation
    problems: tuple[Remark, ...]
    signed_length: int | None = None
    """How many bytes from the start of the file are the version signed."""
    legal_level: LegalLevel | None = None
    """What an imported trusted list says; None: no list says anything."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What is known of one file."""

    file: Path
    conclusion: Conclusion
    integrity: Integrity
    reason: Remark
    signatures: tuple[SignatureVerdict, ...] = ()
    remarks: tuple[Remark, ...] = ()
    """What the reader of the verdict should know besides: a lenient reading, pages not compared."""
    protected_until: datetime | None = None
    """When the certificate ends that protects the signatures last: prolong them before (`extend_pdf`)."""

    @property
    def exit_code(self) -> ExitCode:
        """Return the contract's exit code."""
        return exit_code(self.conclusion, self.integrity)


@dataclass(frozen=True, slots=True)
class KeptVerdict:
    """What was concluded once, and when."""

    at: datetime
    conclusion: Conclusion
    integrity: Integrity

    def differs(self, today: Verification) -> bool:
        """Tell whether *today* another verdict is given."""
        return (self.conclusion, self.integrity) != (today.conclusion, today.integrity)


_CODES = {
    Integrity.MODIFIED: ExitCode.ALTERED,
    Integrity.BROKEN: ExitCode.SIGNATURE_BROKEN,
    Integrity.UNREADABLE: ExitCode.UNREADABLE,
    Integrity.ENCRYPTED: ExitCode.UNREADABLE,
    Integrity.UNSUPPORTED: ExitCode.INDETERMINATE,
    Integrity.UNSIGNED: ExitCode.NOTHING_TO_VERIFY,
}
_FROM_WORST = (
    Integrity.MODIFIED,
    Integrity.BROKEN,
    Integrity.UNREADABLE,
    Integrity.ENCRYPTED,
    Integrity.UNSUPPORTED,
    Integrity.EXTENDED,
    Integrity.INTACT,
    Integrity.UNSIGNED,
)


def exit_code(conclusion: Conclusion, integrity: Integrity) -> ExitCode:
    """Return the exit code of a verdict; only `passed` is ever 0."""
    if integrity in _CODES:
        return _CODES[integrity]
    return ExitCode.DONE if conclusion is Conclusion.PASSED else ExitCode.INDETERMINATE


def worst(integrities: Iterable[Integrity]) -> Integrity:
    """Return the gravest of *integrities*; of none, `unsigned`."""
    return min(integrities, key=_FROM_WORST.index, default=Integrity.UNSIGNED)


def concluded(integrity: Integrity, *, certain: bool) -> Conclusion:
    """Return the word for *integrity*; *certain* says that nothing else is in doubt."""
    if integrity is Integrity.UNSIGNED:
        return Conclusion.NONE
    if integrity in (Integrity.MODIFIED, Integrity.BROKEN):
        return Conclusion.FAILED
    if integrity in (Integrity.INTACT, Integrity.EXTENDED) and certain:
        return Conclusion.PASSED
    return Conclusion.INDETERMINATE
