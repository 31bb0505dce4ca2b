"""A second reader of format 1, written from `docs/format/` alone: it shares no code with the product.

python tests/independent_reader.py VAULT SECRET      lists what the vault holds
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

Object = dict[str, Any]
SEAL = "C2SP-chunked-encryption/HKDF-SHA-512/AES-256-GCM"
KDFS = {"password": ("argon2id", "iterations lanes memory_kib name salt"), "recovery": ("hkdf-sha-512", "name salt")}
SLOT_FIELDS = "commitment created id kdf kind payload sum v vault_id"
LINE_FIELDS = "after at body by doc n op sd v"
LIMITS = {"memory_kib": 4_194_304, "iterations": 32, "lanes": 16}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
INDEX = {"hmac": "HMAC_SHA256", "page_size": 4096}


class Refused(Exception):  # noqa: N818 - what a reader does, in the words of the pages
    """What was read is not what the format allows; the first argument is one word that says why."""


@dataclass
class Document:
    title: str
    state: Object
    renditions: dict[str, bytes] = field(default_factory=dict)


@dataclass
class Contents:
    name: str
    documents: dict[str, Document] = field(default_factory=dict)
    states: dict[str, tuple[str, Object]] = field(default_factory=dict)
    lines: list[Object] = field(default_factory=list)
    destroyed: set[str] = field(default_factory=set)
    unreadable: list[int] = field(default_factory=list)


def require(condition: object, word: str) -> None:
    if not condition:
        raise Refused(word)


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parse(data: bytes) -> Object:
    try:
        value = json.loads(data, parse_float=int, parse_constant=int)  # `int("1.5")` refuses
        require(isinstance(value, dict) and canonical(value) == data, "form")
    except (ValueError, RecursionError):
        raise Refused("form") from None
    return dict(value)


def b64(text: object, size: int | None = None) -> bytes:
    try:
        value = base64.b64decode(str(text), validate=True)
    except ValueError:
        raise Refused("form") from None
    require(base64.b64encode(value).decode() == text and len(value) in (size, size or len(value)), "form")
    return value


def hexadecimal(text: object, size: int = 16) -> bytes:
    require(isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text), "form")
    return bytes.fromhex(str(text))


def expand(key: bytes, info: bytes, size: int) -> bytes:
    """HKDF-Expand over SHA-512 (RFC 5869, section 2.3)."""
    output, block = b"", b""
    while len(output) < size:
        block = hmac.digest(key, block + info + bytes([len(output) // 64 + 1]), "sha512")
        output += block
    return output[:size]


def open_message(key: bytes, context: bytes, message: bytes) -> bytes:
    """seal.md."""
    salt, commitment, body = message[:24], message[24:56], message[56:]
    require(len(message) >= 72 and len(body) % 16400 >= 16, "truncated")
    derived = expand(key, b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + salt + context, 76)
    require(hmac.compare_digest(derived[44:], commitment), "commitment")
    aead, nonce = AESGCM(derived[:32]), int.from_bytes(derived[32:44], "big")
    try:
        chunks = [body[start : start + 16400] for start in range(0, len(body), 16400)]
        return b"".join(aead.decrypt((nonce ^ i).to_bytes(12, "big"), one, None) for i, one in enumerate(chunks))
    except InvalidTag:
        raise Refused("chunk") from None


def read_blob(data: bytes, vault_id: bytes, blob_id: bytes, key: bytes) -> bytes:
    """blob.md."""
    require(data[:48] == b"COFFREB1\x01" + bytes(7) + vault_id + blob_id, "header")
    return unpadded(open_message(key, data[:48], data[48:]))


def unpadded(plaintext: bytes) -> bytes:
    """blob.md, «Plaintext»."""
    size = int.from_bytes(plaintext[-8:], "big")
    needed = max(size + 8, 4096)
    exponent = needed.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    require(size <= len(plaintext) - 8 and len(plaintext) == -(-needed // step) * step, "padding")
    require(not any(plaintext[size:-8]), "padding")
    return plaintext[:size]


def labelled(digest: str, key: bytes, *parts: bytes, size: int = 0) -> bytes:
    """RFC 9180, section 4: LabeledExtract, or LabeledExpand of one block to *size* bytes."""
    if not size:
        return hmac.digest(key, b"HPKE-v1" + b"".join(parts), digest)
    return hmac.digest(key, size.to_bytes(2, "big") + b"HPKE-v1" + b"".join(parts) + b"\1", digest)[:size]


def open_envelope(seed: bytes, info: bytes, envelope: bytes) -> bytes:
    """spool.md, «Envelope»; RFC 9180, sections 4.1 and 5.1, base mode."""
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\3\0\2"
    private = X25519PrivateKey.from_private_bytes(seed)
    shared = private.exchange(X25519PublicKey.from_public_bytes(envelope[:32]))
    secret = labelled("sha256", b"", kem, b"eae_prk", shared)
    both = envelope[:32] + private.public_key().public_bytes_raw()
    shared = labelled("sha256", secret, kem, b"shared_secret", both, size=32)
    schedule = b"\0" + labelled("sha512", b"", suite, b"psk_id_hash")
    schedule += labelled("sha512", b"", suite, b"info_hash", info)
    secret = labelled("sha512", shared, suite, b"secret")
    key = labelled("sha512", secret, suite, b"key", schedule, size=32)
    nonce = labelled("sha512", secret, suite, b"base_nonce", schedule, size=12)
    try:
        return AESGCM(key).decrypt(nonce, envelope[32:], None)
    except InvalidTag:
        raise Refused("envelope") from None


def read_entry(data: bytes, vault_id: bytes, entry_id: bytes, seed: bytes) -> tuple[Object, bytes]:
    """spool.md: what its sender says, and the document."""
    require(data[:48] == b"COFFRES1\x01" + bytes(7) + vault_id + entry_id, "header")
    plaintext = open_envelope(seed, b"coffre/1/spool\0" + data[:48], data[48:4192])
    end = 2 + int.from_bytes(plaintext[:2], "big")
    require(len(plaintext) == 4096 and not any(plaintext[end:]), "form")
    slip = parse(plaintext[2:end])
    require(sorted(slip) == ["folder", "key", "kind", "modified", "name", "ocr", "sealed", "size"], "form")
    document = unpadded(open_message(b64(slip["key"], 32), data[:48], data[4192:]))
    require(slip["kind"] == "deposit" and slip["size"] == len(document), "form")
    return slip, document


def recovery_code(text: str) -> bytes:
    """slot.md, «From the secret to the payload»."""
    symbols = re.sub(r"[\s-]", "", text.upper()).translate(str.maketrans("OIL", "011"))
    require(len(symbols) == 34 and set(symbols) <= set(CROCKFORD), "code")
    number = 0
    for symbol in symbols:
        number = number * 32 + CROCKFORD.index(symbol)
    secret = (number >> 10).to_bytes(20, "big")
    require(int.from_bytes(hashlib.sha256(secret).digest()[:2], "big") >> 6 == number & 1023, "code")
    return secret


def open_slot(data: bytes, name: str, secret: str) -> Object | None:
    """slot.md; None when *secret* is not this slot's."""
    require(data.endswith(b"\n"), "form")
    slot = parse(data[:-1])
    kdf = slot.get("kdf", {})
    algorithm, parameters = KDFS.get(str(slot.get("kind")), ("", ""))
    require(slot.get("v") == 1 and sorted(slot) == SLOT_FIELDS.split() and isinstance(kdf, dict), "form")
    require(kdf.get("name") == algorithm and sorted(kdf) == parameters.split(), "form")
    require(isinstance(slot["created"], str), "form")
    require(all(type(kdf[parameter]) is int for parameter in LIMITS.keys() & kdf.keys()), "form")
    for parameter in LIMITS.keys() & kdf.keys():
        lowest = 8 * kdf["lanes"] if parameter == "memory_kib" else 1
        require(lowest <= kdf[parameter] <= LIMITS[parameter], "parameters")
    salt, commitment, sealed = b64(kdf["salt"], 16), b64(slot["commitment"], 32), b64(slot["payload"])
    bound = hexadecimal(slot["vault_id"]) + hexadecimal(slot["id"])
    checksum = hashlib.sha256(canonical({key: value for key, value in slot.items() if key != "sum"})).hexdigest()
    require(slot["id"] == name and slot["sum"] == checksum[:16], "sum")
    public = canonical({key: value for key, value in slot.items() if key not in ("payload", "sum")})
    if slot["kind"] == "password":
        work = {"iterations": kdf["iterations"], "lanes": kdf["lanes"], "memory_cost": kdf["memory_kib"]}
        derived = Argon2id(salt=salt, length=64, ad=bound, **work).derive(unicodedata.normalize("NFC", secret).encode())
    else:
        derived = expand(
            hmac.digest(salt, recovery_code(secret), "sha512"), b"coffre/1/recovery\0" + bound, 64
        )  # RFC 5869
    if derived[32:] != commitment:
        return None
    payload = parse(open_message(derived[:32], b"coffre/1/slot\0" + public, sealed))
    require(sorted(payload) == ["index", "log_key", "spool_key", "vmk"], "form")
    require(all(b64(payload[key], 32) for key in ("log_key", "spool_key", "vmk")), "form")
    return payload


