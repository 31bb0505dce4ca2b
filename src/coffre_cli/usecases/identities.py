"""Certificates: made at first use under the vault's own root, kept as records, never in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import AmbiguousNameError, NotFoundError
from coffre_cli.journal.event import Operation, RecordKind
from coffre_cli.model import RecordId
from coffre_cli.signing.identity import Identity, IdentityKind, KeyKind, LocalRoot
from coffre_cli.store import events
from coffre_cli.usecases.account import account_of
from coffre_cli.usecases.deadlines import close_identity_deadline, set_identity_deadline
from coffre_cli.usecases.errors import CannotSealError, CannotSignError, IdentityKeptError, NoOrganisationError
from coffre_cli.usecases.terms import require_term
from coffre_cli.vault.session import Vault

if TYPE_CHECKING:
    from coffre_cli.signing.token import Wanted

_ROOT_KIND = "root"


@dataclass(frozen=True, slots=True)
class KeptIdentity:
    """An identity and the record that keeps it."""

    record: RecordId
    identity: Identity
    made_now: bool = False
    """Whether it was made for this use."""


@dataclass(frozen=True, slots=True)
class Holder:
    """What the system knows of the person at the keyboard."""

    full_name: str | None
    roots: Path
    """Where the public roots of this user's vaults lie."""
    alarm_label: str = "{name}"
    """How the alarm is called that tells of a certificate's end, in the user's language."""
    foreign_alarm_label: str = "{name}"
    """The same, of a certificate that only its issuer renews."""


def identities(vault: Vault) -> list[KeptIdentity]:
    """Return every identity, the oldest first."""
    return [
        KeptIdentity(record, Identity.from_mapping(state))
        for record, kind, state in _states(vault)
        if kind != _ROOT_KIND
    ]


def list_identities(vault: Vault) -> list[KeptIdentity]:
    """Return every identity; listing is an event."""
    found = identities(vault)
    vault.note(Operation.IDENTITY_SHOW, facts={"found": len(found)})
    return found


def create_person(
    vault: Vault, name: str, email: str | None, holder: Holder, key: KeyKind = KeyKind.P256
) -> KeptIdentity:
    """Make the certificate of a natural person, who signs."""
    from coffre_cli.signing.certificates import make_identity, split_name

    request = split_name(name)
    request = type(request)(request.given_name, request.surname, email)
    root, around = _root(vault, holder), vault.parts.around
    made = make_identity(request, root, now=around.clock(), random=around.random, key_kind=key)
    return _keep(vault, made, holder, Operation.IDENTITY_CREATE)


def create_organisation(
    vault: Vault, name: str, siren: str | None, email: str | None, holder: Holder, key: KeyKind = KeyKind.P256
) -> KeptIdentity:
    """Make the certificate of a legal person, which seals.

    Raises:
        InvalidSirenError: *siren* is not one.
    """
    from coffre_cli.signing.certificates import OrganisationRequest, make_identity

    request = OrganisationRequest(name, siren, email)
    root, around = _root(vault, holder), vault.parts.around
    made = make_identity(request, root, now=around.clock(), random=around.random, key_kind=key)
    return _keep(vault, made, holder, Operation.IDENTITY_CREATE)


def identity_for(vault: Vault, kind: IdentityKind, name: str | None, holder: Holder) -> KeptIdentity:
    """Return the identity called *name*, else the newest of *kind*, else one made now (J2).

    Raises:
        NotFoundError, AmbiguousNameError: *name* is none, or several.
        NoOrganisationError: A seal is wanted and no organisation is known.
    """
    every = identities(vault)
    found = [one for one in every if one.identity.kind is kind]
    now = vault.parts.around.clock()
    if name is not None:
        return _fit(_newest(found, name, now, every), kind)
    usable = [one for one in found if one.identity.is_valid_at(now)]
    if usable:
        return usable[-1]
    account = account_of(vault)
    if kind is IdentityKind.PERSON:
        made = create_person(vault, account.person or holder.full_name or vault.name, account.email, holder)
    elif account.organisation:
        made = create_organisation(vault, account.organisation, account.siren, account.email, holder)
    else:
        raise NoOrganisationError
    return KeptIdentity(made.record, made.identity, made_now=True)


