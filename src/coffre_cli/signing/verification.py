"""Steps 2 to 9 of a verification; `validation` has the list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.changes import judged
from coffre_cli.signing.document import Document, Leniency, PasswordNeededError, UnreadableError, opened
from coffre_cli.signing.evidence import document_evidence, with_signature
from coffre_cli.signing.fields import Field, filled, signature_fields
from coffre_cli.signing.gaps import is_well_formed
from coffre_cli.signing.hidden import hidden_signatures
from coffre_cli.signing.history import History, history
from coffre_cli.signing.inspect import Scan
from coffre_cli.signing.levels import level_of
from coffre_cli.signing.protection import protected_until
from coffre_cli.signing.rawsignature import integrity_of_bytes
from coffre_cli.signing.reasons import reason_for
from coffre_cli.signing.signature import Reading, read_signature, unreadable_signature
from coffre_cli.signing.signers import Dated, attested_time, declared_time, kind_of, own_time, signer_of
from coffre_cli.signing.trust import TIME_STAMPING, Evidence, Standing, standing
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.verdict import (
    Change,
    Conclusion,
    Integrity,
    LegalLevel,
    Revocation,
    SignatureKind,
    SignatureVerdict,
    TimeSource,
    Verification,
    concluded,
    worst,
)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a verification is told besides the file."""

    trust: Trust
    now: datetime
    password: str | None
    deposit_time: datetime | None
    pictures: bool = True
    """Whether pages may be drawn."""


def verify_scanned(path: Path, found: Scan, circumstances: Circumstances) -> Verification:
    """Return the verdict on a file that may carry signatures."""
    try:
        return _attempted(path, found, circumstances)
    except PasswordNeededError:
        return _without_signatures(path, Integrity.ENCRYPTED, N_("This document is encrypted; its password is needed."))
    except Exception as error:  # noqa: BLE001 - malformed files raise anything; nothing is proven then
        return _damaged(path, found, error)


def _attempted(path: Path, found: Scan, circumstances: Circumstances) -> Verification:
    """Verify with the strict reader; where it stumbles, start again with a more lenient one."""
    failure: Exception | None = None
    for leniency in Leniency:
        try:
            with opened(path, password=circumstances.password, leniencies=(leniency,)) as document:
                return _verify(path, found, document, circumstances)
        except PasswordNeededError:
            raise
        except Exception as error:  # noqa: BLE001 - malformed files raise anything; the next reader decides
            failure = error
    raise failure or UnreadableError


def _damaged(path: Path, found: Scan, error: Exception) -> Verification:
    """Say what the bytes alone can tell of a document that no reader makes sense of."""
    integrity = integrity_of_bytes(path, found)
    message = {
        Integrity.MODIFIED: N_("What follows the signed bytes makes this document unreadable; it was not signed."),
        Integrity.BROKEN: N_("This document is damaged, and its signature does not hold."),
    }.get(integrity, N_("This document is damaged; its signatures cannot be judged."))
    conclusion = concluded(integrity, certain=False)
    return Verification(path, conclusion, integrity, Remark(message, (("detail", _name(error)),)))


def _name(error: Exception) -> str:
    return str(error) if isinstance(error, UnreadableError) else type(error).__name__


def _verify(path: Path, found: Scan, document: Document, circumstances: Circumstances) -> Verification:
    fields = filled(signature_fields(document))
    readings = [_reading(field, document) for field in fields]
    present = [reading for reading in readings if reading is not None]
    reachable = [_range_of(field) for field, reading in zip(fields, readings, strict=True) if reading is not None]
    if hidden_signatures(found.ranges, reachable, document):
        return _without_signatures(
            path, Integrity.BROKEN, N_("A signature was taken out of sight: it is in the file and not in its form.")
        )
    if not present:
        return _without_signatures(path, Integrity.UNSIGNED, N_("This document carries no signature."))
    past = history(path, document, _ends(present), circumstances.password, pictures=circumstances.pictures)
    return _concluded(path, document, present, past, circumstances)