def node(leaves: list[bytes]) -> bytes:
    """The root of the Merkle tree over *leaves* (RFC 9162, section 2.1.1)."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256().digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + node(leaves[:split]) + node(leaves[split:])).digest()


def verify_note(note: str, vault_id: str, log_key: bytes, leaves: list[bytes]) -> None:
    """event.md, «Checkpoint»."""
    body, _, tail = note.partition("\n\n")
    origin, size, root = body.split("\n")
    require(re.fullmatch(vault_id + "/[1-9][0-9]*", origin), "checkpoint")
    require((int(size), b64(root, 32)) == (len(leaves), node(leaves)), "checkpoint")
    require(tail.startswith(f"— {origin} ") and tail.endswith("\n"), "checkpoint")
    signature = b64(tail[len(origin) + 3 : -1], 68)
    require(signature[:4] == hashlib.sha256(f"{origin}\n\1".encode() + log_key).digest()[:4], "checkpoint")
    verify(log_key, signature[4:], f"{body}\n".encode())


def verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        raise Refused("signature") from None


class Vault:
    """vault.md: a vault folder, opened with one of its secrets."""

    def __init__(self, folder: Path, secret: str) -> None:
        raw = (folder / "vault.json").read_bytes()
        require(len(raw) <= 4096 and raw.endswith(b"\n"), "form")
        about = parse(raw[:-1])
        signature = b64(about.pop("signature"), 64)
        require(about["min_reader"] <= 1 and not about["features"] and about["seal"] == SEAL, "version")
        self.name, self.id = about["name"], hexadecimal(about["vault_id"])
        self.folder = folder
        self.home = folder / f"gen-{about['generation']}" if about["generation"] else folder
        payload = self._payload(secret)
        self.log_key, self._master = b64(payload["log_key"], 32), b64(payload["vmk"], 32)
        require(payload["index"] == INDEX and about["index"] == INDEX, "form")
        require(b64(about["log_key"], 32) == self.log_key, "signature")
        signer = Ed25519PrivateKey.from_private_bytes(self._key("sign"))
        require(signer.public_key().public_bytes_raw() == self.log_key, "signature")
        verify(self.log_key, signature, canonical(about))

    def read(self) -> Contents:
        """Return all that the vault holds, everything on the way verified."""
        contents, keys, leaves = Contents(self.name), self._record_keys(), [bytes(32)]
        log_keys = [self.log_key]
        for line_bytes, sealed, note in self._log():
            if note is not None:
                verify_note(note, self.id.hex(), self.log_key, leaves[1:])
                continue
            line = self._verified_line(line_bytes, sealed, leaves)
            leaves.append(hashlib.sha256(b"\0" + line_bytes).digest())
            contents.lines.append(line)
            body = self._body(line, sealed, keys)
            if body is None:
                contents.unreadable.append(line["n"])
            elif line["op"] == "destroy":
                contents.destroyed.add(line["doc"])
                contents.states.pop(line["doc"], None)
            elif body["state"] is not None:
                contents.states[line["doc"]] = (body["kind"], body["state"])
            if body is not None and line["op"] == "rekey":
                log_keys.append(b64(body["facts"]["replaced"], 32))
        lost = [n for n in contents.unreadable if contents.lines[n - 1]["doc"] not in contents.destroyed | keys.keys()]
        require(not lost, "loss")
        actors = {hashlib.sha256(key).hexdigest()[:16] for key in log_keys}
        require(all(line["by"] in actors for line in contents.lines), "actor")
        self._read_documents(contents, keys)
        return contents

    def _body(self, line: Object, sealed: bytes, keys: dict[str, tuple[int, bytes]]) -> Object | None:
        """event.md, «Body»; None when its key is gone."""
        owner = self.id.hex() if line["op"] == "destroy" else line["doc"]
        first, key = keys.get(owner, (0, b""))
        if not key or line["n"] < first:
            return None
        context = b"coffre/1/body\0" + self.id + bytes.fromhex(owner) + line["n"].to_bytes(8, "big")
        body = parse(open_message(key, context, sealed))
        require(sorted(body) == ["facts", "kind", "record", "sd", "state"], "form")
        commitments = {_b64url(hashlib.sha256(text.encode()).digest()) for text in body["sd"]}
        require(body["record"] == line["doc"] and commitments <= set(line["sd"]), "commitments")
        return body

    def _read_documents(self, contents: Contents, keys: dict[str, tuple[int, bytes]]) -> None:
        for record, (kind, state) in contents.states.items():
            if kind != "document":
                continue
            document = contents.documents[record] = Document(state["title"], state)
            for one in state["renditions"]:
                data = (self.folder / "blobs" / one["blob"][:2] / f"{one['blob']}.cof").read_bytes()
                read = read_blob(data, self.id, bytes.fromhex(one["blob"]), keys[record][1])
                require((len(read), hashlib.sha256(read).hexdigest()) == (one["size"], one["sha256"]), "digest")
                document.renditions[one["kind"]] = read

    def _verified_line(self, data: bytes, sealed: bytes, leaves: list[bytes]) -> Object:
        line = parse(data)
        require(sorted(line) == LINE_FIELDS.split() and line["v"] == 1, "form")
        require(data.isascii() and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line["at"]), "form")
        require(line["n"] == len(leaves) and b64(line["after"], 32) == leaves[-1], "chain")
        require(b64(line["body"], 32) == hashlib.sha256(sealed).digest(), "chain")
        require(len(line["sd"]) == 8 and line["sd"] == sorted(line["sd"]), "form")
        return line

    def _log(self) -> list[tuple[bytes, bytes, str | None]]:
        """log.md: the lines with their sealed bodies, and after those of a frame its note."""
        data, found, first, offset = (self.home / "log").read_bytes(), list[tuple[bytes, bytes, str | None]](), 1, 0
        while offset < len(data):
            head, size = data[offset : offset + 24], int.from_bytes(data[offset + 8 : offset + 12], "big")
            message = data[offset + 24 : offset + 24 + size]
            require(head[:8] == b"COFLOG1\n" and len(message) == size, "frame")
            require(int.from_bytes(head[12:20], "big") == first, "frame")
            require(int.from_bytes(head[20:24], "big") == zlib.crc32(message, zlib.crc32(head[:20])), "frame")
            plaintext = open_message(self._key("log"), b"coffre/1/log\0" + self.id + head[12:20], message)
            count, rest = int.from_bytes(plaintext[:4], "big"), plaintext[4:]
            parts: list[bytes] = []
            while rest:
                length = int.from_bytes(rest[:4], "big")
                require(len(rest) >= 4 + length, "frame")
                parts, rest = [*parts, rest[4 : 4 + length]], rest[4 + length :]
            require(count >= 1 and len(parts) == 2 * count + 1, "frame")
            found += [(parts[2 * i], parts[2 * i + 1], None) for i in range(count)]
            found.append((b"", b"", parts[-1].decode()))
            first, offset = first + count, offset + 24 + size
        return found

    def _record_keys(self) -> dict[str, tuple[int, bytes]]:
        """keys.md: the newest key of each record, and from which n it holds."""
        keys: dict[str, tuple[int, bytes]] = {}
        for path in (self.home / "keys").glob("*.keys"):
            context = b"coffre/1/keys\0" + self.id + bytes.fromhex(path.stem)
            plaintext = open_message(self._key("keys"), context, path.read_bytes())
            require(len(plaintext) % 56 == 0 and 1 <= len(plaintext) // 56 <= 256, "pack")
            for start in range(0, len(plaintext), 56):
                entry = plaintext[start : start + 56]
                held = (int.from_bytes(entry[16:24], "big"), entry[24:])
                keys[entry[:16].hex()] = max(held, keys.get(entry[:16].hex(), held))
        return keys

    def _payload(self, secret: str) -> Object:
        for path in sorted((self.home / "slots").glob("*.json")):
            try:
                payload = open_slot(path.read_bytes(), path.stem, secret)
            except Refused as refusal:
                if refusal.args[0] != "code":  # a password is no recovery code
                    raise
                continue
            if payload is not None:
                return payload
        raise Refused("secret")

    def _key(self, label: str) -> bytes:
        return expand(self._master, b"coffre/1/key/" + label.encode() + b"\0" + self.id, 32)


def _b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
