"""A walk through every content stream: what it draws with, and in which state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pikepdf import Array, Dictionary, Name, Object, Stream

from tests.pdfa.lexer import Kind, Word, next_word

_OPERATORS = frozenset(
    [
        "b",
        "B",
        "b*",
        "B*",
        "BDC",
        "BI",
        "BMC",
        "BT",
        "BX",
        "c",
        "cm",
        "CS",
        "cs",
        "d",
        "d0",
        "d1",
        "Do",
        "DP",
        "EI",
        "EMC",
        "ET",
        "EX",
        "f",
        "F",
        "f*",
        "G",
        "g",
        "gs",
        "h",
        "i",
        "ID",
        "j",
        "J",
        "K",
        "k",
        "l",
        "m",
        "M",
        "MP",
        "n",
        "q",
        "Q",
        "re",
        "RG",
        "rg",
        "ri",
        "s",
        "S",
        "SC",
        "sc",
        "SCN",
        "scn",
        "sh",
        "T*",
        "Tc",
        "Td",
        "TD",
        "Tf",
        "Tj",
        "TJ",
        "TL",
        "Tm",
        "Tr",
        "Ts",
        "Tw",
        "Tz",
        "v",
        "w",
        "W",
        "W*",
        "y",
        "'",
        '"',
    ]
)
_DEVICES = {"g": "/DeviceGray", "rg": "/DeviceRGB", "k": "/DeviceCMYK"}
_DEVICES |= {operator.upper(): space for operator, space in _DEVICES.items()}
_SHOWING = frozenset({"Tj", "TJ", "'", '"'})
_MARKED = frozenset({"BDC", "DP"})
_END_OF_IMAGE = re.compile(rb"[\0\t\n\f\r ]EI(?=[\0\t\n\f\r /\[<(]|$)")
_DEEPEST = 30
_SHORT = {"CS": "ColorSpace", "F": "Filter", "I": "Interpolate", "D": "Decode", "DP": "DecodeParms", "W": "Width"}
_SHORT |= {"H": "Height", "BPC": "BitsPerComponent", "IM": "ImageMask"}
_SHORT_SPACES = {"G": "DeviceGray", "RGB": "DeviceRGB", "CMYK": "DeviceCMYK", "I": "Indexed"}


@dataclass(slots=True)
class FontUse:
    """A font and what is shown with it."""

    font: Dictionary
    shown: dict[bytes, set[int]] = field(default_factory=dict)
    """Strings, and the text rendering modes they are shown in."""


@dataclass(frozen=True, slots=True)
class SpaceUse:
    """A colour space used somewhere."""

    space: Object
    resources: Dictionary | None
    where: str
    overprint: bool = False
    overprint_mode: int = 0


@dataclass(frozen=True, slots=True)
class InlineImage:
    """A picture inside a content stream."""

    where: str
    filters: tuple[str, ...]
    interpolate: bool
    intent: str | None


@dataclass(frozen=True, slots=True)
class GlyphStream:
    """The drawing of a glyph of a Type 3 font."""

    font: Dictionary
    name: str
    width: float | None
    """As `d0` or `d1` says."""


@dataclass
class Walk:
    """All that was met."""

    words: list[Word] = field(default_factory=list)
    """Those whose spelling some rule may look at."""
    fonts: dict[tuple[int, int] | int, FontUse] = field(default_factory=dict)
    spaces: list[SpaceUse] = field(default_factory=list)
    images: list[tuple[Stream, str]] = field(default_factory=list)
    inline_images: list[InlineImage] = field(default_factory=list)
    forms: list[tuple[Stream, str]] = field(default_factory=list)
    states: list[tuple[Dictionary, str]] = field(default_factory=list)
    intents: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Resources named but not to be found."""
    inherited: list[str] = field(default_factory=list)
    """Resources found, but not in the stream's own dictionary."""
    deepest: int = 0
    transparent: set[int] = field(default_factory=set)
    """Pages, from 1, where something shines through."""
    glyphs: list[GlyphStream] = field(default_factory=list)