def _reading(field: Field, document: Document) -> Reading | None:
    """Read one signature; where no reader is left to try, one that cannot be read hides none of the others."""
    try:
        return read_signature(field, document.data)
    except Exception as error:
        if document.leniency is not Leniency.OBJECTS:
            raise
        return unreadable_signature(field, error)


def _range_of(field: Field) -> tuple[int, ...] | None:
    from coffre_cli.signing.objects import Dictionary, resolve  # noqa: PLC0415 - one small need
    from coffre_cli.signing.signature import byte_range  # noqa: PLC0415 - one small need

    value = None if field.value is None else resolve(field.value)
    return byte_range(value) if isinstance(value, Dictionary) else None


def _ends(readings: list[Reading]) -> list[int]:
    return [reading.coverage.end for reading in readings if reading.coverage is not None]


def _without_signatures(path: Path, integrity: Integrity, message: str) -> Verification:
    return Verification(path, concluded(integrity, certain=False), integrity, Remark(message))


def _concluded(
    path: Path, document: Document, readings: list[Reading], past: History, circumstances: Circumstances
) -> Verification:
    evidence = document_evidence(document)
    verdicts = tuple(_judged(reading, readings, past, evidence, document, circumstances) for reading in readings)
    integrity = worst(verdict.integrity for verdict in verdicts)
    passed = all(verdict.conclusion is Conclusion.PASSED for verdict in verdicts)
    remarks = tuple(_remarks(document, past))
    conclusion = concluded(integrity, certain=passed)
    reason = reason_for(integrity, conclusion, verdicts)
    return Verification(path, conclusion, integrity, reason, verdicts, remarks, protected_until(readings))


def _remarks(document: Document, past: History) -> Iterator[Remark]:
    if document.lenient:
        yield Remark(N_("The document was read leniently: its structure has flaws."))
    if not past.compared:
        yield Remark(N_("Some pages could not be compared as pictures."))


def _judged(
    reading: Reading,
    all_readings: list[Reading],
    past: History,
    evidence: Evidence,
    document: Document,
    circumstances: Circumstances,
) -> SignatureVerdict:
    """Judge one signature; a library that stumbles on it hides the verdict on none of the others."""
    try:
        return _signature(reading, all_readings, past, evidence, document, circumstances)
    except Exception as error:  # noqa: BLE001 - hostile certificates raise anything; nothing is known of this signer
        integrity = Integrity.UNREADABLE if reading.integrity is Integrity.INTACT else reading.integrity
        remark = Remark(N_("The signature cannot be read ({detail})."), (("detail", type(error).__name__),))
        return SignatureVerdict(
            field=reading.field.name,
            kind=SignatureKind.SIGNATURE,
            signer=None,
            signing_time=None,
            time_source=None,
            level=None,
            integrity=integrity,
            conclusion=concluded(integrity, certain=False),
            covers_whole_file=False,
            changes_after=(),
            revocation=Revocation.UNCHECKED,
            problems=(*reading.problems, remark),
        )


def _signature(
    reading: Reading,
    all_readings: list[Reading],
    past: History,
    evidence: Evidence,
    document: Document,
    circumstances: Circumstances,
) -> SignatureVerdict:
    changes = _changes_after(reading, past)
    integrity = _integrity(reading, changes, past)
    who, dated, problems = _who_and_when(reading, all_readings, evidence, circumstances)
    problems = (*reading.problems, *problems, *_flaws(reading, past, document))
    doubtful = bool(problems) or any(change.visible for change in changes)
    certain = who is not None and who.trusted and not doubtful
    crypto = reading.cryptography
    end = None if reading.coverage is None else reading.coverage.end
    return SignatureVerdict(
        field=reading.field.name,
        kind=kind_of(reading),
        signer=None if crypto is None else signer_of(crypto.certificate, trusted=who is not None and who.trusted),
        signing_time=None if dated is None else dated.moment,
        time_source=None if dated is None else dated.source,
        level=level_of(reading, all_readings, evidence),
        integrity=integrity,
        conclusion=concluded(integrity, certain=certain),
        covers_whole_file=end is not None and past.covers_whole(end, len(document.data)),
        changes_after=changes,
        revocation=Revocation.UNCHECKED if who is None else who.revocation,
        problems=problems,
        signed_length=end,
        legal_level=_legal_level(reading, who, circumstances, dated, doubtful=doubtful),
    )


