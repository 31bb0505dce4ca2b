"""Verdicts on signed files as people and scripts see them (`coffre.verification/1`)."""

from __future__ import annotations

from collections.abc import Iterator

from coffre_cli.crypto.canonical import Json
from coffre_cli.i18n import N_, _
from coffre_cli.signing.verdict import (
    Change,
    ChangeKind,
    Conclusion,
    Integrity,
    KeptVerdict,
    LegalLevel,
    Revocation,
    SignatureKind,
    SignatureVerdict,
    TimeSource,
    Verification,
)
from coffre_cli.ui.documents import local_time, timestamp
from coffre_cli.ui.local import labelled
from coffre_cli.ui.output import remark_text
from coffre_cli.ui.plain import plain

KINDS = {
    SignatureKind.SIGNATURE: N_("Signature of {name}"),
    SignatureKind.SEAL: N_("Seal of {name}"),
    SignatureKind.TIMESTAMP: N_("Timestamp by {name}"),
}
CONCLUSIONS = {
    Conclusion.PASSED: N_("VERIFIED"),
    Conclusion.INDETERMINATE: N_("UNDECIDED"),
    Conclusion.FAILED: N_("NOT TO BE TRUSTED"),
    Conclusion.NONE: N_("NOTHING TO VERIFY"),
}
INTEGRITIES = {
    Integrity.INTACT: N_("unchanged since it was signed"),
    Integrity.EXTENDED: N_("the signed version is there; what was added is permitted by the signature"),
    Integrity.MODIFIED: N_("CHANGED after it was signed"),
    Integrity.BROKEN: N_("BROKEN: the bytes are not those that were signed"),
    Integrity.UNSIGNED: N_("not signed"),
    Integrity.UNSUPPORTED: N_("of a kind that coffre cannot check"),
    Integrity.UNREADABLE: N_("unreadable"),
    Integrity.ENCRYPTED: N_("protected by a password"),
}
CLOCKS = {
    TimeSource.TSA: N_("attested by a timestamp authority"),
    TimeSource.DECLARED: N_("declared by the signer's computer; no third party attests it"),
    TimeSource.DEPOSIT: N_("no later than its deposit in this safe"),
}
REVOCATIONS = {
    Revocation.GOOD: N_("not revoked"),
    Revocation.REVOKED: N_("REVOKED"),
    Revocation.UNKNOWN: N_("revocation unknown"),
    Revocation.UNCHECKED: N_("revocation not checked"),
}
_SIGNATURE_LEVELS = {
    LegalLevel.QUALIFIED: N_("qualified electronic signature, by the trusted list"),
    LegalLevel.ADVANCED: N_("advanced electronic signature resting on a qualified certificate, by the trusted list"),
    LegalLevel.NOT_QUALIFIED: N_("not qualified: the trusted list knows the authority, not such a certificate of it"),
}
_SEAL_LEVELS = _SIGNATURE_LEVELS | {
    LegalLevel.QUALIFIED: N_("qualified electronic seal, by the trusted list"),
    LegalLevel.ADVANCED: N_("advanced electronic seal resting on a qualified certificate, by the trusted list"),
}
LEGAL_LEVELS = {
    SignatureKind.SIGNATURE: _SIGNATURE_LEVELS,
    SignatureKind.SEAL: _SEAL_LEVELS,
    SignatureKind.TIMESTAMP: _SIGNATURE_LEVELS
    | {LegalLevel.QUALIFIED: N_("qualified electronic timestamp, by the trusted list")},
}
CHANGES = {
    ChangeKind.SIGNATURE: N_("a signature was added"),
    ChangeKind.TIMESTAMP: N_("a timestamp was added"),
    ChangeKind.VALIDATION_DATA: N_("validation data was added"),
    ChangeKind.METADATA: N_("information about the document changed"),
    ChangeKind.FIELD: N_("a form field changed"),
    ChangeKind.ANNOTATION: N_("an annotation changed"),
    ChangeKind.PAGE: N_("a page was added, removed or changed"),
    ChangeKind.CONTENT: N_("the content changed"),
    ChangeKind.STRUCTURE: N_("the structure changed"),
    ChangeKind.BYTES: N_("bytes that nothing explains were added"),
}
ADDED = {
    ChangeKind.ANNOTATION: N_("an annotation was added"),
}
REMOVED = {
    ChangeKind.ANNOTATION: N_("an annotation was removed"),
    ChangeKind.VALIDATION_DATA: N_("validation data was removed"),
}
UNREAD_ADVICE = {
    Integrity.UNREADABLE: N_("Ask the sender for the document again."),
    Integrity.ENCRYPTED: N_("Ask the sender for its password, then `--document-password-fd N`."),
    Integrity.UNSUPPORTED: N_("Ask the signer for a signature of a common kind (PAdES)."),
}
ADVICE = {
    Conclusion.INDETERMINATE: N_("Ask the signer how to know the certificate, then `--trust FILE.pem`."),
    Conclusion.FAILED: N_(
        "Ask the sender for the document again; `--extract FILE` writes the version that was signed."
    ),
}