@dataclass(frozen=True)
class _State:
    font: Dictionary | None = None
    mode: int = 0
    fill: SpaceUse | None = None
    stroke: SpaceUse | None = None
    fill_overprint: bool = False
    stroke_overprint: bool = False
    overprint_mode: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """A content stream's surroundings."""

    where: str
    page: int
    resources: Dictionary | None
    own: bool
    """Whether the resources are the stream's own."""
    depth: int = 0


def walked(pages: Sequence[Dictionary]) -> Walk:
    """Walk through *pages*, their annotations and all these draw."""
    walker = _Walker()
    for number, page in enumerate(pages, start=1):
        walker.page(number, page)
    return walker.walk


class _Walker:
    def __init__(self) -> None:
        self.walk = Walk()
        self._done: set[tuple[object, ...]] = set()

    def page(self, number: int, page: Object) -> None:
        resources, own = _resources_of_page(page)
        place = _Place(f"page {number}", number, resources, own)
        self._group(page, place)
        _Run(self, place, _State()).run(_contents(page))
        for note in page.get("/Annots", ()):
            appearances = note.get("/AP") if isinstance(note, Dictionary) else None
            for shown in _appearances(appearances):
                self.form(shown, replace(place, where=f"an annotation of page {number}"), _State())

    def form(self, form: Stream, place: _Place, state: _State) -> None:
        """Walk through a form XObject."""
        key = (form.objgen, state.mode, state.fill_overprint, state.overprint_mode)
        if (form.is_indirect and key in self._done) or place.depth > _DEEPEST:
            return
        self._done.add(key)
        where = f"form {form.objgen[0]} of page {place.page}"
        own = form.get("/Resources")
        resources, is_own = (own, True) if isinstance(own, Dictionary) else (place.resources, False)
        inner = _Place(where, place.page, resources, is_own, place.depth + 1)
        self.walk.forms.append((form, where))
        self._group(form, inner)
        _Run(self, inner, state).run(form.read_bytes())

    def _group(self, holder: Object, place: _Place) -> None:
        group = holder.get("/Group")
        if isinstance(group, Dictionary) and group.get("/S") == Name.Transparency:
            if place.depth:
                self.walk.transparent.add(place.page)
            if "/CS" in group:
                self.space(group["/CS"], place)

    def space(self, space: Object, place: _Place, state: _State | None = None, *, stroke: bool = False) -> SpaceUse:
        """Note a colour space."""
        state = state or _State()
        overprint = state.stroke_overprint if stroke else state.fill_overprint
        use = SpaceUse(space, place.resources, place.where, overprint, state.overprint_mode)
        self.walk.spaces.append(use)
        return use

    def image(self, image: Stream, place: _Place) -> None:
        """Note a picture, and its mask."""
        self.walk.images.append((image, place.where))
        mask = image.get("/SMask")
        if isinstance(mask, Stream) or int(image.get("/SMaskInData", 0)):
            self.walk.transparent.add(place.page)
        for inner in (mask, image.get("/Mask")):
            if isinstance(inner, Stream):
                self.image(inner, place)
        if "/ColorSpace" in image and not image.get("/ImageMask", False):
            self.space(image["/ColorSpace"], place)
        if "/Intent" in image:
            self.walk.intents.append((str(image["/Intent"]), place.where))

    def shading(self, shading: Object, place: _Place) -> None:
        """Note a shading."""
        if isinstance(shading, Dictionary | Stream) and "/ColorSpace" in shading:
            self.space(shading["/ColorSpace"], place)

    def pattern(self, pattern: Object, place: _Place, state: _State) -> None:
        """Walk through a pattern."""
        if isinstance(pattern, Stream):
            self.form(pattern, place, state)
        elif isinstance(pattern, Dictionary):
            self.shading(pattern.get("/Shading", Dictionary()), place)
            state_of_pattern = pattern.get("/ExtGState")
            if isinstance(state_of_pattern, Dictionary):
                self.state(state_of_pattern, place)

    def state(self, state: Dictionary, place: _Place) -> None:
        """Note an extended graphics state."""
        self.walk.states.append((state, place.where))
        mask = state.get("/SMask")
        blend = state.get("/BM", Name.Normal)
        plain = (Name.Normal, Name.Compatible)
        blended = blend not in plain if isinstance(blend, Name) else True
        if isinstance(mask, Dictionary) or blended or any(float(state.get(key, 1)) < 1 for key in ("/CA", "/ca")):
            self.walk.transparent.add(place.page)
        drawn = mask.get("/G") if isinstance(mask, Dictionary) else None
        if isinstance(drawn, Stream):
            self.form(drawn, place, _State())
        if "/RI" in state:
            self.walk.intents.append((str(state["/RI"]), place.where))

    def glyphs(self, font: Dictionary, place: _Place) -> None:
        """Walk through the glyphs of a Type 3 font."""
        if font.objgen in self._done or place.depth > _DEEPEST:
            return
        self._done.add(font.objgen)
        own = font.get("/Resources")
        inner = _Place(
            f"Type 3 font {font.objgen[0]}",
            place.page,
            own if isinstance(own, Dictionary) else place.resources,
            isinstance(own, Dictionary),
            place.depth + 1,
        )
        for name, drawing in font.get("/CharProcs", Dictionary()).items():
            run = _Run(self, inner, _State())
            run.run(drawing.read_bytes())
            self.walk.glyphs.append(GlyphStream(font, name, run.glyph_width))


