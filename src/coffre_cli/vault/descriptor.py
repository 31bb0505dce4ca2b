"""`vault.json`: what a vault says of itself, signed by its log key (docs/format/vault.md)."""

from __future__ import annotations

import contextlib
from pathlib import Path

from coffre_cli.access.errors import SlotDamagedError
from coffre_cli.access.slots import INDEX_SETTINGS, read_slot
from coffre_cli.crypto import canonical
from coffre_cli.crypto.canonical import Fields, Json, NotCanonicalError
from coffre_cli.crypto.errors import ForgedParametersError
from coffre_cli.crypto.keypair import SigningKey, is_signed_by
from coffre_cli.i18n import N_
from coffre_cli.store.fs import Disk
from coffre_cli.values import frozen
from coffre_cli.vault.errors import DescriptorDamagedError, NewerFormatError, VaultChangedError
from coffre_cli.vault.layout import Layout

FORMAT = 1
MAXIMUM_SIZE = 4096
MAXIMUM_SLOT_SIZE = 16 * 1024
_SEAL = "C2SP-chunked-encryption/HKDF-SHA-512/AES-256-GCM"
_KNOWN_FEATURES: frozenset[str] = frozenset()


@frozen
class Descriptor:
    """The public description of a vault."""

    vault_id: bytes
    name: str
    created: str
    log_key: bytes
    generation: int = 0


def write_descriptor(descriptor: Descriptor, key: SigningKey) -> bytes:
    """Return the bytes of `vault.json`."""
    value = _value(descriptor)
    signature = key.sign(canonical.encode(value))
    return canonical.encode({**value, "signature": canonical.b64(signature)}) + b"\n"


def read_descriptor(disk: Disk, layout: Layout) -> tuple[Descriptor, Layout]:
    """Return the descriptor of the vault and the layout of the generation in force, from the spare if need be.

    A copy that belongs to none of the slots beside it is another vault's, brought here by mistake: the spare goes
    before it.

    Raises:
        FileNotFoundError: There is neither `vault.json` nor its spare.
        DescriptorDamagedError: Neither is what was written.
        NewerFormatError: A newer coffre wrote it.
    """
    problem: FileNotFoundError | DescriptorDamagedError | None = None
    strange: tuple[Descriptor, Layout] | None = None
    for path in (layout.descriptor, *_spares(layout)):
        try:
            descriptor = parse_descriptor(disk.read(path, MAXIMUM_SIZE))
        except (FileNotFoundError, DescriptorDamagedError) as error:
            problem = problem or error
            continue
        found = descriptor, Layout(layout.root, descriptor.generation)
        if _has_a_slot(disk, *found):
            return found
        strange = strange or found
    if strange is not None:
        return strange
    raise problem or FileNotFoundError(layout.descriptor)


def verify_in_force(disk: Disk, descriptor: Descriptor, layout: Layout) -> None:
    """Compare with `vault.json` as it is now.

    Raises:
        VaultChangedError: Another process changed the vault's keys.
    """
    if read_descriptor(disk, Layout(layout.root)) != (descriptor, layout):
        raise VaultChangedError


def descriptor_of(disk: Disk, layout: Layout, log_key: bytes) -> tuple[Descriptor, Layout]:
    """Return the copy of `vault.json` that *log_key*, which a slot names, has signed.

    Raises:
        DescriptorDamagedError: There is none.
    """
    for path in (layout.descriptor, *_spares(layout)):
        with contextlib.suppress(FileNotFoundError, DescriptorDamagedError, NewerFormatError):
            descriptor = parse_descriptor(disk.read(path, MAXIMUM_SIZE))
            if descriptor.log_key == log_key:
                return descriptor, Layout(layout.root, descriptor.generation)
    raise DescriptorDamagedError(reason=N_("another safe's"))


def parse_descriptor(data: bytes) -> Descriptor:
    """Return the descriptor that *data* holds, its own signature verified.

    Raises:
        DescriptorDamagedError: It is not what was written.
        NewerFormatError: A newer coffre wrote it.
    """
    if len(data) > MAXIMUM_SIZE or not data.endswith(b"\n"):
        raise DescriptorDamagedError(reason=N_("size"))
    try:
        value = canonical.decode(data[:-1], what="vault.json")
        fields = Fields(value, what="vault.json")
        found = fields.integer("min_reader")
        features = fields.texts("features")
        if found > FORMAT or set(features) - _KNOWN_FEATURES:
            raise NewerFormatError(found=found, known=FORMAT)
        descriptor = _descriptor(fields)
        signature = fields.binary("signature", 64)
    except NotCanonicalError:
        raise DescriptorDamagedError(reason=N_("form")) from None
    unsigned = canonical.encode({name: item for name, item in value.items() if name != "signature"})
    if not is_signed_by(descriptor.log_key, signature, unsigned) or unsigned != canonical.encode(_value(descriptor)):
        raise DescriptorDamagedError(reason=N_("signature"))
    return descriptor


def _has_a_slot(disk: Disk, descriptor: Descriptor, layout: Layout) -> bool:
    for folder in (layout.slots, layout.spare_slots):
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError, SlotDamagedError, ForgedParametersError):
                if read_slot(disk.read(path, MAXIMUM_SLOT_SIZE), name=path.stem).vault_id == descriptor.vault_id:
                    return True
    return False


def _descriptor(fields: Fields) -> Descriptor:
    return Descriptor(
        vault_id=fields.hexadecimal("vault_id", 16),
        name=fields.text("name"),
        created=fields.text("created"),
        log_key=fields.binary("log_key", 32),
        generation=fields.integer("generation"),
    )


def _value(descriptor: Descriptor) -> dict[str, Json]:
    return {
        "created": descriptor.created,
        "features": [],
        "format": FORMAT,
        "generation": descriptor.generation,
        "index": INDEX_SETTINGS,
        "log_key": canonical.b64(descriptor.log_key),
        "min_reader": FORMAT,
        "name": descriptor.name,
        "seal": _SEAL,
        "vault_id": descriptor.vault_id.hex(),
    }


def _spares(layout: Layout) -> tuple[Path, ...]:
    return (*sorted(layout.root.glob("gen-*/spare/vault.json"), reverse=True), Layout(layout.root).spare_descriptor)
