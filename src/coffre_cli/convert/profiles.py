"""ICC profiles that are none: what they stand for takes their place, as readers do that cannot use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

_HEADER = 128
_CLASSES = frozenset({b"prtr", b"mntr", b"scnr", b"spac"})
_PARTS = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4, b"Lab ": 3}
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}
_NEWEST = 4
"""ICC 4; PDF/A-2 knows no later one (ISO 19005-2, 6.2.4.2)."""
_DEEPEST = 6


def without_unsound_profiles(pdf: pikepdf.Pdf) -> None:
    """Put the device's own colours in the place of each ICC profile of *pdf* that no reader could use."""
    from pikepdf import Array, Dictionary, Stream

    unsound = {one.objgen: int(one.get("/N", 0)) for one in pdf.objects if _is_profile(one) and not _is_sound(one)}
    if not unsound:
        return
    for holder in list(pdf.objects):
        if isinstance(holder, Array | Dictionary | Stream):
            _replace(holder, unsound, 0)


def is_sound_profile(data: bytes, parts: int) -> bool:
    """Whether *data* begin as an ICC profile for colours of so many *parts* that PDF/A allows."""
    return (
        len(data) > _HEADER
        and data[36:40] == b"acsp"
        and data[12:16] in _CLASSES
        and _PARTS.get(data[16:20]) == parts
        and data[8] <= _NEWEST
        and int.from_bytes(data[:4]) <= len(data)
    )


def _is_profile(one: pikepdf.Object) -> bool:
    from pikepdf import Stream

    return isinstance(one, Stream) and "/N" in one and "/First" not in one  # an object stream has both


def _is_sound(profile: pikepdf.Object) -> bool:
    return is_sound_profile(profile.read_bytes(), int(profile.get("/N", 0)))


def _replace(holder: pikepdf.Object, unsound: dict[tuple[int, int], int], depth: int) -> None:
    from pikepdf import Array, Dictionary, Name

    places = list(range(len(holder))) if isinstance(holder, Array) else list(holder.keys())
    for place in places:
        value = holder[place]
        if not isinstance(value, Array | Dictionary):
            continue
        if isinstance(value, Array) and len(value) > 1 and value[0] == Name.ICCBased:
            device = _DEVICES.get(unsound.get(value[1].objgen, 0))
            if device is not None:
                holder[place] = Name(device)
        elif not value.is_indirect and depth < _DEEPEST:
            _replace(value, unsound, depth + 1)