class _Run:
    """One content stream."""

    def __init__(self, walker: _Walker, place: _Place, state: _State) -> None:
        self._walker, self._walk, self._place = walker, walker.walk, place
        self._state = state
        self._saved: list[_State] = []
        self._operands: list[Word] = []
        self.glyph_width: float | None = None

    def run(self, data: bytes) -> None:
        """Execute the operators of *data*."""
        at = 0
        while (word := next_word(data, at)) is not None:
            at = word.end
            if _is_notable(word):
                self._walk.words.append(word)
            if word.kind is not Kind.KEYWORD or word.value in {b"true", b"false", b"null"}:
                self._operands.append(word)
                continue
            operator = word.value.decode("latin-1")
            if operator == "BI":
                at = self._inline_image(data, at)
            else:
                self._operate(operator)
            self._operands = []

    def _operate(self, operator: str) -> None:
        if operator not in _OPERATORS:
            self._walk.unknown.append(f"{operator[:20]!r} in {self._place.where}")
        elif operator in _SHOWING:
            self._show()
        elif operator in _DEVICES:
            self._colour(Name(_DEVICES[operator]), stroke=operator.isupper())
        elif operator in {"cs", "CS"}:
            self._named_colour(stroke=operator == "CS")
        elif operator in {"scn", "SCN"}:
            self._paint()
        elif operator in {"d0", "d1"}:
            self.glyph_width = self._operands[0].number
        else:
            handler = getattr(self, f"_on_{operator}", None)
            if handler is not None:
                handler()
        if operator in _MARKED:
            self._properties()

    def _on_q(self) -> None:
        self._saved.append(self._state)
        self._walk.deepest = max(self._walk.deepest, len(self._saved))

    def _on_Q(self) -> None:  # noqa: N802 - the operator's name
        if self._saved:
            self._state = self._saved.pop()

    def _on_gs(self) -> None:
        state = self._found("/ExtGState", self._last_name())
        if not isinstance(state, Dictionary):
            return
        self._walker.state(state, self._place)
        stroke = bool(state.get("/OP", self._state.stroke_overprint))
        fill = bool(state.get("/op", state.get("/OP", self._state.fill_overprint)))
        mode = int(state.get("/OPM", self._state.overprint_mode))
        self._state = replace(self._state, stroke_overprint=stroke, fill_overprint=fill, overprint_mode=mode)
        if isinstance(state.get("/Font"), Array) and isinstance(state["/Font"][0], Dictionary):
            self._use(state["/Font"][0])
        for use, is_stroke in ((self._state.fill, False), (self._state.stroke, True)):
            if use is not None:
                self._walker.space(use.space, self._place, self._state, stroke=is_stroke)

    def _on_Do(self) -> None:  # noqa: N802 - the operator's name
        drawn = self._found("/XObject", self._last_name())
        if not isinstance(drawn, Stream):
            return
        if drawn.get("/Subtype") == Name.Image:
            self._walker.image(drawn, self._place)
        else:
            self._walker.form(drawn, self._place, self._state)

    def _on_Tf(self) -> None:  # noqa: N802 - the operator's name
        name = next((word for word in self._operands if word.kind is Kind.NAME), None)
        font = self._found("/Font", name)
        self._state = replace(self._state, font=None)
        if isinstance(font, Dictionary):
            self._use(font)

    def _use(self, font: Dictionary) -> None:
        self._state = replace(self._state, font=font)
        self._walk.fonts.setdefault(_key(font), FontUse(font))
        if font.get("/Subtype") == Name.Type3:
            self._walker.glyphs(font, self._place)

    def _on_Tr(self) -> None:  # noqa: N802 - the operator's name
        self._state = replace(self._state, mode=int(self._operands[-1].number))

    def _on_ri(self) -> None:
        name = self._last_name()
        self._walk.intents.append((f"/{_text(name)}", self._place.where))

    def _on_sh(self) -> None:
        self._walker.shading(self._found("/Shading", self._last_name()) or Dictionary(), self._place)

    def _properties(self) -> None:
        name = self._last_name()
        if len(self._operands) == 2 and name is not None:
            self._found("/Properties", name)

    def _show(self) -> None:
        if self._state.font is None:
            self._walk.missing.append(f"a font to show text with in {self._place.where}")
            return
        use = self._walk.fonts[_key(self._state.font)]
        for word in self._operands:
            if word.kind in {Kind.STRING, Kind.HEX}:
                use.shown.setdefault(word.value, set()).add(self._state.mode)

    def _colour(self, space: Object, *, stroke: bool) -> None:
        use = self._walker.space(space, self._place, self._state, stroke=stroke)
        self._state = replace(self._state, stroke=use) if stroke else replace(self._state, fill=use)

    def _named_colour(self, *, stroke: bool) -> None:
        name = self._last_name()
        if name is None:
            return
        if name.value in {b"DeviceGray", b"DeviceRGB", b"DeviceCMYK", b"Pattern"}:
            self._colour(Name(f"/{_text(name)}"), stroke=stroke)
            return
        space = self._found("/ColorSpace", name)
        if space is not None:
            self._colour(space, stroke=stroke)

    def _paint(self) -> None:
        name = self._last_name()
        if name is not None:
            pattern = self._found("/Pattern", name)
            if pattern is not None:
                self._walker.pattern(pattern, self._place, self._state)

    def _last_name(self) -> Word | None:
        return next((word for word in reversed(self._operands) if word.kind is Kind.NAME), None)

    def _found(self, kind: str, name: Word | None) -> Object | None:
        resources = self._place.resources
        table = resources.get(kind) if resources is not None else None
        if name is None or not isinstance(table, Dictionary):
            self._walk.missing.append(f"{kind} /{_text(name)} in {self._place.where}")
            return None
        found = table.get(f"/{_text(name)}")
        if found is None:
            self._walk.missing.append(f"{kind} /{_text(name)} in {self._place.where}")
        elif not self._place.own:
            self._walk.inherited.append(f"{kind} /{_text(name)} in {self._place.where}")
        return found

    def _inline_image(self, data: bytes, at: int) -> int:
        entries: dict[str, list[Word]] = {}
        key = ""
        while (word := next_word(data, at)) is not None and not word.is_word(b"ID"):
            at = word.end
            if word.kind is Kind.NAME and (not key or (entries[key] and not _is_open(entries[key]))):
                key = _SHORT.get(_text(word), _text(word))
                entries[key] = []
            elif key:
                entries[key].append(word)
        self._note_inline(
            {key: [word for word in found if word.kind is not Kind.MARK] for key, found in entries.items()}
        )
        start = (word.end if word else at) + 1
        size = _plain_size(entries)
        ended = _END_OF_IMAGE.search(data, max(start + size - 1, start - 1) if size is not None else start - 1)
        return ended.end() if ended else len(data)

    def _note_inline(self, entries: dict[str, list[Word]]) -> None:
        where = self._place.where
        filters = tuple(_text(word) for word in entries.get("Filter", ()) if word.kind is Kind.NAME)
        smooth = any(word.value == b"true" for word in entries.get("Interpolate", ()))
        intent = next((f"/{_text(word)}" for word in entries.get("Intent", ())), None)
        self._walk.inline_images.append(InlineImage(where, filters, smooth, intent))
        if intent:
            self._walk.intents.append((intent, where))
        for word in entries.get("ColorSpace", ()):
            name = _SHORT_SPACES.get(_text(word), _text(word))
            if word.kind is Kind.NAME and name != "Indexed":
                space = Name(f"/{name}") if name.startswith("Device") else self._found("/ColorSpace", word)
                if space is not None:
                    self._walker.space(space, self._place)


