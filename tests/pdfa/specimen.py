"""A small PDF/A-2b file with something of everything, made by hand, so that each rule can be broken in it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pikepdf
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.t2CharStringPen import T2CharStringPen  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # it has no types
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]  # it has no types
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable  # type: ignore[import-untyped]  # it has no types
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, ImageCms

GLYPHS = [".notdef", "A", "B"]
WIDTH = 600
CONTENT = (
    b"q /G gs 1 0 0 rg 10 10 20 20 re f Q BT /T 12 Tf 10 100 Td (AB) Tj /C 12 Tf <00010002> Tj /F 12 Tf (A) Tj"
    b" /Y 12 Tf (A) Tj /M 12 Tf <0001> Tj 3 Tr /T 12 Tf (A) Tj ET"
    b" /Z cs 0.5 scn 0 0 5 5 re f /N cs 1 1 scn 0 0 5 5 re f /I cs 0.1 0.2 0.3 scn 0 0 5 5 re f"
    b" q 20 0 0 20 50 50 cm /P Do Q /X Do /OC /L BDC EMC /Perceptual ri"
    b" q 5 0 0 5 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID 0 EI Q"
)
CMAP = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def /CMapType 1 def"
    b" /WMode 0 def"
    b" 1 begincodespacerange <0000> <FFFF> endcodespacerange 1 begincidrange <0000> <00FF> 0 endcidrange"
    b" endcmap end end"
)
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" xmlns:pdfaType="http://www.aiim.org/pdfa/ns/type#"
 xmlns:pdfaField="http://www.aiim.org/pdfa/ns/field#" xmlns:own="https://example.org/own/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><own:colour>red</own:colour>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">T</rdf:li></rdf:Alt></dc:title>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Own</pdfaSchema:schema>
<pdfaSchema:namespaceURI>https://example.org/own/</pdfaSchema:namespaceURI><pdfaSchema:prefix>own</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>colour</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>of it</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>
<pdfaSchema:valueType><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaType:type>Tone</pdfaType:type>
<pdfaType:namespaceURI>https://example.org/own/</pdfaType:namespaceURI><pdfaType:prefix>own</pdfaType:prefix>
<pdfaType:description>a tone</pdfaType:description><pdfaType:field><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaField:name>hue</pdfaField:name><pdfaField:valueType>Text</pdfaField:valueType>
<pdfaField:description>its hue</pdfaField:description></rdf:li></rdf:Seq></pdfaType:field></rdf:li></rdf:Seq>
</pdfaSchema:valueType></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


@cache
def true_type(*, symbolic: bool = False) -> bytes:
    """Return a TrueType font of two letters."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(GLYPHS)
    builder.setupCharacterMap({65: "A", 66: "B"})
    builder.setupGlyf({name: _outline() for name in GLYPHS})
    _finish(builder)
    if symbolic:
        table = CmapSubtable.newSubtable(4)
        table.platformID, table.platEncID, table.language, table.cmap = 3, 0, 0, {0xF041: "A", 0xF042: "B"}
        builder.font["cmap"].tables = [table]
    return _saved(builder.font)


@cache
def compact() -> bytes:
    """Return a CFF font of two letters."""
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(GLYPHS)
    builder.setupCharacterMap({65: "A", 66: "B"})
    strings = {name: _string() for name in GLYPHS}
    builder.setupCFF("Own", {}, strings, {})
    _finish(builder)
    with io.BytesIO(_saved(builder.font)) as file:
        return bytes(TTFont(file).reader["CFF "])


def _outline() -> TTGlyphPen:
    return _draw(TTGlyphPen(None)).glyph()


def _string() -> T2CharStringPen:
    return _draw(T2CharStringPen(WIDTH, None)).getCharString()


def _draw(pen: TTGlyphPen | T2CharStringPen) -> TTGlyphPen | T2CharStringPen:
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 500))
    pen.closePath()
    return pen


