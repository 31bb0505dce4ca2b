"""PAdES signatures, one or many: incremental, atomic, verified before they are declared made.

One `Pen` signs a whole batch: it holds the key, one event loop and one timestamp authority, so that a signature costs
its own cryptography and little else.
"""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from coffre_cli.i18n import N_
from coffre_cli.model import Remark
from coffre_cli.signing.appearance import stamp_style
from coffre_cli.signing.errors import (
    IdentityExpiredError,
    LevelUnreachableError,
    NothingToExtendError,
    NoTimestampAuthorityError,
    SignatureNotVerifiedError,
    UnreadablePdfError,
)
from coffre_cli.signing.extension import Means, prolong, unavailable
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.placement import Placed, place, placed_in
from coffre_cli.signing.preparation import Prepared, prepare
from coffre_cli.signing.request import Level, SigningRequest
from coffre_cli.signing.signer import HeldKeySigner
from coffre_cli.signing.staging import Staged, staged
from coffre_cli.signing.trust_roots import Trust
from coffre_cli.signing.validation import verify_pdf
from coffre_cli.signing.verdict import Integrity, SignatureVerdict, Verification

DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signature that was made, kept and verified."""

    path: Path
    field: str
    level: str
    """The level reached: `B-B` to `B-LTA`."""
    page: int | None
    """Where the signature shows, from 1."""
    verdict: SignatureVerdict
    remarks: tuple[Remark, ...] = ()


def sign_pdf(source: Path, target: Path, identity: Identity, request: SigningRequest) -> SignedPdf:
    """Sign *source* into *target*, which takes its place at once or not at all; both may be the same file.

    Raises:
        NotAPdfError: *source* is not a PDF.
        EncryptedPdfError: It is protected by a password.
        UnreadablePdfError: It is damaged.
        FurtherSignaturesForbiddenError: It is certified against every change.
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
        TimestampUnavailableError: The authority gave no timestamp.
    """
    prepared = prepare(source, prefer_existing=False, prolonging=True)
    if not prepared.signatures:
        raise NothingToExtendError(path=source)
    with staged(target) as output:
        with source.open("rb") as file:
            shutil.copyfileobj(file, output.file, 1 << 20)
        output.file.flush()
        with asyncio.Runner() as runner:
            runner.run(prolong(output.path, output.file, means, lenient=prepared.lenient))
        output.file.flush()
        found = verify_pdf(output.path, means.trust, at=means.now)
        if found.integrity not in (Integrity.INTACT, Integrity.EXTENDED):
            raise SignatureNotVerifiedError(path=source)
    return dataclasses.replace(found, file=target)


class Pen:
    """An identity ready to sign any number of documents in one way."""

    def __init__(self, identity: Identity, request: SigningRequest) -> None:
        """Load the key.

        Raises:
            IdentityExpiredError: The certificate's dates do not allow signing at the request's time.
            NoTimestampAuthorityError: The level asked for needs an authority.
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
        self._signer = HeldKeySigner(identity)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        """Return the pen."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the event loop."""
        self._runner.close()

    def sign(self, source: Path, target: Path) -> SignedPdf:
        """Sign *source* into *target*; errors as `sign_pdf`."""
        prepared = prepare(source, certify=self._request.certify)
        placed = self._place(source, prepared)
        remarks: tuple[Remark, ...] = ()
        with source.open("rb") as file, staged(target) as output:
            self._write(source, file, output.file, prepared, placed)
            output.file.flush()
            if self._wants_data:
                remarks = self._prolong(output, lenient=prepared.lenient)
            verdict = self._checked(source, output.path, prepared)
        page = None if placed is None else placed.page + 1
        return SignedPdf(target, prepared.field_name, verdict.level or "B-B", page, verdict, remarks)

    def _place(self, source: Path, prepared: Prepared) -> Placed | None:
        if prepared.existing_place is not None:
            return placed_in(prepared.pages, *prepared.existing_place)
        if self._request.visible is None or not prepared.is_new_field:
            return None
        return place(source, prepared.pages, self._request.visible)

    @property
    def _wants_data(self) -> bool:
        if self._request.level is Level.BEST:
            return self._request.timestamper is not None
        return self._request.level in (Level.LT, Level.LTA)

    def _write(self, source: Path, file: BinaryIO, output: BinaryIO, prepared: Prepared, placed: Placed | None) -> None:
        authority = None if self._request.level is Level.B else self._request.timestamper
        try:
            writer = IncrementalPdfFileWriter(file, strict=not prepared.lenient)
            signer = PdfSigner(
                self._metadata(prepared),
                self._signer,
                timestamper=None if authority is None else authority.client,
                stamp_style=None if placed is None else stamp_style(self._identity, self._request, placed),
                new_field_spec=self._new_field(prepared, placed),
            )
            self._runner.run(signer.async_sign_pdf(writer, output=output))
        except TimestampRequestError as error:
            if authority is None:
                raise
            raise unavailable(authority, error) from error
        except (PdfError, SigningError) as error:
            raise UnreadablePdfError(path=source, reason=str(error)) from error

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

    def _metadata(self, prepared: Prepared) -> PdfSignatureMetadata:
        request = self._request
        return PdfSignatureMetadata(
            field_name=prepared.field_name,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=request.reason,
            location=request.place,
            name=self._identity.name,
            certify=request.certify,
            docmdp_permissions=MDPPerm.NO_CHANGES if request.lock else MDPPerm.FILL_FORMS,
            tight_size_estimates=request.timestamper is None or request.level is Level.B,
        )

    def _new_field(self, prepared: Prepared, placed: Placed | None) -> SigFieldSpec | None:
        if not prepared.is_new_field:
            return None
        locks = self._request.lock and not self._request.certify
        left, bottom, right, top = (0.0, 0.0, 0.0, 0.0) if placed is None else placed.rectangle
        return SigFieldSpec(
            prepared.field_name,
            on_page=0 if placed is None else placed.page,
            box=None if placed is None else (round(left), round(bottom), round(right), round(top)),
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if locks else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if locks else None,
        )

    def _checked(self, source: Path, written: Path, prepared: Prepared) -> SignatureVerdict:
        """Verify what was written before anyone hears that it was made."""
        found = verify_pdf(written, self._trust, at=self._request.now)
        for verdict in found.signatures:
            if verdict.field == prepared.field_name and verdict.integrity in (Integrity.INTACT, Integrity.EXTENDED):
                return verdict
        raise SignatureNotVerifiedError(path=source)
