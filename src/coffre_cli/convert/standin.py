"""A copy of a PDF for its judge, in which what the judge does not know is replaced by what it knows.

The judge of PDF/A approves only what it knows: not shadings, patterns, fonts drawn by procedures, nor spot colours.
What these rest on can be shown to it all the same: the drawing of a pattern or of a glyph as a form of its own, a
colour space as one that is merely chosen. What remains of them is examined by `special`. The copy is never kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coffre_cli.convert.jpx import check_jpeg_2000, is_jpeg_2000
from coffre_cli.convert.layers import check_layers, check_property_list
from coffre_cli.convert.marks import names_a_list, without_list
from coffre_cli.convert.masks import with_masks_apart
from coffre_cli.convert.resources import clean, entries, exists, is_drawn, is_pattern, named
from coffre_cli.convert.special import (
    SpecialError,
    check_drawn_font,
    check_separation,
    check_shading,
    check_tiling,
    names_of_codes,
)

if TYPE_CHECKING:
    from typing import TypeAlias

    import pikepdf

    Instruction: TypeAlias = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage

_SHOWING = frozenset({"Tj", "TJ", "'", '"'})
_COLOURS = frozenset({"scn", "SCN"})
_CHOICES = frozenset({"cs", "CS"})
_WIDTHS = frozenset({"d0", "d1"})
_OF_PATTERNS = ("/PatternType", "/PaintType", "/TilingType", "/XStep", "/YStep", "/Type")
_CMYK = 4
_MOST = 5_000
_DEEPEST = 12


def make_stand_in(pdf: pikepdf.Pdf) -> None:
    """Replace in *pdf* what the judge does not know.

    Raises:
        SpecialError: Something in it is not as ISO 32000-1 wants it.
    """
    _Copy(pdf).make()


class _Copy:
    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._seen: set[tuple[int, int]] = set()
        self._forms: list[pikepdf.Object] = []
        self._spaces: list[pikepdf.Object] = []
        self._tints: dict[str, bytes] = {}
        self._gone_through: list[pikepdf.Dictionary] = []
        """Resources, to be cleaned when all is rewritten: several streams may share them."""

    def make(self) -> None:
        import pikepdf

        with_masks_apart(self._pdf)
        if "/OCProperties" in self._pdf.Root:
            check_layers(self._pdf.Root["/OCProperties"])
            del self._pdf.Root["/OCProperties"]
        self._without_spot_colours()
        for page in self._pdf.pages:
            resources = page.obj.get("/Resources")
            rewritten = self._rewritten(pikepdf.parse_content_stream(page), resources)
            page.obj["/Contents"] = self._pdf.make_stream(pikepdf.unparse_content_stream(rewritten))
            self._resources(resources)
            self._annotations(page.obj)
        for resources in self._gone_through:
            clean(resources)
        self._show_apart()

    def _without_spot_colours(self) -> None:
        """Put grey in the place of each Separation; what it falls back to is chosen apart."""
        from pikepdf import Array, Dictionary, Stream

        for holder in list(self._pdf.objects):
            if isinstance(holder, Array | Dictionary | Stream):
                self._spot_below(holder, 0)

    def _spot_below(self, holder: pikepdf.Object, depth: int) -> None:
        from pikepdf import Array, Dictionary

        if depth > _DEEPEST:
            raise SpecialError("nesting")
        if isinstance(holder, Array):
            self._spot_in(holder)
        values = list(holder) if isinstance(holder, Array) else [value for _key, value in holder.items()]
        for value in values:
            if isinstance(value, Array | Dictionary) and not value.is_indirect:
                self._spot_below(value, depth + 1)

    def _spot_in(self, array: pikepdf.Array) -> None:
        """Turn the array of a Separation into one of a grey that the judge knows."""
        from pikepdf import Array, Dictionary, Name

        if len(array) != 4 or array[0] != Name.Separation:  # noqa: PLR2004 - ISO 32000-1, 8.6.6.4
            return
        check_separation(array, self._tints)
        self._spaces.append(array[2])
        grey = Array([Name.CalGray, Dictionary(WhitePoint=Array([1, 1, 1]))])
        while len(array):
            del array[0]
        array.extend(grey)

    def _annotations(self, page: pikepdf.Object) -> None:
        from pikepdf import Dictionary, Stream

        for note in page.get("/Annots", ()):
            looks = note.get("/AP") if isinstance(note, Dictionary) else None
            for _state, look in looks.items() if isinstance(looks, Dictionary) else ():
                if isinstance(look, Stream):
                    self._form(look)

    def _form(self, form: pikepdf.Stream) -> None:
        """Rewrite a form in its place."""
        import pikepdf

        if form.objgen in self._seen:
            return
        if len(self._seen) > _MOST:
            raise SpecialError("forms")
        self._seen.add(form.objgen)
        resources = form.get("/Resources")
        rewritten = self._rewritten(pikepdf.parse_content_stream(form), resources)
        form.write(pikepdf.unparse_content_stream(rewritten))
        self._resources(resources)

    def _resources(self, resources: pikepdf.Object | None) -> None:
        """Go through what *resources* hold."""
        from pikepdf import Dictionary, Stream

        if not isinstance(resources, Dictionary):
            return
        for _name, drawn in entries(resources, "/XObject"):
            if isinstance(drawn, Stream):
                self._drawn(drawn)
        for _name, state in entries(resources, "/ExtGState"):
            self._state(state)
        for _name, pattern in entries(resources, "/Pattern"):
            self._pattern(pattern)
        self._spaces += [check_shading(shading) for _name, shading in entries(resources, "/Shading")]
        for _name, font in entries(resources, "/Font"):
            if is_drawn(font):
                self._drawn_font(font)
        for _name, space in entries(resources, "/ColorSpace"):
            if is_pattern(space):
                self._underlying(space)
        self._gone_through.append(resources)

    def _drawn(self, drawn: pikepdf.Stream) -> None:
        """Go through a form; put a plain picture in the place of one in JPEG 2000."""
        from pikepdf import Name

        if "/OC" in drawn:
            check_property_list(drawn["/OC"])
            del drawn["/OC"]
        if drawn.get("/Subtype") == "/Form":
            self._form(drawn)
        elif is_jpeg_2000(drawn):
            channels = check_jpeg_2000(drawn)
            if "/ColorSpace" in drawn:
                self._spaces.append(drawn["/ColorSpace"])
            if channels == _CMYK or int(drawn.get("/SMaskInData", 0)):
                raise SpecialError("colours-of-jpeg-2000")
            drawn.write(b"\0")
            drawn["/Width"], drawn["/Height"], drawn["/BitsPerComponent"] = 1, 1, 8
            drawn["/ColorSpace"] = Name.DeviceGray
            if "/Decode" in drawn:
                del drawn["/Decode"]

    def _state(self, state: pikepdf.Object) -> None:
        from pikepdf import Dictionary, Stream

        if "/Font" in state:
            raise SpecialError("a-font-in-a-graphics-state")
        mask = state.get("/SMask")
        drawn = mask.get("/G") if isinstance(mask, Dictionary) else None
        if isinstance(drawn, Stream):
            self._form(drawn)

    def _underlying(self, space: pikepdf.Object) -> None:
        from pikepdf import Array

        if isinstance(space, Array) and len(space) > 1:
            self._spaces.append(space[1])

    def _pattern(self, pattern: pikepdf.Object) -> None:
        from pikepdf import Dictionary, Stream

        if isinstance(pattern, Stream):
            if pattern.objgen not in self._seen:
                check_tiling(pattern)
                for key in _OF_PATTERNS:
                    if key in pattern:
                        del pattern[key]
                self._apart(pattern)
        elif isinstance(pattern, Dictionary):
            if "/ExtGState" in pattern:
                raise SpecialError("a-graphics-state-in-a-pattern")
            self._spaces.append(check_shading(pattern.get("/Shading")))

    def _drawn_font(self, font: pikepdf.Object) -> None:
        """Show the drawings of a font's glyphs as forms."""
        from pikepdf import Array, Dictionary

        if font.objgen in self._seen:
            return
        self._seen.add(font.objgen)
        check_drawn_font(font)
        for drawing in dict(font["/CharProcs"]).values():
            drawing["/Resources"] = font.get("/Resources", Dictionary())
            drawing["/BBox"] = Array([0, 0, 1000, 1000])
            if drawing.objgen not in self._seen:
                self._apart(drawing)

    def _apart(self, drawing: pikepdf.Object) -> None:
        """Make a form of *drawing*."""
        from pikepdf import Name

        drawing["/Type"], drawing["/Subtype"] = Name.XObject, Name.Form
        self._forms.append(drawing)
        self._form(drawing)  # type: ignore[arg-type]  # patterns and glyphs are streams

    def _rewritten(self, instructions: Sequence[Instruction], resources: pikepdf.Object | None) -> list[Instruction]:
        """Return *instructions* without patterns, shadings and letters that are drawn."""
        kept: list[Instruction] = []
        fonts: list[pikepdf.Object | None] = [None]
        for instruction in instructions:
            word = str(instruction.operator)
            if word == "q":
                fonts.append(fonts[-1])
            elif word == "Q" and len(fonts) > 1:
                fonts.pop()
            elif word == "Tf":
                found = named(resources, "/Font", str(instruction.operands[0]))
                fonts[-1] = found if found is not None and is_drawn(found) else None
            if names_a_list(instruction):
                kept.append(without_list(instruction, resources))
            elif not self._is_special(word, instruction, resources, fonts[-1]):
                kept.append(instruction)
        return kept

    def _is_special(
        self, word: str, instruction: Instruction, resources: pikepdf.Object | None, font: pikepdf.Object | None
    ) -> bool:
        import pikepdf

        operands: Sequence[pikepdf.Object] = getattr(instruction, "operands", ())
        if word in _SHOWING and font is not None:
            names_of_codes(font, operands)
            return True
        if word == "Tf":
            return font is not None
        if word in _CHOICES:
            name = str(operands[0])
            return name == "/Pattern" or is_pattern(named(resources, "/ColorSpace", name))
        if word in _COLOURS:
            return bool(operands) and isinstance(operands[-1], pikepdf.Name) and exists(resources, "/Pattern", operands)
        return word in _WIDTHS or (word == "sh" and exists(resources, "/Shading", operands))

    def _show_apart(self) -> None:
        """Add a page that draws the forms and chooses the colour spaces that stood inside something special."""
        from pikepdf import Array, Dictionary, Name, Page

        spaces = {f"/S{number}": space for number, space in enumerate(self._spaces)}
        forms = {f"/F{number}": form for number, form in enumerate(self._forms)}
        others = {name: space for name, space in spaces.items() if not isinstance(space, Name)}
        plain = "".join(f"{space} cs\n" for space in spaces.values() if isinstance(space, Name))
        chosen = "".join(f"{name} cs\n" for name in others)
        content = plain + chosen + "".join(f"{name} Do\n" for name in forms)
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 100, 100]),
            Resources=Dictionary(ColorSpace=Dictionary(others), XObject=Dictionary(forms)),
            Contents=self._pdf.make_stream(content.encode("ascii")),
        )
        self._pdf.pages.append(Page(self._pdf.make_indirect(page)))