def _plain_size(entries: dict[str, list[Word]]) -> int | None:
    """Return how many bytes an inline image without a filter has."""
    if "Filter" in entries or not {"Width", "Height"} <= set(entries):
        return None
    bits = int(entries["BitsPerComponent"][0].number) if entries.get("BitsPerComponent") else 1
    names = [
        _SHORT_SPACES.get(_text(word), _text(word)) for word in entries.get("ColorSpace", ()) if word.kind is Kind.NAME
    ]
    parts = {"DeviceRGB": 3, "DeviceCMYK": 4}.get(names[0], 1) if names else 1
    row = (int(entries["Width"][0].number) * bits * parts + 7) // 8
    return row * int(entries["Height"][0].number)


def _is_open(found: list[Word]) -> bool:
    marks = [word.value for word in found if word.kind is Kind.MARK]
    return marks.count(b"[") + marks.count(b"<<") > marks.count(b"]") + marks.count(b">>")


def _is_notable(word: Word) -> bool:
    return word.odd or word.foreign or len(word.value) > 8


def _key(font: Dictionary) -> tuple[int, int] | int:
    return font.objgen if font.is_indirect else hash(font.unparse(resolved=True))


def _text(word: Word | None) -> str:
    return "" if word is None else word.value.decode("utf-8", "surrogateescape")


def _contents(page: Object) -> bytes:
    contents = page.get("/Contents")
    if isinstance(contents, Stream):
        return contents.read_bytes()
    return b"\n".join(part.read_bytes() for part in contents) if isinstance(contents, Array) else b""


def _resources_of_page(page: Object) -> tuple[Dictionary | None, bool]:
    own = page.get("/Resources")
    if isinstance(own, Dictionary):
        return own, True
    holder = page.get("/Parent")
    for _level in range(_DEEPEST):
        if not isinstance(holder, Dictionary):
            break
        above = holder.get("/Resources")
        if isinstance(above, Dictionary):
            return above, False
        holder = holder.get("/Parent")
    return None, True


def _appearances(appearances: Object | None) -> Iterator[Stream]:
    if not isinstance(appearances, Dictionary):
        return
    for shown in dict(appearances).values():
        if isinstance(shown, Stream):
            yield shown
        elif isinstance(shown, Dictionary):
            yield from (state for _name, state in shown.items() if isinstance(state, Stream))
