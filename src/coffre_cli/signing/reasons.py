"""The one sentence of a verdict."""

from __future__ import annotations

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.verdict import Change, Conclusion, Integrity, SignatureVerdict

_BROKEN = N_("The signature of {name} is broken: what it signed is not in this file as it was.")
_UNSUPPORTED = N_("The signature of {name} is of a form that cannot be verified here.")
_UNREADABLE = N_("The signature of {name} cannot be read.")
_INTACT = N_("Signature of {name} intact; the document is as signed.")
_EXTENDED = N_("Signature of {name} intact; what was added since is permitted by it.")
_REFILLED = N_("Signature of {name} intact, but field {object} was changed after it: {before} → {after}.")
_SHOWN = N_("Signature of {name} intact, but what is shown changed after it: {object}.")
_MODIFIED_PAGE = N_("Signature of {name}: page {page} changed after it ({object}).")
_MODIFIED = N_("Signature of {name}: the document changed after it ({object}).")
_UNTRUSTED = N_("Signature of {name} intact, but the signer is not trusted or something could not be checked.")

_FAILURES = {Integrity.BROKEN: _BROKEN, Integrity.UNSUPPORTED: _UNSUPPORTED}


def reason_for(integrity: Integrity, conclusion: Conclusion, signatures: tuple[SignatureVerdict, ...]) -> Remark:
    """Return the sentence for a document: that of the signature that decides."""
    deciding = next((one for one in signatures if one.integrity is integrity), signatures[0])
    if integrity is Integrity.MODIFIED:
        return _changed(deciding)
    if integrity not in (Integrity.INTACT, Integrity.EXTENDED):
        return _about(_FAILURES.get(integrity, _UNREADABLE), deciding)
    shown = next((change for one in signatures for change in one.changes_after if change.visible), None)
    if shown is not None:
        return _shown(deciding, shown)
    if conclusion is Conclusion.PASSED:
        return _about(_INTACT if integrity is Integrity.INTACT else _EXTENDED, deciding)
    doubted = next((one for one in signatures if one.conclusion is not Conclusion.PASSED), deciding)
    return _about(_UNTRUSTED, doubted)


def _changed(signature: SignatureVerdict) -> Remark:
    change = next(change for change in signature.changes_after if not change.permitted)
    message = _MODIFIED if change.page is None else _MODIFIED_PAGE
    return _about(message, signature, object=change.object, page=str(change.page or ""))


def _shown(signature: SignatureVerdict, change: Change) -> Remark:
    before, after = change.before or "…", change.after or "…"
    message = _SHOWN if change.before == change.after else _REFILLED
    return _about(message, signature, object=change.object, before=before, after=after)


def _about(message: str, signature: SignatureVerdict, **facts: str) -> Remark:
    name = signature.field if signature.signer is None else signature.signer.name
    return Remark(message, (("name", name), *facts.items()))
