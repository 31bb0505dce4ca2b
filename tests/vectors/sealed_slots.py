"""Slots, good and bad (docs/format/slot.md)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from tests.vectors.messages import OTHER_VAULT, SALT, VAULT
from tests.vectors.recipe import Vector, expand, seal

Object = dict[str, Any]
NAME = hashlib.shake_256(b"a slot").hexdigest(16)
PASSWORD = "Trois châteaux, deux ponts"
CODE_BYTES = hashlib.shake_256(b"a recovery code").digest(20)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORK = {"iterations": 1, "lanes": 1, "memory_kib": 64, "name": "argon2id"}
PAYLOAD = {
    "index": {"hmac": "HMAC_SHA256", "page_size": 4096},
    "log_key": base64.b64encode(hashlib.shake_256(b"log").digest(32)).decode(),
    "spool_key": base64.b64encode(hashlib.shake_256(b"spool").digest(32)).decode(),
    "vmk": base64.b64encode(hashlib.shake_256(b"vmk").digest(32)).decode(),
}


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def recovery_code(secret: bytes) -> str:
    check = int.from_bytes(hashlib.sha256(secret).digest()[:2], "big") >> 6
    number = int.from_bytes(secret, "big") << 10 | check
    symbols = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(34)))
    return "-".join(symbols[start : start + 4] for start in range(0, 34, 4))


@dataclass(frozen=True)
class Slot:
    """How a slot is made."""

    kind: str = "password"
    secret: str = PASSWORD
    payload: bytes = canonical(PAYLOAD)
    vault: bytes = VAULT

    def made(self) -> Object:
        """Return the whole slot."""
        kdf = {**WORK} if self.kind == "password" else {"name": "hkdf-sha-512"}
        kdf["salt"] = b64(SALT[:16])
        derived = self._derived()
        public = {
            "commitment": b64(derived[32:]),
            "created": "2026-11-21T19:23:31Z",
            "id": NAME,
            "kdf": kdf,
            "kind": self.kind,
            "v": 1,
            "vault_id": self.vault.hex(),
        }
        message = seal(derived[:32], b"coffre/1/slot\0" + canonical(public), self.payload, SALT)
        return with_sum({**public, "payload": b64(message)})

    def _derived(self) -> bytes:
        bound = self.vault + bytes.fromhex(NAME)
        if self.kind == "recovery":
            return expand(hmac.digest(SALT[:16], CODE_BYTES, "sha512"), b"coffre/1/recovery\0" + bound, 64)
        argon2 = Argon2id(salt=SALT[:16], length=64, iterations=1, lanes=1, memory_cost=64, ad=bound)
        return argon2.derive(unicodedata.normalize("NFC", self.secret).encode())


def with_sum(value: Object) -> Object:
    """Return *value* with the sum that it calls for."""
    unsummed = {key: item for key, item in value.items() if key != "sum"}
    return {**unsummed, "sum": hashlib.sha256(canonical(unsummed)).hexdigest()[:16]}


def slots() -> Iterator[Vector]:
    """Yield every slot."""
    yield from _valid()
    yield from _bombs()
    yield from _ill_formed()
    yield from _ill_spelled()
    yield from _altered()


def _vector(name: str, comment: str, expect: str, slot: Object | bytes, secret: str = PASSWORD) -> Vector:
    data = slot if isinstance(slot, bytes) else canonical(slot) + b"\n"
    fields = {"kind": "slot", "expect": expect, "name": NAME, "secret": secret}
    simple = data.endswith(b"\n") and data.count(b"\n") == 1 and b"\r" not in data and data.strip() + b"\n" == data
    fields |= {"slot": data[:-1].decode()} if simple else {"slot-hex": data.hex()}
    return Vector(f"slot-{name}", comment, fields)


def _valid() -> Iterator[Vector]:
    code = recovery_code(CODE_BYTES)
    recovery = Slot("recovery").made()
    yield _vector("valid-password", "A password.", "valid", Slot().made())
    yield _vector(
        "valid-password-decomposed",
        "Its accents typed apart.",
        "valid",
        Slot().made(),
        unicodedata.normalize("NFD", PASSWORD),
    )
    yield _vector("valid-recovery", "A recovery code.", "valid", recovery, code)
    lookalikes = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    yield _vector("valid-recovery-lookalikes", "The same, typed badly.", "valid", recovery, lookalikes)
    yield _vector("wrong-password", "Another password.", "secret", Slot().made(), PASSWORD + "!")
    yield _vector("wrong-recovery", "Another recovery code.", "secret", recovery, recovery_code(bytes(20)))


def _bombs() -> Iterator[Vector]:
    bombs: dict[str, tuple[str, int]] = {
        "memory-over-4-gib": ("memory_kib", 4 * 1024 * 1024 + 1),
        "memory-a-tebibyte": ("memory_kib", 2**30),
        "memory-beyond-64-bits": ("memory_kib", 2**70),
        "memory-under-8-per-lane": ("memory_kib", 7),
        "memory-none": ("memory_kib", 0),
        "memory-negative": ("memory_kib", -65536),
        "iterations-none": ("iterations", 0),
        "iterations-33": ("iterations", 33),
        "iterations-four-billion": ("iterations", 2**32),
        "iterations-negative": ("iterations", -1),
        "lanes-none": ("lanes", 0),
        "lanes-17": ("lanes", 17),
        "lanes-beyond-32-bits": ("lanes", 2**32),
    }
    for name, (parameter, value) in bombs.items():
        slot = Slot().made()
        slot["kdf"] = {**slot["kdf"], parameter: value}
        yield _vector(f"bomb-{name}", f"`{parameter}` is {value}.", "parameters", with_sum(slot))


def _ill_formed() -> Iterator[Vector]:
    whole = Slot().made()
    fields: dict[str, Object] = {
        "version-2": {"v": 2},
        "version-true": {"v": "1"},
        "unknown-kind": {"kind": "notary"},
        "unknown-kdf": {"kdf": {**whole["kdf"], "name": "scrypt"}},
        "password-without-stretching": {"kdf": {"name": "hkdf-sha-512", "salt": whole["kdf"]["salt"]}},
        "recovery-with-stretching": {"kind": "recovery"},
        "kdf-without-salt": {"kdf": WORK},
        "kdf-a-string": {"kdf": "argon2id"},
        "kdf-with-one-more-key": {"kdf": {**whole["kdf"], "pepper": ""}},
        "iterations-a-string": {"kdf": {**whole["kdf"], "iterations": "1"}},
        "iterations-a-fraction": {"kdf": {**whole["kdf"], "iterations": 1.5}},
        "iterations-true": {"kdf": {**whole["kdf"], "iterations": True}},
        "salt-of-15-bytes": {"kdf": {**whole["kdf"], "salt": b64(SALT[:15])}},
        "commitment-of-31-bytes": {"commitment": b64(SALT + bytes(7))},
        "commitment-not-padded": {"commitment": whole["commitment"].rstrip("=")},
        "commitment-a-number": {"commitment": 0},
        "payload-not-base64": {"payload": "*" * 8},
        "id-in-capitals": {"id": NAME.upper()},
        "vault-id-short": {"vault_id": VAULT[:15].hex()},
        "one-key-more": {"note": "hello"},
        "created-null": {"created": None},
    }
    for name, changes in fields.items():
        yield _vector(f"form-{name}", "The form is not that of a slot.", "form", with_sum({**whole, **changes}))
    for key in ("commitment", "created", "id", "kdf", "kind", "payload", "v", "vault_id"):
        without = with_sum({name: value for name, value in whole.items() if name != key})
        yield _vector(f"form-without-{key.replace('_', '-')}", f"`{key}` is missing.", "form", without)


def _ill_spelled() -> Iterator[Vector]:
    whole = Slot().made()
    data = canonical(whole)
    last = whole["commitment"][-2]
    spellings = {
        "no-line-feed": (data, "No line feed."),
        "two-line-feeds": (data + b"\n\n", "An empty line more."),
        "carriage-return": (data + b"\r\n", "A carriage return."),
        "space-before": (b" " + data + b"\n", "A space before."),
        "space-inside": (data.replace(b",", b", ", 1) + b"\n", "A space after a comma."),
        "unsorted": (b'{"v":1,' + data.replace(b'"v":1,', b"")[1:] + b"\n", "Keys in another order."),
        "key-twice": (data.replace(b'"v":1', b'"v":1,"v":1') + b"\n", "A key stands twice."),
        "escaped": (data.replace(b'"password"', rb'"p\u0061ssword"') + b"\n", "A letter escaped for nothing."),
        "number-spelled-otherwise": (data.replace(b'"v":1', b'"v":1.0') + b"\n", "1.0 for 1."),
        "base64-with-loose-bits": (
            data.replace(whole["commitment"].encode(), whole["commitment"][:-2].encode() + _next(last).encode() + b"=")
            + b"\n",
            "The unused bits of the commitment's base64 are not zero.",
        ),
        "lone-surrogate": (data.replace(b"2026-11-21T19:23:31Z", rb"\ud800") + b"\n", "Half a surrogate pair."),
        "byte-order-mark": (b"\xef\xbb\xbf" + data + b"\n", "A byte order mark."),
        "utf-16": ((data + b"\n").decode().encode("utf-16-le"), "UTF-16."),
        "array": (b"[" + data + b"]\n", "An array around it."),
        "empty": (b"", "No byte."),
        "only-a-line-feed": (b"\n", "Only a line feed."),
        "cut": (data[:200], "Cut."),
    }
    for name, (spelled, comment) in spellings.items():
        yield _vector(f"spelling-{name}", comment, "form", spelled)


def _next(symbol: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return alphabet[alphabet.index(symbol) + 1]


def _altered() -> Iterator[Vector]:
    whole = Slot().made()
    payload = base64.b64decode(whole["payload"])
    kdf = whole["kdf"]
    cases: dict[str, tuple[str, str, Object]] = {
        "sum-of-something-else": ("sum", "The sum does not fit.", {**whole, "sum": "0" * 16}),
        "created-changed": ("sum", "Another day, the sum as it was.", {**whole, "created": "2026-11-22T19:23:31Z"}),
        "payload-flipped": (
            "sum",
            "A bit of the payload, the sum as it was.",
            {**whole, "payload": _flip(payload, 60)},
        ),
        "another-name": ("sum", "The slot of another file name.", with_sum({**whole, "id": "0" * 32})),
        "created-forged": (
            "commitment",
            "Another day, with its sum.",
            with_sum({**whole, "created": "2026-11-22T19:23:31Z"}),
        ),
        "payload-forged-prefix": (
            "commitment",
            "A bit of the payload's salt.",
            with_sum({**whole, "payload": _flip(payload, 3)}),
        ),
        "payload-forged": (
            "chunk",
            "A bit of the payload, with its sum.",
            with_sum({**whole, "payload": _flip(payload, 60)}),
        ),
        "payload-cut": ("truncated", "A payload of 71 bytes.", with_sum({**whole, "payload": b64(payload[:71])})),
        "payload-empty": ("truncated", "No payload.", with_sum({**whole, "payload": ""})),
        "vault-forged": ("secret", "Another vault.", with_sum({**whole, "vault_id": OTHER_VAULT.hex()})),
        "salt-forged": ("secret", "Another salt.", with_sum({**whole, "kdf": {**kdf, "salt": b64(bytes(16))}})),
        "work-forged": ("secret", "More work.", with_sum({**whole, "kdf": {**kdf, "iterations": 2}})),
        "commitment-forged": ("secret", "Another commitment.", with_sum({**whole, "commitment": b64(bytes(32))})),
    }
    for name, (expect, comment, slot) in cases.items():
        yield _vector(f"altered-{name}", comment, expect, slot)
    payloads = {
        "not-json": b"\0",
        "spaced": canonical(PAYLOAD).replace(b",", b", "),
        "without-vmk": canonical({key: value for key, value in PAYLOAD.items() if key != "vmk"}),
        "vmk-of-31-bytes": canonical({**PAYLOAD, "vmk": b64(bytes(31))}),
    }
    for name, content in payloads.items():
        comment = "A payload that is sealed well and is no payload."
        yield _vector(f"payload-{name}", comment, "form", replace(Slot(), payload=content).made())


def _flip(payload: bytes, place: int) -> str:
    return b64(payload[:place] + bytes([payload[place] ^ 1]) + payload[place + 1 :])
