"""HTML made harmless: no script, no remote content, nothing that runs; and its words."""

from __future__ import annotations

import re
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


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.words: list[str] = []
        self.skipping: list[str] = []
        self.dropped: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipping or tag in _SILENT:
            if tag in _GONE:
                self.dropped.add(tag)
            if tag not in _VOID and tag not in {"meta", "link", "base", "embed"} and tag in _SILENT:
                self.skipping.append(tag)
            return
        if tag in _GONE:
            self.dropped.add(tag)
        if tag in _BLOCKS:
            self.words.append("\n")
        elif tag in _CELLS:
            self.words.append("\t")
        if tag in _TAGS:
            self.out.append(f"<{tag}{''.join(self._kept(tag, attrs))}>")

    def _kept(self, tag: str, attrs: list[tuple[str, str | None]]) -> list[str]:
        kept = []
        for name, value in attrs:
            text = value or ""
            if name in _ATTRIBUTES or (tag == "a" and name == "href" and re.match(r"(?:https?|mailto):", text)):
                kept.append(f' {name}="{escape(text)}"')
            elif tag == "img" and name == "src":
                if _DATA_PICTURE.match(text):
                    kept.append(f' src="{escape(text)}"')
                else:
                    self.dropped.add("img")
            elif name.startswith("on"):
                self.dropped.add("script")
        return kept

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            if tag in self.skipping:
                del self.skipping[self.skipping.index(tag) :]
            return
        if tag in _BLOCKS:
            self.words.append("\n")
        if tag in _TAGS and tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.out.append(escape(data, quote=False))
            self.words.append(re.sub(r"\s+", " ", data))


def harmless(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return *text* as a page of allowed elements only, its words as plain text, and what was left out."""
    cleaner = _Cleaner()
    cleaner.feed(text)
    cleaner.close()
    page = (
        '<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
        f"{''.join(cleaner.out)}</body></html>"
    )
    lines = (re.sub(r"[ \t]*\t[ \t]*", "\t", line).strip(" ") for line in "".join(cleaner.words).split("\n"))
    words = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return page, words, tuple(sorted(cleaner.dropped))
