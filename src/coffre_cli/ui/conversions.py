"""How an archive rendition was made, as people read it in `coffre show`."""

from __future__ import annotations

from collections.abc import Iterator

from coffre_cli.i18n import N_, _
from coffre_cli.model import Control, ConversionRecord
from coffre_cli.ui.local import decimal, labelled
from coffre_cli.ui.plain import plain

_SHORT = 16
_USUAL = "ordinary"


def conversion_details(record: ConversionRecord) -> Iterator[tuple[str, str]]:
    """Yield label and value of each fact worth a line."""
    yield (
        _(N_("Converted")),
        _(_way(record)).format(
            route=plain(record.route), tools=plain(_listed(record.tools)), seconds=decimal(record.seconds)
        ),
    )
    if record.archive_sha256:
        text = _(N_("{validator}: {verdict}"))
        yield _(N_("Validated")), text.format(validator=plain(record.validator), verdict=plain(_(record.verdict)))
        text = _(N_("sha256 {source}… gave {archive}…"))
        yield (
            _(N_("Digests")),
            text.format(source=record.source_sha256[:_SHORT], archive=record.archive_sha256[:_SHORT]),
        )
    if record.pages_in and record.archive_sha256:
        text = _(N_("{before} in, {after} out"))
        yield _(N_("Pages")), text.format(before=record.pages_in, after=record.pages_out)
    yield from _looks(record)
    for name, why in record.routes_refused:
        yield _(N_("Tried before")), labelled(plain(name), plain(why))
    if record.profile not in {"", _USUAL}:
        yield _(N_("Copy profile")), plain(record.profile)
    for control in record.controls:
        yield _(N_("Control")), _control(control)


def _looks(record: ConversionRecord) -> Iterator[tuple[str, str]]:
    for asked, shown in record.fonts:
        yield _(N_("Font")), _(N_("{asked}, shown in {shown}")).format(asked=plain(asked), shown=plain(shown))
    if record.glyphs_missing:
        yield _(N_("Not shown")), plain(" ".join(record.glyphs_missing))
    if record.visual_score is not None:
        text = _(N_("{score} of 1, for the page that differs most"))
        yield _(N_("Likeness")), text.format(score=decimal(record.visual_score, 4))
    if record.charset:
        yield _(N_("Characters")), plain(record.charset)
    if record.ocr_languages:
        yield _(N_("Words read")), plain(", ".join(record.ocr_languages))


def _way(record: ConversionRecord) -> str:
    if not record.route:
        return N_("tried, without result")
    if not record.tools:
        return N_("{route}")
    return (
        N_("{route} ({tools}), {seconds} s") if record.sandboxed else N_("{route} ({tools}), {seconds} s, no sandbox")
    )


def _listed(tools: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name} {version}".strip() for name, version in tools)


def _control(control: Control) -> str:
    text = N_("{name}: passed ({found})") if control.passed else N_("{name}: FAILED ({found})")
    return _(text).format(name=_(control.name), found=plain(_(control.found)))
