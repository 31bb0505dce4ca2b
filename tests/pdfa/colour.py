"""Clauses 6.2.3 and 6.2.4 of ISO 19005-2: output intents and colour spaces."""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Stream

from tests.pdfa.document import Document
from tests.pdfa.judge import rule
from tests.pdfa.walk import SpaceUse

_PARTS = {"GRAY": 1, "RGB ": 3, "CMYK": 4, "Lab ": 3}
_DEVICES = {"/DeviceRGB": "/DefaultRGB", "/DeviceCMYK": "/DefaultCMYK", "/DeviceGray": "/DefaultGray"}
_PROCESS = frozenset({"/Cyan", "/Magenta", "/Yellow", "/Black", "/None", "/All"})
_DEEPEST = 8


def _profile(stream: Stream) -> tuple[str, str, int]:
    """Return device class, colour space and major version of an ICC profile."""
    head = stream.read_bytes()[:128]
    if len(head) < 128 or head[36:40] != b"acsp":
        return "????", "????", 99
    return head[12:16].decode("latin-1"), head[16:20].decode("latin-1"), head[8]


@rule("6.2.3-1")
def profile_of_the_output_intent(document: Document) -> Iterator[str]:
    """6.2.3: an output intent's profile is `prtr` or `mntr`, for GRAY, RGB or CMYK, not newer than ICC 4."""
    for intent in document.output_intents():
        profile = intent.get("/DestOutputProfile")
        if isinstance(profile, Stream):
            device, space, version = _profile(profile)
            if device not in {"prtr", "mntr"} or space not in {"GRAY", "RGB ", "CMYK"} or version > 4:
                yield f"{device} {space} {version}"
            elif profile.get("/N") != _PARTS[space]:
                yield f"N is {profile.get('/N')} for {space}"


@rule("6.2.3-2")
def one_profile_for_all_intents(document: Document) -> Iterator[str]:
    """6.2.3: all output intents share one profile object."""
    profiles = [intent["/DestOutputProfile"] for intent in document.output_intents() if "/DestOutputProfile" in intent]
    if len({profile.objgen for profile in profiles}) > 1:
        yield "different profiles"


@rule("6.2.3-3")
def no_profile_elsewhere(document: Document) -> Iterator[str]:
    """6.2.3: no DestOutputProfileRef."""
    if any("/DestOutputProfileRef" in intent for intent in document.output_intents()):
        yield "DestOutputProfileRef"


@rule("6.2.3-4")
def intents_are_identified(document: Document) -> Iterator[str]:
    """6.2.3: an output intent says S and OutputConditionIdentifier (ISO 32000-1, table 365)."""
    for intent in document.output_intents():
        if "/S" not in intent or "/OutputConditionIdentifier" not in intent:
            yield "an output intent without S or OutputConditionIdentifier"


def _flat(use: SpaceUse) -> Iterator[tuple[str, Object | None]]:
    """Yield the family of a colour space and of all it rests on, with its defining object; defaults replace devices."""
    yield from _parts(use.space, use.resources, 0)


def _parts(space: Object, resources: Dictionary | None, depth: int) -> Iterator[tuple[str, Object | None]]:
    if depth > _DEEPEST:
        yield "too deep", None
        return
    family = str(space[0] if isinstance(space, Array) and len(space) else space)
    if not isinstance(space, Array):
        yield from _device(family, resources, depth)
        return
    yield family, space
    match family:
        case "/Indexed":
            yield from _parts(space[1], resources, depth + 1)
        case "/Pattern" if len(space) > 1:
            yield from _parts(space[1], resources, depth + 1)
        case "/Separation" | "/DeviceN":
            yield from _parts(space[2], resources, depth + 1)
        case "/DeviceRGB" | "/DeviceCMYK" | "/DeviceGray":
            yield from _device(family, resources, depth)
        case _:
            pass


def _device(family: str, resources: Dictionary | None, depth: int) -> Iterator[tuple[str, Object | None]]:
    spaces = resources.get("/ColorSpace") if resources is not None else None
    default = spaces.get(_DEVICES.get(family, "/"), None) if isinstance(spaces, Dictionary) else None
    if default is not None and depth <= _DEEPEST:
        yield from _parts(default, None, depth + 1)
    else:
        yield family, None


@rule("6.2.4-1")
def known_colour_spaces(document: Document) -> Iterator[str]:
    """6.2.4.1: colour spaces are those of ISO 32000-1, 8.6."""
    known = {*_DEVICES, "/CalGray", "/CalRGB", "/Lab", "/ICCBased", "/Indexed", "/Pattern", "/Separation", "/DeviceN"}
    for use in document.walk.spaces:
        for family, _space in _flat(use):
            if family not in known:
                yield f"{family} in {use.where}"