def _legal_level(
    reading: Reading, who: Standing | None, circumstances: Circumstances, dated: Dated | None, *, doubtful: bool
) -> LegalLevel | None:
    """Return what the lists say; of a signature that does not hold, or is in doubt, they say nothing."""
    listed = circumstances.trust.listed
    if not listed or who is None or who.path is None or doubtful or reading.integrity is not Integrity.INTACT:
        return None
    try:
        from coffre_cli.signing.quality import legal_level  # noqa: PLC0415 - only where a list was imported
    except LookupError:  # the library wants the time zones of Europe, which small systems lack
        return None
    attested = dated is not None and dated.source is not TimeSource.DECLARED
    moment = dated.moment if dated is not None and attested else circumstances.now
    return legal_level(who.path, listed, moment, kind_of(reading))


def _flaws(reading: Reading, past: History, document: Document) -> Iterator[Remark]:
    if document.leniency is Leniency.OBJECTS and not is_well_formed(document, reading.field.value):
        yield Remark(N_("The signature itself has flaws that readers resolve differently."))
    if reading.coverage is not None and past.is_malformed_after(reading.coverage.end):
        yield Remark(N_("What was added after the signature has flaws that readers resolve differently."))


def _changes_after(reading: Reading, past: History) -> tuple[Change, ...]:
    if reading.coverage is None:
        return ()
    return tuple(judged(finding, reading.permissions) for finding in past.after(reading.coverage.end))


def _integrity(reading: Reading, changes: tuple[Change, ...], past: History) -> Integrity:
    if reading.integrity is not Integrity.INTACT or reading.coverage is None:
        return reading.integrity
    if reading.coverage.end in past.unreadable:
        return Integrity.BROKEN
    if any(not change.permitted for change in changes):
        return Integrity.MODIFIED
    return Integrity.EXTENDED if past.follows(reading.coverage.end) else Integrity.INTACT


def _who_and_when(
    reading: Reading, all_readings: list[Reading], evidence: Evidence, circumstances: Circumstances
) -> tuple[Standing | None, Dated | None, tuple[Remark, ...]]:
    crypto = reading.cryptography
    if crypto is None:
        return None, None, ()
    full = with_signature(evidence, crypto.signed_data)
    if reading.is_timestamp:
        moment = own_time(crypto)
        who = standing(crypto.certificate, full, circumstances.trust, moment, usage=TIME_STAMPING)
        return who, Dated(moment, TimeSource.TSA if who.trusted else TimeSource.DECLARED), _problems(who)
    later = [other for other in all_readings if _dates(other, reading)]
    dated, doubts = attested_time(crypto, later, full, circumstances.trust, circumstances.deposit_time)
    moment = circumstances.now if dated is None else dated.moment
    who = standing(crypto.certificate, full, circumstances.trust, moment)
    declared = declared_time(reading)
    if dated is None and declared is not None:
        dated = Dated(declared, TimeSource.DECLARED)
    return who, dated, (*_problems(who), *doubts)


def _dates(other: Reading, reading: Reading) -> bool:
    """Tell whether *other* is a good document timestamp over *reading*."""
    if not other.is_timestamp or other.integrity is not Integrity.INTACT:
        return False
    return other.coverage is not None and reading.coverage is not None and other.coverage.end > reading.coverage.end


def _problems(who: Standing) -> tuple[Remark, ...]:
    if who.problem is not None:
        return (who.problem,)
    if who.revocation_expected and who.revocation in (Revocation.UNCHECKED, Revocation.UNKNOWN):
        return (
            Remark(N_("Whether the certificate was revoked was not checked: the document does not carry the answer.")),
        )
    return ()
