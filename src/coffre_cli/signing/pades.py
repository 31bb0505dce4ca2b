"""PAdES signatures, one or many: incremental, atomic, verified before they are declared made.

One `Pen` signs a whole batch: it holds the key, one event loop and one timestamp authority, so that a signature costs
its own cryptography and little else.
"""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from coffre_cli.errors import CoffreError, StorageFailedError
from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.cryptoki import AskPin
from coffre_cli.signing.document import opened
from coffre_cli.signing.doubts import doubts_about
from coffre_cli.signing.draft import Plan, write_draft
from coffre_cli.signing.errors import (
    IdentityExpiredError,
    LevelUnreachableError,
    NothingToExtendError,
    NoTimestampAuthorityError,
    NotProlongedError,
    SignatureNotVerifiedError,
    TimestampUnavailableError,
)
from coffre_cli.signing.extension import Means, prolong, readings
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.ink import Ink, UnfitSignatureError
from coffre_cli.signing.preparation import to_be_prolonged
from coffre_cli.signing.protection import protected_until
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.staging import Staged, staged
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Integrity, Verification

SAVED_AT_ONCE = 4
"""Files of a batch that are being made safe on disk while the next is signed."""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signature that was made, kept and verified."""

    path: Path
    field: str
    level: str
    """The level reached: `B-B` to `B-LTA`."""
    page: int | None
    """Where the signature shows, from 1."""
    remarks: tuple[Remark, ...] = ()
    protected_until: datetime | None = None
    """When the proof that its timestamps give ends; None without any."""


def sign_pdf(source: Path, target: Path, identity: Identity, request: SigningRequest) -> SignedPdf:
    """Sign *source* into *target*, which takes its place at once or not at all; both may be the same file.

    Raises:
        NotAPdfError: *source* is not a PDF.
        EncryptedPdfError: It is protected by a password.
        UnreadablePdfError: It is damaged.
        CertifiedAgainstChangesError: Its author certified it against every change.
        FurtherSignaturesForbiddenError: A signature of it locks it.
        CertificationTooLateError: It is signed already, and a certification is asked.
        IdentityExpiredError: The certificate's dates do not allow signing now.
        BoxOutsidePageError: The visible signature would not show.
        AnchorNotFoundError: The anchor text is nowhere.
        TimestampUnavailableError: The authority gave no timestamp.
        LevelUnreachableError: The level asked for cannot be reached.
        SignatureNotVerifiedError: What was signed did not verify.
    """
    with Pen(identity, request) as pen:
        return pen.sign(source, target)


def extend_pdf(source: Path, target: Path, means: Means) -> Verification:
    """Add validation data and a document timestamp to *source*, into *target*, which may be the same file.

    Raises:
        NothingToExtendError: The document carries no signature that holds.
        LevelUnreachableError: A certificate leads to no trusted root, or its revocation cannot be told.
        NotProlongedError: The authority gave no timestamp.
    """
    prepared = to_be_prolonged(source)
    if not prepared.signatures:
        raise NothingToExtendError(path=source)
    with staged(target) as output:
        with source.open("rb") as file:
            shutil.copyfileobj(file, output.file, 1 << 20)
        output.file.flush()
        try:
            with asyncio.Runner() as runner:
                runner.run(prolong(output.path, output.file, means, lenient=prepared.lenient))
        except TimestampUnavailableError as error:
            raise NotProlongedError(**error.facts) from error
        output.file.flush()
        found = verify_pdf(output.path, means.trust, at=means.now)
        if found.integrity not in (Integrity.INTACT, Integrity.EXTENDED):
            raise SignatureNotVerifiedError(path=source)
    return dataclasses.replace(found, file=target)


class Pen:
    """An identity ready to sign any number of documents in one way."""

    def __init__(self, identity: Identity, request: SigningRequest, ask_pin: AskPin | None = None) -> None:
        """Load the key, or reach the token that holds it; *ask_pin* is called at most once, here.

        Raises:
            IdentityExpiredError: The certificate's dates do not allow signing at the request's time.
            NoTimestampAuthorityError: The level asked for needs an authority.
            WrongPinError, PinNeededError, TokenAbsentError, TokenLockedError: The token does not let us sign.
        """
        if not identity.is_valid_at(request.now):
            raise IdentityExpiredError(
                name=identity.name,
                not_before=identity.not_before.date().isoformat(),
                not_after=identity.not_after.date().isoformat(),
            )
        if request.timestamper is None and request.level in (Level.T, Level.LT, Level.LTA):
            raise NoTimestampAuthorityError(level=f"B-{request.level.upper()}")
        self._identity = identity
        self._request = request
        self._runner = asyncio.Runner()
        authority = None if request.level is Level.B else request.timestamper
        self._ink = Ink(identity, authority, ask_pin, self._runner)

    def __enter__(self) -> Self:
        """Return the pen."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the key and close the event loop."""
        self._ink.close()
        self._runner.close()

    def sign(self, source: Path, target: Path) -> SignedPdf:
        """Sign *source* into *target*; errors as `sign_pdf`."""
        with staged(target) as output:
            return self._signed(source, target, output)

    def sign_each(self, jobs: Iterable[tuple[Path, Path]]) -> Iterator[SignedPdf | CoffreError]:
        """Sign each source into its target; give outcomes in their order, each once its file is safe on disk.

        The disk makes one file safe while the next ones are being signed.
        """
        with ThreadPoolExecutor(SAVED_AT_ONCE) as savers:
            saving: deque[Future[SignedPdf | CoffreError]] = deque()
            for source, target in jobs:
                saving.append(self._started(savers, source, target))
                while len(saving) > SAVED_AT_ONCE or (saving and saving[0].done()):
                    yield saving.popleft().result()
            while saving:
                yield saving.popleft().result()

    def _started(self, savers: ThreadPoolExecutor, source: Path, target: Path) -> Future[SignedPdf | CoffreError]:
        stack = ExitStack()
        try:
            output = stack.enter_context(staged(target))
            signed = self._signed(source, target, output)
        except CoffreError as error:
            stack.__exit__(type(error), error, error.__traceback__)
            return _finished(error)
        return savers.submit(_saved, stack, signed)

    def _signed(self, source: Path, target: Path, output: Staged) -> SignedPdf:
        dated = self._ink.authority is not None
        plan = Plan(self._identity, self._request, self._ink.room(), dated)
        draft = write_draft(source, output.path, output.file, plan)
        try:
            self._ink.sign(output.file, draft.start, draft.end)
        except UnfitSignatureError as error:
            raise SignatureNotVerifiedError(path=source) from error
        told = (*doubts_about(source, self._request.now), *draft.remarks)
        if not dated:
            return SignedPdf(target, draft.field, "B-B", draft.page, told)
        remarks = self._prolong(output, lenient=draft.lenient) if self._wants_data else ()
        level, end = self._checked(source, output.path, draft.field, prolonged=self._wants_data and not remarks)
        return SignedPdf(target, draft.field, level, draft.page, (*told, *remarks), end)

    @property
    def _wants_data(self) -> bool:
        if self._request.level is Level.BEST:
            return self._request.timestamper is not None
        return self._request.level in (Level.LT, Level.LTA)

    def _prolong(self, output: Staged, *, lenient: bool) -> tuple[Remark, ...]:
        """Add validation data and, for the highest level, a document timestamp."""
        request = self._request
        size = output.path.stat().st_size
        authority = None if request.level is Level.LT else request.timestamper
        means = Means(request.now, self._trust, request.fetch, authority)
        try:
            self._runner.run(prolong(output.path, output.file, means, lenient=lenient))
        except LevelUnreachableError as error:
            if request.level is not Level.BEST:
                raise
            output.file.truncate(size)
            facts = (("level", str(error.facts.get("level"))), ("reason", str(error.facts.get("reason"))))
            return (Remark(N_("The level {level} could not be reached: {reason}."), facts),)
        output.file.flush()
        return ()

    @property
    def _trust(self) -> Trust:
        root = self._identity.root
        own = () if root is None else (root,)
        return Trust((*own, *self._request.trust.own), self._request.trust.imported)

    def _checked(self, source: Path, written: Path, field: str, *, prolonged: bool) -> tuple[str, datetime | None]:
        """Verify what was signed and dated before anyone hears that it was made.

        Return the level reached and when its proof ends.
        """
        with opened(written) as document:
            present = readings(document)
        found = [reading for reading in present if reading.field.name == field]
        if len(found) != 1 or found[0].integrity is not Integrity.INTACT or found[0].cryptography is None:
            raise SignatureNotVerifiedError(path=source)
        level = "B-B" if found[0].cryptography.token is None else "B-T"
        if prolonged:
            level = "B-LT" if self._request.level is Level.LT else "B-LTA"
        return level, protected_until(present)


def _finished(error: CoffreError) -> Future[SignedPdf | CoffreError]:
    done: Future[SignedPdf | CoffreError] = Future()
    done.set_result(error)
    return done


def _saved(stack: ExitStack, signed: SignedPdf) -> SignedPdf | CoffreError:
    try:
        stack.close()
    except OSError as error:
        return StorageFailedError(path=signed.path, reason=error.strerror or str(error))
    return signed