REVOKED_ADVICE = N_("Ask the signer for the document again, signed with a certificate that is valid.")
SHOWN_ADVICE = N_("Ask the sender whether this change is meant; `--extract FILE` writes the version that was signed.")


def _advice(found: Verification) -> str | None:
    """Return what to do: whoever is known needs no introduction, but what changed needs a word."""
    if any(one.revocation is Revocation.REVOKED for one in found.signatures):
        return REVOKED_ADVICE if found.conclusion is Conclusion.INDETERMINATE else ADVICE.get(found.conclusion)
    if found.conclusion is Conclusion.FAILED and all(one.signed_length is None for one in found.signatures):
        return UNREAD_ADVICE[Integrity.UNREADABLE]  # there is no version to take out
    known = found.signatures and all(one.signer is not None and one.signer.trusted for one in found.signatures)
    if found.conclusion is Conclusion.INDETERMINATE and known:
        changed = any(change.visible for one in found.signatures for change in one.changes_after)
        return SHOWN_ADVICE if changed else None
    return ADVICE.get(found.conclusion)


def verification_json(found: Verification, file: str, deposit: Json) -> dict[str, Json]:
    """Return the object of *found*."""
    return {
        "schema": "coffre.verification/1",
        "file": file,
        "conclusion": found.conclusion.value,
        "integrity": found.integrity.value,
        "reason": remark_text(found.reason),
        "signatures": [_signature_json(one) for one in found.signatures],
        "deposit": deposit,
        "warnings": [remark_text(remark) for remark in found.remarks],
    }


def verification_text(found: Verification, file: str) -> Iterator[str]:
    """Yield what a person reads: the sentence first, then who, when, integrity, trust, since, what to do."""
    yield labelled(plain(file), f"{_(CONCLUSIONS[found.conclusion])}. {remark_text(found.reason)}")
    for one in found.signatures:
        yield from _signature_text(one)
    for remark in found.remarks:
        yield f"  {remark_text(remark)}"
    advice = UNREAD_ADVICE.get(found.integrity) or _advice(found)
    if advice is not None:
        yield f"  {_(N_('What to do:'))} {_(advice)}"


def verdicts_lines(then: KeptVerdict | None, today: Verification | None) -> Iterator[str]:
    """Yield what a document's signatures were worth at its deposit and are worth today; nothing without signatures."""
    if today is None:
        return
    now = f"{_(CONCLUSIONS[today.conclusion])}, {_(INTEGRITIES[today.integrity])}"
    if then is not None:
        before = f"{_(CONCLUSIONS[then.conclusion])}, {_(INTEGRITIES[then.integrity])}"
        label = _(N_("At its deposit on {day}: {verdict}")).format(day=local_time(then.at), verdict=before)
        yield f"  {_(N_('Verdict')):<14} {label}"
    label = _(N_("Today: {verdict}")).format(verdict=now)
    yield f"  {_(N_('Verdict')):<14} {label}"
    if then is None or then.differs(today):
        yield f"  {'':<14} {remark_text(today.reason)}"


