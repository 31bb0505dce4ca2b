"""The key on a token at work: one PIN and one session for a whole batch; the key is told by its CKA_ID."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import algos
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from coffre_cli.signing.cryptoki import AskPin, TokenState, Tries, answering, tokens_of
from coffre_cli.signing.errors import (
    PinNeededError,
    TokenAbsentError,
    TokenKeyMissingError,
    TokenLockedError,
    WeakCertificateError,
    WrongPinError,
)
from coffre_cli.signing.identity import Identity, TokenKey
from coffre_cli.signing.modules import present_modules
from coffre_cli.signing.signer import LONGEST_ECDSA, KeySigner

if TYPE_CHECKING:
    from pkcs11 import Mechanism, Object, SignMixin, Token


class TokenSigner(KeySigner):
    """Signs with a key that stays on its token."""

    def __init__(self, identity: Identity, place: TokenKey, ask_pin: AskPin | None) -> None:
        """Find the token, give it its PIN and find the key; *ask_pin* is called at most once.

        Raises:
            TokenAbsentError: The token is not there.
            TokenLockedError: It is locked.
            PinNeededError: It wants a PIN and there is no *ask_pin*.
            WrongPinError: It refused the PIN.
            TokenKeyMissingError: It does not hold the key.
            TokenModuleError: Its module cannot be used.
        """
        super().__init__(identity)
        public = x509.load_der_x509_certificate(identity.certificate).public_key()
        if not isinstance(public, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
            raise WeakCertificateError(name=identity.name, weakness=type(public).__name__)
        self._public = public
        self._label = place.label
        self._spoiled: WrongPinError | None = None
        state, token = _plugged_in(place)
        pin = _pin(state, ask_pin)
        with answering(self._label):
            self._session = token.open(user_pin=_presented(pin))
            try:
                self._key = self._found(place)
                self._mechanism = self._chosen(token)
            except BaseException:
                self._session.close()
                raise
        self._pin = pin if _wants_pin_each_time(self._key) else None

    def close(self) -> None:
        """Leave the token, which forgets the PIN."""
        with answering(self._label):
            self._session.close()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 - pyHanko's interface
        """Have *data* signed by the token, or give as many zeros when only the size is wanted.

        Raises:
            WrongPinError: The key wants a PIN of its own, which this one is not; it was tried once for the batch.
        """
        size = self._public.key_size
        is_curve = isinstance(self._public, ec.EllipticCurvePublicKey)
        if dry_run:
            return bytes(LONGEST_ECDSA.get(size, 2 * size // 8 + 16) if is_curve else size // 8)
        if self._spoiled is not None:
            raise self._spoiled
        signed = self._signed(data, digest_algorithm)
        if not is_curve:
            return signed
        half = len(signed) // 2
        return encode_dss_signature(int.from_bytes(signed[:half]), int.from_bytes(signed[half:]))

    def _signed(self, data: bytes, digest_algorithm: str) -> bytes:
        to_sign = self._prepared(data, digest_algorithm)
        try:
            with answering(self._label):
                return bytes(self._key.sign(to_sign, mechanism=self._mechanism, pin=self._pin))
        except WrongPinError as error:
            self._spoiled = error
            raise

    def _prepared(self, data: bytes, digest_algorithm: str) -> bytes:
        """Return what the mechanism takes: the data, their digest, or the digest with its name (RFC 8017, 9.2)."""
        from pkcs11 import Mechanism

        if self._mechanism not in (Mechanism.ECDSA, Mechanism.RSA_PKCS):
            return data
        digest = hashlib.new(digest_algorithm, data).digest()
        if self._mechanism is Mechanism.ECDSA:
            return digest
        algorithm = algos.DigestAlgorithm({"algorithm": digest_algorithm})
        return bytes(algos.DigestInfo({"digest_algorithm": algorithm, "digest": digest}).dump())

    def _chosen(self, token: Token) -> Mechanism:
        """Return how the token shall sign: many cards hash nothing themselves, some accept nothing but data."""
        from pkcs11 import Mechanism

        offered = token.slot.get_mechanisms()
        if isinstance(self._public, ec.EllipticCurvePublicKey):
            return Mechanism.ECDSA_SHA256 if Mechanism.ECDSA not in offered else Mechanism.ECDSA
        return Mechanism.SHA256_RSA_PKCS if Mechanism.SHA256_RSA_PKCS in offered else Mechanism.RSA_PKCS

    def _found(self, place: TokenKey) -> SignMixin:
        from pkcs11 import Attribute, KeyType, ObjectClass, SignMixin

        kind = KeyType.EC if isinstance(self._public, ec.EllipticCurvePublicKey) else KeyType.RSA
        wanted = {
            Attribute.CLASS: ObjectClass.PRIVATE_KEY,
            Attribute.KEY_TYPE: kind,
            Attribute.ID: bytes.fromhex(place.key_id),
        }
        for key in list(self._session.get_objects(wanted)):
            if isinstance(key, SignMixin):
                return key
        raise TokenKeyMissingError(token=place.label, id=place.key_id)


def _plugged_in(place: TokenKey) -> tuple[TokenState, Token]:
    """Find the token by its serial number; when its module has moved, through the modules that are here."""
    stored = Path(place.module)
    paths = [stored] if stored.is_file() else [module.path for module in present_modules()] or [stored]
    for path in paths:
        for state, token in tokens_of(path):
            if (state.serial, state.label) == (place.serial, place.label):
                return state, token
    raise TokenAbsentError(token=place.label)


def _pin(state: TokenState, ask_pin: AskPin | None) -> str | None:
    """Return the PIN to give; None when it is typed on the reader."""
    if state.tries is Tries.NONE:
        raise TokenLockedError(token=state.label)
    if state.has_pin_pad:
        return None
    if ask_pin is None:
        raise PinNeededError(token=state.label)
    return ask_pin(state)


def _presented(pin: str | None) -> str | object:
    from pkcs11 import PROTECTED_AUTH

    return PROTECTED_AUTH if pin is None else pin


def _wants_pin_each_time(key: Object) -> bool:
    """Tell whether each signature needs the PIN anew (CKA_ALWAYS_AUTHENTICATE); old modules do not know the word."""
    from pkcs11 import Attribute, PKCS11Error

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except PKCS11Error:
        return False
