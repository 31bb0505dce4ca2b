"""Each rule of the validator is broken once in a file that keeps all of them: none of them is unable to fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from tests.pdfa.judge import all_rules, validate
from tests.pdfa.specimen import (
    CMAP,
    CONTENT,
    XMP,
    jpeg_2000,
    profile,
    saved,
    specimen,
    tint,
    true_type,
    two_cmaps,
    without_cmap,
)

Change = Callable[[Pdf], object]
Pick = Callable[[Pdf], Object]


def root(pdf: Pdf) -> Object:
    return pdf.Root


def page(pdf: Pdf) -> Object:
    return pdf.pages[0].obj


def spaces(pdf: Pdf) -> Object:
    return page(pdf)["/Resources"]["/ColorSpace"]


def resource(kind: str, name: str) -> Pick:
    return lambda pdf: page(pdf)["/Resources"][kind][name]


def font(name: str) -> Pick:
    return resource("/Font", name)


def descendant(name: str) -> Pick:
    return lambda pdf: font(name)(pdf)["/DescendantFonts"][0]


def described(name: str) -> Pick:
    return lambda pdf: font(name)(pdf)["/FontDescriptor"]


def note(number: int) -> Pick:
    return lambda pdf: page(pdf)["/Annots"][number]


def layers(pdf: Pdf) -> Object:
    return pdf.Root["/OCProperties"]["/D"]


def put(pick: Pick, key: str, value: object) -> Change:
    return lambda pdf: pick(pdf).__setitem__(key, value)


def add(pick: Pick, key: str, make: Callable[[Pdf], object]) -> Change:
    return lambda pdf: pick(pdf).__setitem__(key, make(pdf))


def drop(pick: Pick, key: str) -> Change:
    return lambda pdf: pick(pdf).__delitem__(key)


def draw(content: bytes) -> Change:
    return lambda pdf: page(pdf)["/Contents"].write(CONTENT + b"\n" + content)


def both(*changes: Change) -> Change:
    return lambda pdf: [change(pdf) for change in changes]


def tell(old: str, new: str) -> Change:
    assert old in XMP
    return lambda pdf: pdf.Root["/Metadata"].write(XMP.replace(old, new, 1).encode("utf-8"))


def state(**entries: object) -> Change:
    return lambda pdf: [
        resource("/ExtGState", "/G")(pdf).__setitem__(f"/{key}", value) for key, value in entries.items()
    ]


def picture(change: Callable[[bytes], bytes]) -> Change:
    return lambda pdf: page(pdf)["/Resources"]["/XObject"].__setitem__("/J", jpeg_2000(pdf, change))


def swapped(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def form(**entries: object) -> Change:
    return put(
        root, "/AcroForm", Dictionary({f"/{key}": value for key, value in ({"Fields": Array()} | entries).items()})
    )


def field(**entries: object) -> Change:
    return lambda pdf: form(Fields=Array([pdf.make_indirect(Dictionary({f"/{k}": v for k, v in entries.items()}))]))(
        pdf
    )


def permit(pdf: Pdf) -> None:
    reference = Dictionary(TransformMethod=Name.DocMDP, DigestMethod=Name.SHA1)
    pdf.Root["/Perms"] = Dictionary(DocMDP=pdf.make_indirect(Dictionary(Reference=Array([reference]))))


def many_colorants(pdf: Pdf) -> Array:
    names = Array([Name(f"/Ink{number}") for number in range(33)])
    inks = Dictionary({str(name): resource("/ColorSpace", "/Z")(pdf) for name in names})
    return Array([Name.DeviceN, names, Name.DeviceRGB, tint(pdf, 33), Dictionary(Colorants=inks)])


def icc(space: bytes = b"CMYK", parts: int = 4) -> Callable[[Pdf], Array]:
    def make(pdf: Pdf) -> Array:
        stream = profile(pdf, at16=space)
        stream["/N"] = parts
        return Array([Name.ICCBased, stream])

    return make


def overprinted(pdf: Pdf) -> None:
    page(pdf)["/Resources"]["/ColorSpace"]["/K"] = icc()(pdf)
    state(op=True, OPM=1)(pdf)
    draw(b"/G gs /K cs 0 0 0 1 scn 0 0 1 1 re f")(pdf)


def widget(pdf: Pdf) -> None:
    note(1)(pdf)["/Subtype"] = Name.Widget
    note(1)(pdf)["/T"] = String("t")
    form(Fields=Array([note(1)(pdf)]))(pdf)


def halftone(**entries: object) -> Change:
    return state(HT=Dictionary({"/Type": Name.Halftone} | {f"/{key}": value for key, value in entries.items()}))


def specification(pdf: Pdf) -> Dictionary:
    stream = pdf.make_stream(b"plain words")
    return Dictionary(Type=Name.Filespec, F=String("a"), UF=String("a"), EF=Dictionary(F=stream))


def attached(pdf: Pdf) -> None:
    pdf.Root["/Names"] = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("a"), specification(pdf)])))


def attached_without_name(pdf: Pdf) -> None:
    attached(pdf)
    del pdf.Root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/UF"]


def second_intent(pdf: Pdf) -> None:
    other = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFX, OutputConditionIdentifier=String("x"))
    other["/DestOutputProfile"] = pdf.make_indirect(profile(pdf, at40=b"MSFT"))
    pdf.Root["/OutputIntents"].append(other)


def without_own_resources(pdf: Pdf) -> None:
    resource("/XObject", "/X")(pdf).write(b"/G gs 0 0 3 3 re f")


def unlike_separation(pdf: Pdf) -> None:
    other = Array([Name.Separation, Name("/Spot"), Name.DeviceGray, tint(pdf, 1)])
    page(pdf)["/Resources"]["/ColorSpace"]["/Z2"] = other


def program(name: str, key: str, data: bytes) -> Change:
    return lambda pdf: described(name)(pdf).__setitem__(key, pdf.make_stream(data))


def cid_set(pdf: Pdf) -> None:
    descendant("/C")(pdf)["/FontDescriptor"]["/CIDSet"] = pdf.make_stream(b"\x80")


def two_configurations(pdf: Pdf) -> None:
    pdf.Root["/OCProperties"]["/Configs"] = Array([Dictionary(Name=String("D"))])


def lying_identity(pdf: Pdf) -> None:
    stream = pdf.make_stream(CMAP.replace(b"/WMode 0", b"/WMode 1"))
    stream["/CIDSystemInfo"] = font("/M")(pdf)["/Encoding"]["/CIDSystemInfo"]
    font("/M")(pdf)["/Encoding"] = stream


def other_cmap(old: bytes, new: bytes) -> Change:
    def change(pdf: Pdf) -> None:
        font("/M")(pdf)["/Encoding"].write(swapped(old, new)(CMAP))

    return change


def in_name(prefix: str, name: str) -> Change:
    return draw(f"/{prefix}{name} MP".encode())


def font_named_badly(pdf: Pdf) -> Object:
    fonts = page(pdf)["/Resources"]["/Font"]
    fonts["/T"]["/BaseFont"] = Object.parse(b"/Caf#E9")
    return fonts


def doubled_colr(data: bytes) -> bytes:
    """Return a JPEG 2000 file with its colour specification twice, no one called the best."""
    at = data.find(b"colr") - 4
    box = data[at : at + int.from_bytes(data[at : at + 4])]
    head = data.find(b"jp2h") - 4
    size = int.from_bytes(data[head : head + 4]) + len(box)
    return data[:head] + size.to_bytes(4) + data[head + 4 : at] + box + data[at:]


def with_channels(data: bytes, count: int) -> bytes:
    at = data.find(b"\xff\x51") + 38
    return data[:at] + count.to_bytes(2) + data[at + 2 :]


def depth_of_first(data: bytes, bits: int) -> bytes:
    at = data.find(b"\xff\x51") + 40
    return data[:at] + bytes([bits - 1]) + data[at + 1 :]


BROKEN: dict[str, Change] = {
    "6.1.7-3": lambda pdf: page(pdf)["/Contents"].__setitem__("/FFilter", Name.FlateDecode),
    "6.1.7-4": lambda pdf: page(pdf)["/Resources"]["/XObject"]["/P"].write(
        b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01", filter=Name.LZWDecode
    ),
    "6.1.8-1": lambda pdf: page(pdf)["/Resources"].__setitem__("/Font", font_named_badly(pdf)),
    "6.1.10-1": draw(b"BI /W 1 /H 1 /BPC 8 /CS /G /F /LZW ID \x80\x00\x20 EI"),
    "6.1.12-1": put(root, "/Perms", Dictionary(Other=1)),
    "6.1.12-2": permit,
    "6.1.13-1": draw(b"2147483648 0 m"),
    "6.1.13-2": draw(b"4" + b"0" * 39 + b".0 0 m"),
    "6.1.13-3": put(page, "/Note", String("x" * 32768)),
    "6.1.13-4": in_name("N", "x" * 127),
    "6.1.13-5": draw(b"0." + b"0" * 40 + b"1 0 m"),
    "6.1.13-8": draw(b"q " * 29 + b"Q " * 29),
    "6.1.13-9": add(spaces, "/N", many_colorants),
    "6.1.13-10": other_cmap(b"<00FF> 0", b"<00FF> 65500"),
    "6.1.13-11": put(page, "/CropBox", Array([0, 0, 2, 100])),
    "6.2.2-1": draw(b"BX 1 2 zz EX"),
    "6.2.2-2": without_own_resources,
    "6.2.2-3": draw(b"/Nothing Do"),
    "6.2.3-1": add(
        lambda pdf: pdf.Root["/OutputIntents"][0], "/DestOutputProfile", lambda pdf: profile(pdf, at12=b"link")
    ),
    "6.2.3-2": second_intent,
    "6.2.3-3": put(lambda pdf: pdf.Root["/OutputIntents"][0], "/DestOutputProfileRef", Dictionary()),
    "6.2.3-4": drop(lambda pdf: pdf.Root["/OutputIntents"][0], "/OutputConditionIdentifier"),
    "6.2.4-1": both(put(spaces, "/O", Array([Name.Odd])), draw(b"/O cs")),
    "6.2.4.2-1": add(spaces, "/I", icc(b"RGB ", 4)),
    "6.2.4.2-2": overprinted,
    "6.2.4.3-2": drop(root, "/OutputIntents"),
    "6.2.4.3-3": draw(b"0 0 0 1 k 0 0 1 1 re f"),
    "6.2.4.3-4": drop(root, "/OutputIntents"),
    "6.2.4.4-1": lambda pdf: resource("/ColorSpace", "/N")(pdf)[4].__setitem__("/Colorants", Dictionary()),
    "6.2.4.4-2": unlike_separation,
    "6.2.5-1": state(TR=Name.Identity),
    "6.2.5-2": state(TR2=Name.Identity),
    "6.2.5-3": state(HTP=Array([0, 0])),
    "6.2.5-4": halftone(HalftoneType=6),
    "6.2.5-5": halftone(HalftoneType=1, HalftoneName=String("n")),
    "6.2.5-6": halftone(HalftoneType=1, TransferFunction=Name.Identity),
    "6.2.6-1": draw(b"/Vivid ri"),
    "6.2.8-1": put(resource("/XObject", "/P"), "/Alternates", Array()),
    "6.2.8-2": put(resource("/XObject", "/P"), "/OPI", Dictionary()),
    "6.2.8-3": put(resource("/XObject", "/P"), "/Interpolate", value=True),
    "6.2.8.3-1": picture(lambda data: with_channels(data, 5)),
    "6.2.8.3-2": picture(doubled_colr),
    "6.2.8.3-3": picture(swapped(b"colr\x01", b"colr\x04")),
    "6.2.8.3-4": picture(swapped(b"colr\x01\x00\x00\x00\x00\x00\x10", b"colr\x01\x00\x00\x00\x00\x00\x13")),
    "6.2.8.3-5": picture(lambda data: depth_of_first(data, 39)),
    "6.2.9-1": put(resource("/XObject", "/X"), "/PS", Dictionary()),
    "6.2.9-2": put(resource("/XObject", "/X"), "/Ref", Dictionary()),
    "6.2.9-3": put(resource("/XObject", "/X"), "/Subtype", Name.PS),
    "6.2.10-1": state(BM=Name.Vivid),
    "6.2.10-2": drop(root, "/OutputIntents"),
    "6.2.11.2-1": drop(font("/T"), "/Type"),
    "6.2.11.2-2": put(font("/T"), "/Subtype", Name.Type9),
    "6.2.11.2-3": drop(font("/T"), "/BaseFont"),
    "6.2.11.2-4": drop(font("/T"), "/FirstChar"),
    "6.2.11.2-5": drop(font("/T"), "/LastChar"),
    "6.2.11.2-6": put(font("/T"), "/Widths", Array([600])),
    "6.2.11.2-7": lambda pdf: described("/F")(pdf)["/FontFile3"].__setitem__("/Subtype", Name.Type2C),
    "6.2.11.3-1": lambda pdf: descendant("/M")(pdf).__setitem__(
        "/CIDSystemInfo", Dictionary(Registry=String("Adobe"), Ordering=String("Japan1"), Supplement=0)
    ),
    "6.2.11.3-2": drop(descendant("/C"), "/CIDToGIDMap"),
    "6.2.11.3-3": put(font("/C"), "/Encoding", Name("/Own-H")),
    "6.2.11.3-4": lying_identity,
    "6.2.11.3-5": other_cmap(b"/CMapType 1 def", b"/Own-Other usecmap"),
    "6.2.11.4-1": drop(described("/T"), "/FontFile2"),
    "6.2.11.4-2": draw(b"BT 0 Tr /T 12 Tf (Z) Tj ET"),
    "6.2.11.4-3": put(described("/F"), "/CharSet", String("/A")),
    "6.2.11.4-4": cid_set,
    "6.2.11.5-1": put(font("/T"), "/Widths", Array([600, 620])),
    "6.2.11.6-1": program("/T", "/FontFile2", without_cmap(true_type())),
    "6.2.11.6-2": put(font("/T"), "/Encoding", Name.StandardEncoding),
    "6.2.11.6-3": both(put(font("/S"), "/Encoding", Name.WinAnsiEncoding), draw(b"BT /S 12 Tf (A) Tj ET")),
    "6.2.11.6-4": both(program("/S", "/FontFile2", two_cmaps(true_type())), draw(b"BT /S 12 Tf (A) Tj ET")),
    "6.2.11.7-1": lambda pdf: described("/F")(pdf).__setitem__("/FontFile2", pdf.make_stream(true_type())),
    "6.2.11.8-1": draw(b"BT 3 Tr /C 12 Tf <0000> Tj ET"),
    "6.3.1-1": put(note(0), "/Subtype", Name.Movie),
    "6.3.2-1": drop(note(0), "/F"),
    "6.3.2-2": put(note(0), "/F", 4 | 2),
    "6.3.3-1": drop(note(0), "/AP"),
    "6.3.3-2": lambda pdf: note(0)(pdf)["/AP"].__setitem__("/D", note(0)(pdf)["/AP"]["/N"]),
    "6.4.1-1": widget,
    "6.4.1-2": field(T=String("t"), AA=Dictionary()),
    "6.4.1-3": form(NeedAppearances=True),
    "6.4.2-1": form(XFA=Array()),
    "6.4.2-2": put(root, "/NeedsRendering", value=True),
    "6.4.3-1": field(FT=Name.Sig, T=String("t"), V=Dictionary()),
    "6.5.1-1": put(note(1), "/A", Dictionary(S=Name.JavaScript, JS=String("1"))),
    "6.5.1-2": put(note(1), "/A", Dictionary(S=Name.Named, N=Name.Print)),
    "6.5.2-1": put(root, "/AA", Dictionary()),
    "6.5.2-2": put(page, "/AA", Dictionary()),
    "6.6.2.1-1": drop(root, "/Metadata"),
    "6.6.2.1-2": tell('id="W5', 'bytes="9" id="W5'),
    "6.6.2.1-3": tell('id="W5', 'encoding="UTF-8" id="W5'),
    "6.6.2.1-4": tell("</x:xmpmeta>", "</x:other>"),
    "6.6.2.1-5": lambda pdf: pdf.Root["/Metadata"].write(XMP.encode("utf-16")),
    "6.6.2.3-1": tell("<pdfaSchema:prefix>", "<pdfaSchema:odd>1</pdfaSchema:odd><pdfaSchema:prefix>"),
    "6.6.2.3-2": lambda pdf: pdf.Root["/Metadata"].write(XMP.replace("pdfaExtension", "ext").encode()),
    "6.6.2.3-3": tell("<pdfaSchema:schema>Own</pdfaSchema:schema>", ""),
    "6.6.2.3-4": tell("external", "outside"),
    "6.6.2.3-5": tell("<pdfaType:type>Tone</pdfaType:type>", ""),
    "6.6.2.3-6": tell("<pdfaField:name>hue</pdfaField:name>", ""),
    "6.6.2.3-7": tell("<own:colour>", "<own:smell>bad</own:smell><own:colour>"),
    "6.6.4-1": tell("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>", ""),
    "6.6.4-2": tell("<pdfaid:part>2", "<pdfaid:part>1"),
    "6.6.4-3": tell("<pdfaid:conformance>B", "<pdfaid:conformance>C"),
    "6.6.4-4": lambda pdf: pdf.Root["/Metadata"].write(XMP.replace("pdfaid", "id").encode()),
    "6.8-2": attached_without_name,
    "6.8-5": attached,
    "6.9-1": drop(layers, "/Name"),
    "6.9-2": two_configurations,
    "6.9-3": put(layers, "/Order", Array()),
    "6.9-4": put(layers, "/AS", Array()),
    "6.10-1": put(root, "/Names", Dictionary(AlternatePresentations=Dictionary())),
    "6.10-2": put(page, "/PresSteps", Dictionary()),
    "6.11-1": put(root, "/Requirements", Array()),
}


def replaced(pattern: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        after = re.sub(pattern, new, data, count=1)
        assert after != data
        return after

    return change


TWISTED: dict[str, Callable[[bytes], bytes]] = {
    "6.1.2-1": lambda data: b"%PDF-1.8" + data[8:],
    "6.1.2-2": lambda data: data[:10] + b"abcd" + data[14:],
    "6.1.3-1": replaced(rb"/ID ?\[", b"/Id ["),
    "6.1.3-3": lambda data: data + b"more",
    "6.1.4-1": replaced(rb"\n00000(\d{5}) 00000 n", rb"\n00001\1 00000 n"),
    "6.1.4-2": replaced(rb"\nxref\n", b"\nxref \n"),
    "6.1.6-1": replaced(rb"<00010002> Tj", b"<0001000 > Tj"),
    "6.1.6-2": replaced(rb"<00010002> Tj", b"<0001000G> Tj"),
    "6.1.7-1": replaced(rb"/Length (\d)(\d) ", rb"/Length \g<1>0 "),
    "6.1.7-2": replaced(rb"stream\n600 0 0", b"stream 600 0 0"),
    "6.1.9-1": replaced(rb"obj\n<<", b"obj <<"),
    "6.1.13-7": replaced(rb"/Size \d\d", b"/Size 9999999" + b" "),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with specimen() as pdf:
        return saved(pdf, tmp_path_factory.mktemp("good") / "good.pdf")


def found(path: Path) -> set[str]:
    """Return the rules that are broken; what could merely not be judged does not count."""
    return {finding.rule for finding in validate(path) if not finding.message.startswith("cannot be judged")}


def test_the_specimen_keeps_every_rule(good: Path) -> None:
    assert validate(good) == []


def test_every_rule_is_broken_here() -> None:
    tested = {*BROKEN, *TWISTED, "6.1.3-2"}
    assert tested == set(all_rules())


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_object_is_found(name: str, tmp_path: Path) -> None:
    with specimen() as pdf:
        BROKEN[name](pdf)
        path = saved(pdf, tmp_path / "broken.pdf")
    assert name in found(path)


@pytest.mark.parametrize("name", TWISTED)
def test_broken_bytes_are_found(name: str, good: Path, tmp_path: Path) -> None:
    path = tmp_path / "twisted.pdf"
    path.write_bytes(TWISTED[name](good.read_bytes()))
    assert name in found(path)


def test_encryption_is_found(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    with specimen() as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user=""))
    assert "6.1.3-2" in found(path)
