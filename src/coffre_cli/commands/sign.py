"""`coffre sign` and `coffre seal`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.holder import holder
from coffre_cli.commands.pin import pin_asker
from coffre_cli.commands.placing import read_visible
from coffre_cli.commands.vaults import here, opened_vault, output
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _, language
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.output import Output, remark_text
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.usecases.sign import Order, Signed
from coffre_cli.usecases.sign import sign as sign_all
from coffre_cli.vault.session import Vault

if TYPE_CHECKING:
    from coffre_cli.signing.timestamp import TimestampAuthority

Sources = Annotated[
    list[str], typer.Argument(metavar="PDF|DOC|DIR…", help=_(N_("PDFs, documents, or folders of PDFs.")))
]
IdentityOption = Annotated[str | None, typer.Option("--identity", help=_(N_("The certificate to use.")))]
ReasonOption = Annotated[str | None, typer.Option("--reason", help=_(N_("Why, as readers will see it.")))]
PlaceOption = Annotated[str | None, typer.Option("--place", help=_(N_("Where, as readers will see it.")))]
LevelOption = Annotated[Level, typer.Option("--level", help=_(N_("b, t, lt or lta; the best reachable by default.")))]
VisibleOption = Annotated[
    str | None, typer.Option("--visible", metavar="[=page=,x=,y=,w=,h=]", help=_(N_("Show it on a page.")))
]
AnchorOption = Annotated[str | None, typer.Option("--anchor", help=_(N_("Show it under this text.")))]
CertifyOption = Annotated[bool, typer.Option("--certify", help=_(N_("Only form filling and signatures after it.")))]
LockOption = Annotated[bool, typer.Option("--lock", help=_(N_("No change after it.")))]
OutputOption = Annotated[Path | None, typer.Option("-o", "--output", help=_(N_("The file or folder to write.")))]
KeepOption = Annotated[bool, typer.Option("--keep", help=_(N_("Deposit the result in the safe.")))]
PinFileOption = Annotated[
    Path | None, typer.Option("--pin-file", help=_(N_("Read the PIN of a token from this file.")))
]
ForceOption = Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))]


def sign(
    sources: Sources,
    *,
    identity: IdentityOption = None,
    reason: ReasonOption = None,
    place: PlaceOption = None,
    level: LevelOption = Level.BEST,
    visible: VisibleOption = None,
    anchor: AnchorOption = None,
    certify: CertifyOption = False,
    lock: LockOption = False,
    out: OutputOption = None,
    keep: KeepOption = False,
    force: ForceOption = False,
    pin_file: PinFileOption = None,
    extend: Annotated[
        bool, typer.Option("--extend", help=_(N_("Prolong the signatures there are; add none.")))
    ] = False,
) -> None:
    """Sign PDFs as a person."""
    if extend:
        _extend(sources, out, keep=keep, force=force)
        return
    request = _request(reason, place, level, visible, anchor, certify=certify, lock=lock)
    order = Order(IdentityKind.PERSON, request, identity, out, keep, force, pin_asker(pin_file))
    _run(lambda vault: sign_all(vault, sources, order, holder()))


def seal(
    sources: Sources,
    *,
    identity: IdentityOption = None,
    reason: ReasonOption = None,
    place: PlaceOption = None,
    level: LevelOption = Level.BEST,
    visible: VisibleOption = None,
    anchor: AnchorOption = None,
    certify: CertifyOption = False,
    lock: LockOption = False,
    out: OutputOption = None,
    keep: KeepOption = False,
    force: ForceOption = False,
    pin_file: PinFileOption = None,
) -> None:
    """Seal PDFs as an organisation."""
    request = _request(reason, place, level, visible, anchor, certify=certify, lock=lock)
    order = Order(IdentityKind.ORGANISATION, request, identity, out, keep, force, pin_asker(pin_file))
    _run(lambda vault: sign_all(vault, sources, order, holder()))


def _extend(sources: list[str], out: Path | None, *, keep: bool, force: bool) -> None:
    """Add validation data and a document timestamp; what aged keeps its proof."""
    from coffre_cli.signing.errors import NoTimestampAuthorityError
    from coffre_cli.signing.extension import Means
    from coffre_cli.signing.trust_roots import Trust
    from coffre_cli.usecases.sign import extend
    from coffre_cli.usecases.verify import own_roots

    places = here()
    trust = Trust(own=own_roots(places.roots), imported=own_roots(places.trusted))
    authority = _authority()
    if authority is None:
        raise NoTimestampAuthorityError(level="B-LTA")
    means = Means(now(), trust, fetch=True, authority=authority)
    order = Order(IdentityKind.PERSON, SigningRequest(now=now()), output=out, keep=keep, force=force)
    _run(lambda vault: extend(vault, sources, order, means))


def _authority() -> TimestampAuthority | None:
    address = read_settings(here().settings).get("tsa")
    if not address:
        return None
    from coffre_cli.signing.timestamp import http_authority

    return http_authority(address)


def _request(
    reason: str | None,
    place: str | None,
    level: Level,
    visible: str | None,
    anchor: str | None,
    *,
    certify: bool,
    lock: bool,
) -> SigningRequest:
    return SigningRequest(
        now=now(),
        reason=reason,
        place=place,
        level=level,
        visible=read_visible(visible, anchor),
        certify=certify,
        lock=lock,
        timestamper=None if level is Level.B else _authority(),
        language=language(),
    )


def _run(act: Callable[[Vault], Iterator[Signed]]) -> None:
    shown = output()
    codes = []
    with ProgressBar(quiet=shown.quiet or shown.as_json) as progress, opened_vault() as vault:
        for number, outcome in enumerate(act(vault), 1):
            progress(number, None, outcome.source)
            codes.append(_show(shown, outcome))
    raise typer.Exit(batch_code(codes))


def _done_text(outcome: Signed) -> str:
    if not outcome.signer:
        return _(N_("prolonged to {level}: {place}"))
    return (
        _(N_("sealed by {signer} ({level}): {place}"))
        if outcome.sealed
        else _(N_("signed by {signer} ({level}): {place}"))
    )


def _show(shown: Output, outcome: Signed) -> ExitCode:
    if outcome.error is not None:
        report(outcome.error)
        return outcome.error.exit_code
    shown.warn_all(outcome.remarks)
    if outcome.skipped:
        shown.say(_(N_("signed already: {place}")).format(place=plain(str(outcome.output))))
    place = str(outcome.output) if outcome.output else (outcome.document.title if outcome.document else "")
    text = _done_text(outcome)
    value: dict[str, Json] = {
        "schema": "coffre.signature/1",
        "file": outcome.source,
        "output": str(outcome.output) if outcome.output else None,
        "document": outcome.document.id.hex() if outcome.document else None,
        "signer": outcome.signer,
        "field": outcome.field,
        "level": outcome.level,
        "skipped": outcome.skipped,
        "warnings": [remark_text(remark) for remark in outcome.remarks],
    }
    line = text.format(signer=plain(outcome.signer), level=outcome.level, place=plain(place))
    if outcome.skipped:
        shown.item(value)
    else:
        shown.confirm(line, value)
    sys.stdout.flush()
    return ExitCode.DONE