def import_identity(vault: Vault, path: Path, password: str, holder: Holder) -> KeptIdentity:
    """Keep the certificate and the key in the PKCS#12 file at *path*.

    Raises:
        CertificateFileError, CertificatePasswordError, WeakCertificateError, NotForSigningError,
            IdentityExpiredError: It cannot be.
    """
    from coffre_cli.signing.pkcs12 import import_pkcs12

    require_term(vault)
    found = import_pkcs12(path, password, now=vault.parts.around.clock())
    return _keep(vault, found, holder, Operation.IDENTITY_IMPORT)


def import_from_token(vault: Vault, wanted: Wanted, holder: Holder) -> KeptIdentity:
    """Keep the certificate on a token and where its key is; the key stays there.

    Raises:
        TokenCertificateMissingError, TokenCertificatesAlikeError: *wanted* is none, or several.
        IdentityExpiredError, WeakCertificateError: It is not one to sign with.
    """
    from coffre_cli.signing.token import identity_on_token

    require_term(vault)
    found = identity_on_token(wanted, now=vault.parts.around.clock())
    return _keep(vault, found, holder, Operation.IDENTITY_IMPORT)


def show_identity(vault: Vault, name: str) -> KeptIdentity:
    """Return the identity called *name*; reading it is an event."""
    found = _named(identities(vault), name)
    vault.note(Operation.IDENTITY_SHOW, record=found.record, kind=RecordKind.IDENTITY)
    return found


def export_identity(vault: Vault, name: str, password: str | None) -> bytes:
    """Return the certificate as PEM, or with its key as PKCS#12 under *password*."""
    found = _named(identities(vault), name)
    vault.note(Operation.IDENTITY_EXPORT, record=found.record, kind=RecordKind.IDENTITY)
    if password is None:
        from cryptography import x509
        from cryptography.hazmat.primitives.serialization import Encoding

        chain = (found.identity.certificate, *found.identity.chain)
        chain += () if found.identity.root is None else (found.identity.root,)
        return b"".join(x509.load_der_x509_certificate(one).public_bytes(Encoding.PEM) for one in chain)
    from coffre_cli.signing.pkcs12 import export_pkcs12

    return export_pkcs12(found.identity, password)


def delete_identity(vault: Vault, name: str) -> KeptIdentity:
    """Delete a certificate and its key for good; what it signed stays verifiable."""
    found = _named(identities(vault), name)
    with vault.change() as change:
        change.destroy_record(found.record, RecordKind.IDENTITY)
        close_identity_deadline(vault, change, found.identity, _others(vault, found.identity))
    vault.finish_deletions()
    return found


def renew_identity(vault: Vault, name: str, holder: Holder) -> KeptIdentity:
    """Make a new key and certificate for the same person or organisation; the old one is kept."""
    from coffre_cli.signing.certificates import renewed

    found = _named(identities(vault), name)
    root, around = _root(vault, holder), vault.parts.around
    made = renewed(found.identity, root, now=around.clock(), random=around.random)
    return _keep(vault, made, holder, Operation.IDENTITY_RENEW, instead_of=found.identity)


def _named(found: list[KeptIdentity], name: str) -> KeptIdentity:
    by_id = [one for one in found if one.record.hex().startswith(name.lower())] if name else []
    matching = [one for one in found if one.identity.name == name] or by_id
    if not matching:
        raise NotFoundError(name=name, command="coffre identity list")
    if len(matching) > 1:
        raise AmbiguousNameError(name=name, candidates=tuple(map(_candidate, matching)))
    return matching[0]


