"""Verify a signed PDF.

The steps, in this order, each failing closed:

 1. raw scan of the bytes: what is not a PDF, or carries no signature, ends here (`inspect`)
 2. strict reader, else lenient and said (`document`)
 3. the form's fields one by one (`fields`)
 4. signatures in the bytes and not in the form (`hidden`)
 5. sanity of each byte range (`siglayout`)
 6. cryptography, then trust at the time that counts (`signature`, `cms`, `signers`, `trust`)
 7. later revisions: what each changed, and whether the signature permits it (`history`, `changes`)
 8. pages compared as pictures where something visible may have changed (`appearances`)
 9. verdict table (`verdict`)

Unknown means indeterminate, never passed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from coffre_cli.errors import FileMissingError, FileUnreadableError
from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.inspect import EMPTY, Scan, scan
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import Conclusion, Integrity, Verification
from coffre_cli.signing.window import open_window

_PDF_SUFFIXES = frozenset({".pdf", ".pdfa"})


def _system_clock() -> datetime:
    return datetime.now(UTC)


def verify_pdf(
    path: Path,
    trust: Trust,
    *,
    at: datetime | None = None,
    password: str | None = None,
    deposit_time: datetime | None = None,
    diff_dir: Path | None = None,
    pictures: bool = True,
    clock: Callable[[], datetime] = _system_clock,
) -> Verification:
    """Return the verdict on *path*: whether its signatures hold, whose they are, and what changed since.

    *at* is the moment at which certificates are judged when nobody attests an earlier one; *deposit_time* a moment at
    which this very file is known to have existed; *diff_dir* takes pictures of the pages that changed. Without
    *pictures* no page is drawn: what only a picture could settle stays in doubt.

    Raises:
        FileMissingError: There is no such file.
        FileUnreadableError: The system refuses to read it.
    """
    found = _scan(path)
    early = _without_reading(path, found)
    if early is not None:
        return early
    from coffre_cli.signing.verification import Circumstances, verify_scanned  # noqa: PLC0415 - 300 ms of libraries
    from coffre_cli.signing.versions import changed_pages, draw_differences

    circumstances = Circumstances(trust, at or clock(), password, deposit_time, pictures=pictures)
    verdict = verify_scanned(path, found, circumstances)
    if diff_dir is not None:
        draw_differences(path, changed_pages(verdict), diff_dir, password)
    return verdict


def verify_at_a_glance(path: Path) -> Verification | None:
    """Return the verdict that the raw bytes of *path* allow, without any PDF library; None when they do not suffice.

    Raises:
        FileMissingError: There is no such file.
        FileUnreadableError: The system refuses to read it.
    """
    return _without_reading(path, _scan(path))


def _scan(path: Path) -> Scan:
    try:
        if not path.stat().st_size:
            return EMPTY
        with open_window(path) as data:
            return scan(data)
    except FileNotFoundError as error:
        raise FileMissingError(path=path, reason="") from error
    except (OSError, ValueError) as error:
        raise FileUnreadableError(path=path, reason=str(getattr(error, "strerror", None) or error)) from error


def _without_reading(path: Path, found: Scan) -> Verification | None:
    """Return the verdict that the raw bytes allow by themselves, if they do."""
    if not found.is_pdf:
        if path.suffix.lower() in _PDF_SUFFIXES:
            return _verdict(path, Integrity.UNREADABLE, N_("This is not a PDF, whatever its name says."))
        return _verdict(path, Integrity.UNSIGNED, N_("This is not a PDF; there is no signature to verify in it."))
    if not found.has_structure:
        return _verdict(path, Integrity.UNREADABLE, N_("This PDF is damaged beyond reading."))
    if not found.has_signature_marks and not found.mentions_encryption and found.ends_well:
        return _verdict(path, Integrity.UNSIGNED, N_("This document carries no signature."))
    return None


def _verdict(path: Path, integrity: Integrity, message: str) -> Verification:
    conclusion = Conclusion.NONE if integrity is Integrity.UNSIGNED else Conclusion.INDETERMINATE
    return Verification(path, conclusion, integrity, Remark(message))
