"""HTML made harmless: no script, no remote content, nothing that runs; and its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser

from coffre_cli.convert.charset import Decoded, decoded

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "title", "head", "noscript", "template", "object", "iframe", "svg", "math"})
_GONE = frozenset(
    {"script", "noscript", "template", "object", "iframe", "embed", "applet", "form", "frame", "frameset"}
)
_VOID = frozenset({"br", "hr", "img", "col", "wbr"})
_TAGS = frozenset(
    re.findall(
        r"\w+",
        "p div span br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption col colgroup "
        "b i u s em strong small sub sup code pre tt kbd samp blockquote q cite a img font center abbr address article "
        "section header footer main nav aside figure figcaption mark del ins strike big wbr label",
    )
)
_ATTRIBUTES = frozenset(
    re.findall(
        r"\w+",
        "align valign width height colspan rowspan border cellpadding cellspacing bgcolor color size face alt title "
        "dir lang start type",
    )
)
_BLOCKS = frozenset(
    re.findall(r"\w+", "p div br hr h1 h2 h3 h4 h5 h6 li tr table ul ol dl dt dd pre blockquote section article")
)
_CELLS = frozenset({"td", "th"})
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]{1,4000000}$")
_STYLES = re.compile(
    r"(?:color|background(?:-color)?|font-(?:size|weight|style|family)|text-(?:align|decoration|indent)|line-height|"
    r"(?:border|padding|margin)(?:-[a-z]+)*|width|vertical-align|white-space|direction|list-style-type)$"
)
_STYLE_VALUE = re.compile(r"(?!.*(?:^|[\s,(])-[\d.])(?:[\w\s#%.,+'-]|rgba?\([\d\s.,%]+\)){1,200}$")
"""No address, no function but colours, nothing negative: text is neither fetched nor pushed off the page."""
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_WIDEST = 600
"""Pixels (96 an inch) between the margins."""
_WIDTHS = frozenset({"width", "height"})


def decoded_html(data: bytes) -> Decoded:
    """Return *data* as text: a byte order mark wins, then UTF-8 that holds, then what the page says of itself."""
    found = decoded(data)
    said = _META.search(data[:4096])
    if found.certain or said is None:
        return found
    try:
        return Decoded(data.decode(said[1].decode("ascii"), "replace"), said[1].decode("ascii").lower(), certain=True)
    except LookupError:
        return found


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that came with the page."""

    source: str
    """A `data:` address."""
    width: int
    """In pixels."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was kept of a piece of HTML."""

    body: str
    """Allowed elements only."""
    words: str
    dropped: tuple[str, ...]
    shown: frozenset[str]
    """The pictures it shows, by their content ids."""


class _Cleaner(HTMLParser):
    def __init__(self, pictures: Mapping[str, Picture]) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = pictures
        self.out: list[str] = []
        self.words: list[str] = []
        self.skipping: list[str] = []
        self.dropped: set[str] = set()
        self.shown: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping or tag in _SILENT:
            self._skip(tag)
            return
        if tag in _GONE:
            self.dropped.add(tag)
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID and (_HIDDEN.search(given.get("style", "")) or "hidden" in given):
            self.skipping.append(tag)
            return
        if tag in _BLOCKS:
            self.words.append("\n")
        elif tag in _CELLS:
            self.words.append("\t")
        if tag in _TAGS:
            self.out.append(f"<{tag}{''.join(self._kept(tag, given))}>")

    def _skip(self, tag: str) -> None:
        if tag in _GONE:
            self.dropped.add(tag)
        if tag not in _VOID | {"meta", "link", "base", "embed"} and (tag in _SILENT or tag in self.skipping):
            self.skipping.append(tag)

    def _kept(self, tag: str, given: Mapping[str, str]) -> Iterator[str]:
        for name, value in given.items():
            if name in _WIDTHS:
                yield from _narrowed(tag, name, value, given)
            elif name in _ATTRIBUTES or (tag == "a" and name == "href" and re.match(r"(?:https?|mailto):", value)):
                yield f' {name}="{escape(value)}"'
            elif name == "style":
                yield f' style="{escape(_style(value))}"'
            elif tag == "img" and name == "src":
                yield from self._picture(given)
            elif name.startswith("on"):
                self.dropped.add("script")
        if given.get("dir") == "rtl" and "align" not in given and tag in _BLOCKS:
            yield ' align="right"'

    def _picture(self, given: Mapping[str, str]) -> Iterator[str]:
        source = given["src"]
        name = source[4:].strip("<>") if source.startswith("cid:") else ""
        known = self.pictures.get(name)
        if known is not None:
            self.shown.add(name)
            yield f' src="{known.source}"'
            if known.width > _WIDEST and "width" not in given:
                yield f' width="{_WIDEST}"'
        elif _DATA_PICTURE.match(source):
            yield f' src="{escape(source)}"'
        else:
            self.dropped.add("img")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag in self.skipping:
                del self.skipping[len(self.skipping) - 1 - self.skipping[::-1].index(tag) :]
            return
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag in _TAGS and tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.out.append(escape(data, quote=False))
            self.words.append(re.sub(r"\s+", " ", data))


def _narrowed(tag: str, name: str, value: str, given: Mapping[str, str]) -> Iterator[str]:
    """Yield a width or height that stays on the page; of a picture too wide, the width alone."""
    number = re.match(r"\s*(\d+)\s*(?:px)?\s*$", value)
    if number is None:
        yield f' {name}="{escape(value)}"'
    elif name == "width":
        yield f' width="{min(int(number[1]), _WIDEST)}"'
    elif tag != "img" or not _too_wide(given.get("width", "")):
        yield f' {name}="{number[1]}"'


def _too_wide(value: str) -> bool:
    number = re.match(r"\s*(\d+)", value)
    return number is not None and "%" not in value and int(number[1]) > _WIDEST


def _style(text: str) -> str:
    kept = []
    for one in text.split(";"):
        name, _colon, value = one.partition(":")
        name, value = name.strip().lower(), value.replace('"', "'").strip()
        if _STYLES.match(name) and _STYLE_VALUE.match(value) and not (name == "width" and _too_wide(value)):
            kept.append(f"{name}:{value}")
    return ";".join(kept)


def cleaned(text: str, pictures: Mapping[str, Picture] | None = None) -> Cleaned:
    """Return what may stay of *text*; *pictures* by content id."""
    cleaner = _Cleaner(pictures or {})
    cleaner.feed(text)
    cleaner.close()
    lines = (re.sub(r"[ \t]*\t[ \t]*", "\t", line).strip(" ") for line in "".join(cleaner.words).split("\n"))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return Cleaned("".join(cleaner.out), words, tuple(sorted(cleaner.dropped)), frozenset(cleaner.shown))


def harmless(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return *text* as a page of allowed elements only, its words as plain text, and what was left out."""
    found = cleaned(text)
    return page_around(found.body), found.words, found.dropped


def page_around(body: str, head: str = "") -> str:
    """Return the page that holds *body*, already harmless."""
    return (
        '<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f"{head}</head><body>{body}</body></html>"
    )