def _candidate(one: KeptIdentity) -> str:
    return f"{one.record.hex()[:8]} {one.identity.name} ({one.identity.not_after.date().isoformat()})"


def _newest(found: list[KeptIdentity], name: str, now: datetime, every: list[KeptIdentity]) -> KeptIdentity:
    """Return the identity to sign with: of several of one name (a renewal keeps the old one) the newest valid one."""
    alike = [one for one in found if one.identity.name == name]
    valid = [one for one in alike if one.identity.is_valid_at(now)]
    return (valid or alike)[-1] if alike else _named(every, name)


def _fit(one: KeptIdentity, kind: IdentityKind) -> KeptIdentity:
    if one.identity.kind is kind:
        return one
    raise (CannotSignError if kind is IdentityKind.PERSON else CannotSealError)(name=one.identity.name)


def _root(vault: Vault, holder: Holder) -> LocalRoot:
    """Return the vault's root, made at first use; its certificate is published for `verify`."""
    from coffre_cli.signing.certificates import make_root

    require_term(vault)
    for _record, kind, state in _states(vault):
        if kind == _ROOT_KIND:
            root = LocalRoot.from_mapping(state)
            break
    else:
        around = vault.parts.around
        root = make_root(vault.name, now=around.clock(), random=around.random)
        state = {**_json(root.to_mapping()), "kind": _ROOT_KIND, "name": vault.name}
        with vault.change() as change:
            change.put(Operation.IDENTITY_CREATE, change.new_record(), RecordKind.IDENTITY, state)
    _publish(root, holder.roots, vault.id)
    return root


def _publish(root: LocalRoot, folder: Path, vault_id: bytes) -> None:
    path = folder / f"{vault_id.hex()}.der"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".partial")
        partial.write_bytes(root.certificate)
        partial.replace(path)


def _keep(
    vault: Vault, identity: Identity, holder: Holder, operation: Operation, instead_of: Identity | None = None
) -> KeptIdentity:
    """Keep *identity*, and an alarm for the day its certificate ends; the alarm of what it replaces is closed.

    Raises:
        TermReachedError: The safe is only read, exported and emptied.
        IdentityKeptError: This very certificate is kept already.
    """
    require_term(vault)
    for kept in identities(vault):
        if kept.identity.certificate == identity.certificate:
            raise IdentityKeptError(id=kept.record.hex()[:8], name=identity.name)
    label = holder.alarm_label if is_own(vault, identity) else holder.foreign_alarm_label
    with vault.change() as change:
        record = change.new_record()
        state = _json(identity.to_mapping())
        reveal: dict[str, Json] = {"name": identity.name, "kind": identity.kind.value}
        change.put(operation, record, RecordKind.IDENTITY, state, reveal=lambda _state: reveal)
        set_identity_deadline(change, identity, label.format(name=identity.name), vault.parts.around.clock())
        if instead_of is not None:
            close_identity_deadline(vault, change, instead_of, _others(vault, instead_of))
    return KeptIdentity(record, identity)


def _others(vault: Vault, identity: Identity) -> list[Identity]:
    return [one.identity for one in identities(vault) if one.identity.certificate != identity.certificate]


def is_own(vault: Vault, identity: Identity) -> bool:
    """Tell whether the vault's own root issued *identity*: then the vault can renew it."""
    roots = (LocalRoot.from_mapping(state) for _record, kind, state in _states(vault) if kind == _ROOT_KIND)
    return identity.token is None and any(root.certificate == identity.root for root in roots)


def _states(vault: Vault) -> Iterator[tuple[RecordId, str, dict[str, Json]]]:
    for found in events.states(vault.index, RecordKind.IDENTITY):
        state = canonical.decode(found.state, what="identity")
        yield found.record, canonical.Fields(state, what="identity").text("kind"), state


def _json(mapping: object) -> dict[str, Json]:
    return canonical.decode(canonical.encode(mapping), what="identity")  # type: ignore[arg-type] # strings, lists and null by contract of to_mapping