def _finish(builder: FontBuilder) -> None:
    builder.setupHorizontalMetrics(dict.fromkeys(GLYPHS, (WIDTH, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular", "psName": "Own"})
    builder.setupOS2()
    builder.setupPost()


def _saved(font: TTFont) -> bytes:
    output = io.BytesIO()
    font["head"].created = font["head"].modified = 3_000_000_000
    font.recalcTimestamp = False
    font.save(output)
    return output.getvalue()


def without_cmap(data: bytes) -> bytes:
    """Return a TrueType font without any way from codes to glyphs."""
    font = TTFont(io.BytesIO(data))
    font["cmap"].tables = []
    return _saved(font)


def two_cmaps(data: bytes) -> bytes:
    """Return a TrueType font with two ordinary ways from codes to glyphs."""
    font = TTFont(io.BytesIO(data))
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion = 0
    font["cmap"].tables = []
    for kind, platform, encoding in ((0, 1, 0), (4, 3, 1)):
        table = CmapSubtable.newSubtable(kind)
        table.platformID, table.platEncID, table.language, table.cmap = platform, encoding, 0, {65: "A", 66: "B"}
        font["cmap"].tables.append(table)
    return _saved(font)


def descriptor(pdf: Pdf, key: str, program: bytes, *, flags: int, subtype: str = "") -> Dictionary:
    """Return a font descriptor with its program."""
    stream = pdf.make_stream(program)
    if subtype:
        stream["/Subtype"] = Name(subtype)
    return Dictionary(
        {"/Type": Name.FontDescriptor, "/FontName": Name("/ABCDEF+Own"), "/Flags": flags, key: stream}
        | {"/FontBBox": Array([0, 0, 600, 800]), "/ItalicAngle": 0, "/Ascent": 800, "/Descent": -200}
        | {"/CapHeight": 700, "/StemV": 80}
    )


def _simple(pdf: Pdf, subtype: str, key: str, program: bytes, *, flags: int, inner: str = "") -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name(subtype),
        BaseFont=Name("/ABCDEF+Own"),
        FirstChar=65,
        LastChar=66,
        Widths=Array([WIDTH, WIDTH]),
        FontDescriptor=pdf.make_indirect(descriptor(pdf, key, program, flags=flags, subtype=inner)),
    )


def _composite(pdf: Pdf, encoding: Name | Stream) -> Dictionary:
    info = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/ABCDEF+Own"),
        CIDSystemInfo=info,
        DW=WIDTH,
        W=Array([1, Array([WIDTH]), 2, 2, WIDTH]),
        CIDToGIDMap=Name.Identity,
        FontDescriptor=pdf.make_indirect(descriptor(pdf, "/FontFile2", true_type(), flags=4)),
    )
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/ABCDEF+Own"),
        Encoding=encoding,
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
    )


def _own_cmap(pdf: Pdf) -> Stream:
    stream = pdf.make_stream(CMAP)
    stream["/Type"] = Name.CMap
    stream["/CMapName"] = Name.Own
    stream["/CIDSystemInfo"] = Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0)
    return stream


def _fonts(pdf: Pdf) -> Dictionary:
    plain = _simple(pdf, "/TrueType", "/FontFile2", true_type(), flags=32)
    plain["/Encoding"] = Name.WinAnsiEncoding
    drawn = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 600, 600]),
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
        FirstChar=65,
        LastChar=65,
        Widths=Array([WIDTH]),
        Resources=Dictionary(),
        CharProcs=Dictionary(A=pdf.make_stream(b"600 0 0 0 500 500 d1 0 0 500 500 re f")),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
    )
    fonts = {
        "/T": plain,
        "/S": _simple(pdf, "/TrueType", "/FontFile2", true_type(symbolic=True), flags=4),
        "/F": _simple(pdf, "/Type1", "/FontFile3", compact(), flags=4, inner="/Type1C"),
        "/C": _composite(pdf, Name("/Identity-H")),
        "/M": _composite(pdf, _own_cmap(pdf)),
        "/Y": drawn,
    }
    return Dictionary({name: pdf.make_indirect(font) for name, font in fonts.items()})


def tint(pdf: Pdf, parts: int) -> Stream:
    """Return a function from *parts* tints to red, green and blue."""
    stream = pdf.make_stream(b"{ " + b"pop " * parts + b"1 0 0 }")
    stream["/FunctionType"] = 4
    stream["/Domain"] = Array([0, 1] * parts)
    stream["/Range"] = Array([0, 1] * 3)
    return stream