@rule("6.2.4.2-1")
def profiles_of_colour_spaces(document: Document) -> Iterator[str]:
    """6.2.4.2: ICCBased profiles are of a known class and space, not newer than ICC 4; N counts components."""
    for array in document.arrays():
        if len(array) != 2 or array[0] != Name.ICCBased or not isinstance(array[1], Stream):
            continue
        device, space, version = _profile(array[1])
        if device not in {"prtr", "mntr", "scnr", "spac"} or space not in _PARTS or version > 4:
            yield f"{device} {space} {version} in {document.label(array[1])}"
        elif array[1].get("/N") != _PARTS[space]:
            yield f"N is {array[1].get('/N')} for {space} in {document.label(array[1])}"


@rule("6.2.4.2-2")
def no_overprint_mode_with_icc_cmyk(document: Document) -> Iterator[str]:
    """6.2.4.2: overprint mode 1 is not used with overprinting in an ICCBased CMYK colour space."""
    for use in document.walk.spaces:
        if use.overprint and use.overprint_mode == 1:
            for family, space in _flat(use):
                if family == "/ICCBased" and space is not None and space[1].get("/N") == 4:
                    yield use.where


def _wrong_devices(document: Document, device: str, *allowed: str) -> Iterator[str]:
    if document.intent_space in allowed:
        return
    for use in document.walk.spaces:
        if any(family == device for family, _space in _flat(use)):
            yield f"{device[1:]} in {use.where}, output intent {document.intent_space}"


@rule("6.2.4.3-2")
def device_rgb(document: Document) -> Iterator[str]:
    """6.2.4.3: DeviceRGB needs DefaultRGB or an RGB output intent."""
    yield from _wrong_devices(document, "/DeviceRGB", "RGB ")


@rule("6.2.4.3-3")
def device_cmyk(document: Document) -> Iterator[str]:
    """6.2.4.3: DeviceCMYK needs DefaultCMYK or a CMYK output intent."""
    yield from _wrong_devices(document, "/DeviceCMYK", "CMYK")


@rule("6.2.4.3-4")
def device_gray(document: Document) -> Iterator[str]:
    """6.2.4.3: DeviceGray needs DefaultGray or an output intent."""
    yield from _wrong_devices(document, "/DeviceGray", "RGB ", "CMYK", "GRAY")


@rule("6.2.4.4-1")
def colorants_are_defined(document: Document) -> Iterator[str]:
    """6.2.4.4: each spot colour of a DeviceN colour space stands in its Colorants dictionary."""
    for array in document.arrays():
        if len(array) >= 4 and array[0] == Name.DeviceN and isinstance(array[1], Array):
            attributes = array[4] if len(array) > 4 else Dictionary()
            defined = attributes.get("/Colorants", Dictionary())
            process = attributes.get("/Process", Dictionary()).get("/Components", ())
            known = {*_PROCESS, *(str(name) for name in process), *defined.keys()}
            for name in array[1]:
                if str(name) not in known:
                    yield f"{name}"


@rule("6.2.4.4-2")
def separations_agree(document: Document) -> Iterator[str]:
    """6.2.4.4: Separations of one name have equal alternate spaces and tint transforms."""
    seen: dict[str, tuple[bytes, bytes]] = {}
    for array in document.arrays():
        if len(array) == 4 and array[0] == Name.Separation and str(array[1]) not in {"/All", "/None"}:
            meaning = (_spelled(array[2]), _spelled(array[3]))
            if seen.setdefault(str(array[1]), meaning) != meaning:
                yield f"{array[1]}"


def _spelled(one: Object, depth: int = 0) -> bytes:
    """Return an object spelled out, streams decoded, whether it is indirect or not."""
    if depth > _DEEPEST:
        return b"..."
    if isinstance(one, Stream):
        keys = sorted(set(one.keys()) - {"/Length", "/Filter", "/DecodeParms"})
        return b"".join(key.encode() + _spelled(one[key], depth + 1) for key in keys) + one.read_bytes()
    if isinstance(one, Dictionary):
        return b"".join(key.encode() + _spelled(one[key], depth + 1) for key in sorted(one.keys()))
    if isinstance(one, Array):
        return b"[" + b" ".join(_spelled(value, depth + 1) for value in one) + b"]"
    return repr(one).encode()
