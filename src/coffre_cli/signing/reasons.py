"""The one sentence of a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.verdict import Change, ChangeKind, Conclusion, Integrity, SignatureKind, SignatureVerdict


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What can be said of one kind of signature."""

    broken: str
    unsupported: str
    unreadable: str
    intact: str
    extended: str
    refilled: str
    shown: str
    modified_page: str
    modified: str
    untrusted: str


_SENTENCES = {
    SignatureKind.SIGNATURE: _Sentences(
        broken=N_("The signature of {name} is broken: what it signed is not in this file as it was."),
        unsupported=N_("The signature of {name} is of a form that cannot be verified here."),
        unreadable=N_("The signature of {name} cannot be read."),
        intact=N_("Signature of {name} intact; the document is as signed."),
        extended=N_("Signature of {name} intact; what was added since is permitted by it."),
        refilled=N_("Signature of {name} intact, but field {object} was changed after it: {before} → {after}."),
        shown=N_("Signature of {name} intact, but what is shown changed after it: {object}."),
        modified_page=N_("Signature of {name}: page {page} changed after it ({object})."),
        modified=N_("Signature of {name}: the document changed after it ({object})."),
        untrusted=N_("Signature of {name} intact, but the signer is not trusted or something could not be checked."),
    ),
    SignatureKind.SEAL: _Sentences(
        broken=N_("The seal of {name} is broken: what it sealed is not in this file as it was."),
        unsupported=N_("The seal of {name} is of a form that cannot be verified here."),
        unreadable=N_("The seal of {name} cannot be read."),
        intact=N_("Seal of {name} intact; the document is as sealed."),
        extended=N_("Seal of {name} intact; what was added since is permitted by it."),
        refilled=N_("Seal of {name} intact, but field {object} was changed after it: {before} → {after}."),
        shown=N_("Seal of {name} intact, but what is shown changed after it: {object}."),
        modified_page=N_("Seal of {name}: page {page} changed after it ({object})."),
        modified=N_("Seal of {name}: the document changed after it ({object})."),
        untrusted=N_("Seal of {name} intact, but who sealed is not trusted or something could not be checked."),
    ),
    SignatureKind.TIMESTAMP: _Sentences(
        broken=N_("The timestamp by {name} is broken: what it dated is not in this file as it was."),
        unsupported=N_("The timestamp by {name} is of a form that cannot be verified here."),
        unreadable=N_("The timestamp by {name} cannot be read."),
        intact=N_("Timestamp by {name} intact; the document is as dated."),
        extended=N_("Timestamp by {name} intact; what was added since is permitted by it."),
        refilled=N_("Timestamp by {name} intact, but field {object} was changed after it: {before} → {after}."),
        shown=N_("Timestamp by {name} intact, but what is shown changed after it: {object}."),
        modified_page=N_("Timestamp by {name}: page {page} changed after it ({object})."),
        modified=N_("Timestamp by {name}: the document changed after it ({object})."),
        untrusted=N_("Timestamp by {name} intact, but the authority is not trusted or something could not be checked."),
    ),
}


def reason_for(integrity: Integrity, conclusion: Conclusion, signatures: tuple[SignatureVerdict, ...]) -> Remark:
    """Return the sentence for a document: that of the signature that decides."""
    deciding = next((one for one in signatures if one.integrity is integrity), signatures[0])
    says = _SENTENCES[deciding.kind]
    if integrity is Integrity.MODIFIED:
        return _changed(deciding)
    if integrity not in (Integrity.INTACT, Integrity.EXTENDED):
        failures = {Integrity.BROKEN: says.broken, Integrity.UNSUPPORTED: says.unsupported}
        return _about(failures.get(integrity, says.unreadable), deciding)
    shown = next((change for one in signatures for change in one.changes_after if change.visible), None)
    if shown is not None:
        return _shown(deciding, shown)
    if conclusion is Conclusion.PASSED:
        return _about(says.intact if integrity is Integrity.INTACT else says.extended, deciding)
    doubted = next((one for one in signatures if one.conclusion is not Conclusion.PASSED), deciding)
    return _about(_SENTENCES[doubted.kind].untrusted, doubted)


def _changed(signature: SignatureVerdict) -> Remark:
    change = next(change for change in signature.changes_after if not change.permitted)
    says = _SENTENCES[signature.kind]
    message = says.modified if change.page is None else says.modified_page
    return _about(message, signature, object=change.object, page=str(change.page or ""))


def _shown(signature: SignatureVerdict, change: Change) -> Remark:
    before, after = change.before or "…", change.after or "…"
    says = _SENTENCES[signature.kind]
    message = says.shown if change.kind is not ChangeKind.FIELD or change.before == change.after else says.refilled
    return _about(message, signature, object=change.object, before=before, after=after)


def _about(message: str, signature: SignatureVerdict, **facts: str) -> Remark:
    name = signature.field if signature.signer is None else signature.signer.name
    return Remark(message, (("name", name), *facts.items()))
