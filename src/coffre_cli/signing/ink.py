"""From the digest of a draft to the signature that goes into its room: the key, and the authority that dates it."""

from __future__ import annotations

import asyncio
import hashlib
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from coffre_cli.signing.cryptoki import AskPin
from coffre_cli.signing.errors import TimestampUnavailableError
from coffre_cli.signing.extension import unavailable
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.signer import HeldKeySigner, KeySigner
from coffre_cli.signing.template import DIGEST, STAND_IN, Template
from coffre_cli.signing.timestamp import TimestampAuthority

_PIECE = 1 << 20


class UnfitSignatureError(Exception):
    """What the key gave does not verify, or does not fit into its room."""


class Ink:
    """A key at work for a whole batch."""

    def __init__(
        self, identity: Identity, authority: TimestampAuthority | None, ask_pin: AskPin | None, runner: asyncio.Runner
    ) -> None:
        """Load the key, or reach the token that holds it; *runner* is where an authority is spoken to."""
        self.authority = authority
        self._signer = _signer(identity, ask_pin)
        self._runner = runner
        self._template: Template | None = None
        self._room = 0
        self._away: TimestampUnavailableError | None = None

    def close(self) -> None:
        """Leave the key."""
        self._signer.close()

    def room(self) -> int:
        """Return how many hexadecimal digits a signature takes; with an authority, by one timestamp of it for all.

        Raises:
            TimestampUnavailableError: The authority gave none.
        """
        if not self._room and self.authority is None:
            self._room = 2 * self._shared().size
        elif not self._room:
            longest = len(self._measured())
            self._room = 2 * (longest + longest // 2)  # the tokens of one authority differ in length
        return self._room

    def sign(self, draft: BinaryIO, start: int, end: int) -> None:
        """Sign all of *draft* but the room from *start* to *end*, and put the signature there.

        Raises:
            UnfitSignatureError: What the key gave does not verify, or does not fit.
            TimestampUnavailableError: The authority gave no timestamp.
        """
        digest = _digest_around(draft, start, end)
        try:
            if self.authority is None:
                made = self._runner.run(self._shared().signed(digest, self._signer))
            else:
                made = self._dated(digest)
        except (InvalidSignature, SigningError) as error:
            raise UnfitSignatureError from error
        digits = made.hex().upper().encode("ascii")
        if len(digits) > end - start - 2:
            raise UnfitSignatureError
        draft.seek(start + 1)
        draft.write(digits)
        draft.flush()

    def _measured(self) -> bytes:
        """Return a signature with a first timestamp; an authority that gave none is not asked again for each file."""
        if self._away is not None:
            raise self._away
        try:
            return self._dated(STAND_IN, dry_run=True)
        except TimestampUnavailableError as error:
            self._away = error
            raise

    def _shared(self) -> Template:
        if self._template is None:
            self._template = self._runner.run(Template.of(self._signer))
        return self._template

    def _dated(self, digest: bytes, *, dry_run: bool = False) -> bytes:
        if self.authority is None:
            raise UnfitSignatureError
        client = self.authority.client
        work = self._signer.async_sign(digest, DIGEST, dry_run=dry_run, use_pades=True, timestamper=client)
        try:
            return bytes(self._runner.run(work).dump())
        except TimestampRequestError as error:
            raise unavailable(self.authority, error) from error


def _signer(identity: Identity, ask_pin: AskPin | None) -> KeySigner:
    if identity.token is None:
        return HeldKeySigner(identity)
    from coffre_cli.signing.tokensigner import TokenSigner

    return TokenSigner(identity, identity.token, ask_pin)


def _digest_around(file: BinaryIO, start: int, end: int) -> bytes:
    digest = hashlib.sha256()
    file.seek(0)
    left = start
    while left and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        left -= len(piece)
    file.seek(end)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.digest()