def verdicts_json(then: KeptVerdict | None, today: Verification | None) -> Json:
    """Return both verdicts; null without signatures."""
    if today is None:
        return None
    deposited: Json = None
    if then is not None:
        deposited = {
            "at": timestamp(then.at), "conclusion": then.conclusion.value, "integrity": then.integrity.value,
        }  # fmt: skip
    changed = then is not None and then.differs(today)
    present: Json = {
        "conclusion": today.conclusion.value, "integrity": today.integrity.value, "reason": remark_text(today.reason),
    }  # fmt: skip
    return {"deposited": deposited, "today": present, "changed": changed}


def _signature_text(one: SignatureVerdict) -> Iterator[str]:
    name = plain(one.signer.name) if one.signer else _(N_("an unknown signer"))
    level = f" ({one.level})" if one.level else ""
    yield f"  {_(KINDS[one.kind]).format(name=name)}{level}"
    if one.signing_time is not None and one.time_source is not None:
        yield f"    {_(N_('When:'))} {local_time(one.signing_time)}, {_(CLOCKS[one.time_source])}"
    yield f"    {_(N_('Integrity:'))} {_(INTEGRITIES[one.integrity])}"
    if one.signer is not None:
        known = _(N_("known to you")) if one.signer.trusted else _(N_("not known to you"))
        issuer = _(N_("issued by {issuer}")).format(issuer=plain(one.signer.issuer))
        yield f"    {_(N_('Trust:'))} {known}, {issuer}, {_(REVOCATIONS[one.revocation])}"
    if one.legal_level is not None:
        yield f"    {_(N_('Legal level:'))} {_(LEGAL_LEVELS[one.kind][one.legal_level])}"
    for change in one.changes_after:
        yield f"    {_(N_('Since:'))} {_change_text(change)}"
    for problem in one.problems:
        yield f"    {_(N_('Note:'))} {remark_text(problem)}"


def _change_text(change: Change) -> str:
    text = _(_what_happened(change))
    if change.object and change.kind is not ChangeKind.ANNOTATION:
        text += f" ({plain(change.object)})"
    if change.page is not None:
        text += ", " + _(N_("page {page}")).format(page=change.page)
    if change.kind is not ChangeKind.VALIDATION_DATA and (change.before is not None or change.after is not None):
        text = labelled(text, f"{_said(change.before)} → {_said(change.after)}")
    return text


def _what_happened(change: Change) -> str:
    if change.before is None and change.after is not None and change.kind in ADDED:
        return ADDED[change.kind]
    if change.before is not None and change.after is None and change.kind in REMOVED:
        return REMOVED[change.kind]
    return CHANGES[change.kind]


def _said(words: str | None) -> str:
    """Return what an annotation or a value says; names of the format lose their stroke."""
    return plain(words or "–").removeprefix("/")


def _signature_json(one: SignatureVerdict) -> dict[str, Json]:
    signer: Json = None
    if one.signer is not None:
        signer = {
            "name": one.signer.name,
            "organisation": one.signer.organisation,
            "issuer": one.signer.issuer,
            "serial": one.signer.serial,
            "trusted": one.signer.trusted,
        }
    return {
        "field": one.field,
        "kind": one.kind.value,
        "signer": signer,
        "signing_time": None if one.signing_time is None else timestamp(one.signing_time),
        "time_source": None if one.time_source is None else one.time_source.value,
        "level": one.level,
        "legal_level": None if one.legal_level is None else one.legal_level.value,
        "integrity": one.integrity.value,
        "covers_whole_file": one.covers_whole_file,
        "changes_after": [
            {
                "revision": change.revision,
                "kind": change.kind.value,
                "object": change.object,
                "page": change.page,
                "before": change.before,
                "after": change.after,
            }
            for change in one.changes_after
        ],
        "revocation": one.revocation.value,
        "problems": [remark_text(problem) for problem in one.problems],
    }
