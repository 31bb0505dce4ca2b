"""`coffre sign` and `coffre seal`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coffre_cli.commands.batches import report
from coffre_cli.commands.context import now
from coffre_cli.commands.holder import holder
from coffre_cli.commands.pin import pin_asker
from coffre_cli.commands.placing import read_visible
from coffre_cli.commands.standard import require_pipe
from coffre_cli.commands.vaults import here, opened_vault, output, trusted
from coffre_cli.crypto.canonical import Json
from coffre_cli.errors import ExitCode
from coffre_cli.i18n import N_, _, language
from coffre_cli.signing.identity import IdentityKind
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.store.fs import guarded
from coffre_cli.ui.batch import batch_code
from coffre_cli.ui.output import Output, remark_text
from coffre_cli.ui.plain import plain
from coffre_cli.ui.progress import ProgressBar
from coffre_cli.usecases.configuration import read_settings
from coffre_cli.usecases.sign import sign as sign_all
from coffre_cli.usecases.signing_order import STDIN, Order, Signed
from coffre_cli.vault.session import Vault

if TYPE_CHECKING:
    from coffre_cli.signing.timestamp import TimestampAuthority

Sources = Annotated[
    list[str],
    typer.Argument(metavar="PDF|DOC|DIR…", help=_(N_("PDFs, documents, or folders of PDFs; - is standard input."))),
]
IdentityOption = Annotated[str | None, typer.Option("--identity", help=_(N_("The certificate to use.")))]
ReasonOption = Annotated[str | None, typer.Option("--reason", help=_(N_("Why, as readers will see it.")))]
PlaceOption = Annotated[str | None, typer.Option("--place", help=_(N_("Where, as readers will see it.")))]
LevelOption = Annotated[Level, typer.Option("--level", help=_(N_("b, t, lt or lta; the best reachable by default.")))]
VisibleOption = Annotated[
    str | None,
    typer.Option(
        "--visible",
        metavar="[=page=,x=,y=,w=,h=]",
        help=_(N_("Show it on a page, where it is free; `--visible=page=1,x=36,y=36,w=200,h=70` says where.")),
    ),
]
AnchorOption = Annotated[str | None, typer.Option("--anchor", help=_(N_("Show it under this text.")))]
ImageOption = Annotated[
    Path | None, typer.Option("--image", metavar="PNG|JPEG", help=_(N_("Show it with this picture.")))
]
QrOption = Annotated[
    bool, typer.Option("--qr", help=_(N_("Show it with a QR code: who, when, the file and its SHA-256 before it.")))
]
CertifyOption = Annotated[bool, typer.Option("--certify", help=_(N_("Only form filling and signatures after it.")))]
LockOption = Annotated[bool, typer.Option("--lock", help=_(N_("No change after it.")))]
OutputOption = Annotated[
    str | None, typer.Option("-o", "--output", help=_(N_("The file or folder to write; - is standard output.")))
]
KeepOption = Annotated[bool, typer.Option("--keep", help=_(N_("Deposit the result in the safe.")))]
PinFileOption = Annotated[
    Path | None, typer.Option("--pin-file", help=_(N_("Read the PIN of a token from this file.")))
]
ForceOption = Annotated[bool, typer.Option("--force", help=_(N_("Overwrite what is there.")))]
ExtendOption = Annotated[bool, typer.Option("--extend", help=_(N_("Prolong the signatures there are; add none.")))]


def _command(kind: IdentityKind, summary: str) -> object:
    """Return the command of one kind of identity: both take the same options."""

    def command(
        sources: Sources,
        *,
        identity: IdentityOption = None,
        reason: ReasonOption = None,
        place: PlaceOption = None,
        level: LevelOption = Level.BEST,
        visible: VisibleOption = None,
        anchor: AnchorOption = None,
        image: ImageOption = None,
        qr: QrOption = False,
        certify: CertifyOption = False,
        lock: LockOption = False,
        out: OutputOption = None,
        keep: KeepOption = False,
        force: ForceOption = False,
        pin_file: PinFileOption = None,
        extend: ExtendOption = False,
    ) -> None:
        visibly = _Shown(visible, anchor, image, qr)
        request = _request(level, visibly, reason, place, certify=certify, lock=lock, extend=extend)
        order = _order(kind, request, sources, out)
        order = replace(order, identity=identity, keep=keep, force=force, ask_pin=pin_asker(pin_file))
        _run(sources, order, extend=extend)

    command.__doc__ = summary
    return command


sign = _command(IdentityKind.PERSON, N_("Sign PDFs as a person."))
seal = _command(IdentityKind.ORGANISATION, N_("Seal PDFs as an organisation."))


@dataclass(frozen=True, slots=True)
class _Shown:
    """What was typed about the mark on the page."""

    visible: str | None
    anchor: str | None
    image: Path | None
    qr: bool


def _request(
    level: Level, shown: _Shown, reason: str | None, place: str | None, *, certify: bool, lock: bool, extend: bool
) -> SigningRequest:
    authority = None if level is Level.B and not extend else _authority()
    return SigningRequest(
        now=now(),
        reason=reason,
        place=place,
        level=level,
        visible=read_visible(shown.visible, shown.anchor, shows=shown.image is not None or shown.qr),
        image=None if shown.image is None else _picture(shown.image),
        qr=shown.qr,
        certify=certify,
        lock=lock,
        timestamper=authority,
        trust=_trust() if authority else Trust(),
        fetch=authority is not None,
        language=language(),
    )


def _order(kind: IdentityKind, request: SigningRequest, sources: list[str], out: str | None) -> Order:
    piped = _is_piped(sources, out)
    return Order(
        kind,
        request,
        output=None if piped or out is None else _place(out),
        stdin=sys.stdin.buffer,
        stdout=sys.stdout.buffer if piped else None,
        trust=trusted,
        deadline_label=_(N_("The proof of « {title} » ends: `coffre sign --extend`")),
    )


def _place(out: str) -> Path:
    """Return the file or folder to write; what ends with a slash is a folder, made when missing."""
    place = Path(out)
    if out.endswith(("/", os.sep)):
        with guarded(place):
            place.mkdir(parents=True, exist_ok=True)
    return place


def _is_piped(sources: list[str], out: str | None) -> bool:
    """Tell whether the result goes to standard output: where it was asked, or as a filter.

    Raises:
        UsageError: That is a terminal.
    """
    piped = out == STDIN or (out is None and sources == [STDIN])
    if piped:
        require_pipe("-o FILE")
    return piped


def _picture(path: Path) -> bytes:
    from coffre_cli.signing.picture import read_picture

    return read_picture(path)


def _authority() -> TimestampAuthority | None:
    address = read_settings(here().settings).get("tsa")
    if not address:
        return None
    from coffre_cli.signing.timestamp import http_authority

    return http_authority(address)


def _trust() -> Trust:
    """Return the roots under which validation data is gathered."""
    from coffre_cli.usecases.verify import own_roots

    places = here()
    return Trust(own=own_roots(places.roots), imported=own_roots(places.trusted))


def _run(sources: list[str], order: Order, *, extend: bool) -> None:
    shown = output()
    codes = []
    with ProgressBar(quiet=shown.quiet or shown.as_json) as progress, opened_vault() as vault:
        outcomes = _extended(vault, sources, order) if extend else sign_all(vault, sources, order, holder())
        for number, outcome in enumerate(outcomes, 1):
            progress(number, None, outcome.source)
            codes.append(_show(shown, outcome, piped=order.stdout is not None))
    raise typer.Exit(batch_code(codes))


def _extended(vault: Vault, sources: list[str], order: Order) -> Iterator[Signed]:
    """Add validation data and a document timestamp; what aged keeps its proof."""
    from coffre_cli.signing.errors import NothingToExtendWithError
    from coffre_cli.signing.extension import Means
    from coffre_cli.usecases.sign import extend

    request = order.request
    if request.timestamper is None:
        raise NothingToExtendWithError
    means = Means(request.now, request.trust, fetch=True, authority=request.timestamper)
    return extend(vault, sources, order, means)


def _done_text(outcome: Signed) -> str:
    if not outcome.signer:
        return _(N_("prolonged to {level}: {place}"))
    return (
        _(N_("sealed by {signer} ({level}): {place}"))
        if outcome.sealed
        else _(N_("signed by {signer} ({level}): {place}"))
    )


def _show(shown: Output, outcome: Signed, *, piped: bool) -> ExitCode:
    if outcome.error is not None:
        report(outcome.error)
        return outcome.error.exit_code
    shown.warn_all(outcome.remarks)
    if outcome.skipped:
        already = _(N_("sealed already: {place}")) if outcome.sealed else _(N_("signed already: {place}"))
        shown.say(already.format(place=plain(str(outcome.output))))
    place = str(outcome.output or (outcome.document.title if outcome.document else STDIN))
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
    if piped:  # standard output is the document
        shown.say(line)
    elif outcome.skipped:
        shown.item(value)
    else:
        shown.confirm(line, value)
    sys.stdout.flush()
    return ExitCode.DONE