def _spaces(pdf: Pdf) -> Dictionary:
    one = Array([Name.Separation, Name("/Spot"), Name.DeviceRGB, tint(pdf, 1)])
    attributes = Dictionary(Colorants=Dictionary({"/Spot": one}))
    both = Array([Name.DeviceN, Array([Name("/Spot"), Name.Cyan]), Name.DeviceRGB, tint(pdf, 2), attributes])
    return Dictionary({"/Z": one, "/N": both, "/I": Array([Name.ICCBased, profile(pdf)])})


def profile(pdf: Pdf, **bytes_at: bytes) -> Stream:
    """Return an sRGB profile, with other *bytes_at* places (`at12=b"…"`)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for place, value in bytes_at.items():
        at = int(place.removeprefix("at"))
        data[at : at + len(value)] = value
    stream = pdf.make_stream(bytes(data))
    stream["/N"] = 3
    return stream


def jpeg_2000(pdf: Pdf, change: Callable[[bytes], bytes] = lambda data: data) -> Stream:
    """Return a picture in JPEG 2000, its bytes changed."""
    output = io.BytesIO()
    Image.new("RGB", (8, 8), (1, 2, 3)).save(output, "JPEG2000")
    stream = Stream(pdf, change(output.getvalue()))
    stream["/Type"], stream["/Subtype"] = Name.XObject, Name.Image
    stream["/Width"], stream["/Height"] = 8, 8
    stream["/Filter"] = Name.JPXDecode
    return stream


def _page(pdf: Pdf) -> Dictionary:
    picture = pdf.make_stream(bytes(12))
    for key, value in (("Type", Name.XObject), ("Subtype", Name.Image), ("Width", 2), ("Height", 2)):
        picture[f"/{key}"] = value
    picture["/BitsPerComponent"], picture["/ColorSpace"] = 8, Name.DeviceRGB
    form = pdf.make_stream(b"0 0 3 3 re f")
    form["/Type"], form["/Subtype"], form["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 3, 3])
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Layer")))
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([layer]), D=Dictionary(Name=String("D"), Order=Array([layer])))
    state = Dictionary(Type=Name.ExtGState, BM=Name.Multiply, ca=0.5, TR2=Name.Default)
    resources = Dictionary(
        Font=_fonts(pdf),
        XObject=Dictionary(P=picture, X=form, J=jpeg_2000(pdf)),
        ExtGState=Dictionary(G=pdf.make_indirect(state)),
        ColorSpace=_spaces(pdf),
        Properties=Dictionary(L=layer),
    )
    look = pdf.make_stream(b"0 0 10 10 re f")
    look["/Type"], look["/Subtype"], look["/BBox"] = Name.XObject, Name.Form, Array([0, 0, 10, 10])
    square = Dictionary(Type=Name.Annot, Subtype=Name.Square, F=4, Rect=Array([0, 0, 10, 10]), AP=Dictionary(N=look))
    action = Dictionary(S=Name.URI, URI=String("https://example.org/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([0, 0, 10, 10]), A=action)
    return Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 200, 200]),
        Resources=resources,
        Contents=pdf.make_stream(CONTENT),
        Annots=Array([pdf.make_indirect(square), pdf.make_indirect(link)]),
    )


def specimen() -> Pdf:
    """Return the file, open."""
    pdf = pikepdf.new()
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(_page(pdf))))
    condition = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"))
    condition["/DestOutputProfile"] = profile(pdf)
    pdf.Root["/OutputIntents"] = Array([condition])
    metadata = Stream(pdf, XMP.encode("utf-8"))
    metadata["/Type"], metadata["/Subtype"] = Name.Metadata, Name.XML
    pdf.Root["/Metadata"] = metadata
    return pdf


def saved(pdf: Pdf, path: Path) -> Path:
    """Write *pdf* to *path* as it is."""
    pdf.save(path, deterministic_id=True, fix_metadata_version=False, min_version="1.7", compress_streams=False)
    return path
