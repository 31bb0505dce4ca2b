"""One signature written into one document: what pyHanko is told, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from coffre_cli.signing.appearance import stamp_style
from coffre_cli.signing.document import Document
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.placement import Placed
from coffre_cli.signing.preparation import Prepared
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.timestamp import TimestampAuthority

DIGEST = "sha256"


@dataclass(frozen=True, slots=True)
class Writing:
    """Who signs, and how, for a whole batch."""

    identity: Identity
    signer: Signer
    request: SigningRequest
    authority: TimestampAuthority | None
    """Who dates the signatures, if anyone."""

    async def write(
        self, document: Document, output: BinaryIO, prepared: Prepared, placed: Placed | None, reserved: int | None
    ) -> int:
        """Write *document*, signed, to *output*; return the room kept for the signature, to be *reserved* next time.

        The room is measured by a dry run, which costs as much as a signature and is the same for a whole batch.
        """
        writer = IncrementalPdfFileWriter.from_reader(document.reader)
        session = self._signer(prepared, placed).init_signing_session(writer)
        session.system_time = self.request.now
        checked = await session.perform_presign_validation(writer)
        if reserved is None:
            reserved = await session.estimate_signature_container_size(checked, tight=self.authority is None)
        document_to_sign = session.prepare_tbs_document(validation_info=checked, bytes_reserved=reserved)
        digest, _ = document_to_sign.digest_tbs_document(output=output)
        await document_to_sign.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=self.request.now),
        )
        return int(reserved)

    def _signer(self, prepared: Prepared, placed: Placed | None) -> PdfSigner:
        return PdfSigner(
            self._metadata(prepared),
            self.signer,
            timestamper=None if self.authority is None else self.authority.client,
            stamp_style=None if placed is None else stamp_style(self.identity, self.request, placed),
            new_field_spec=self._new_field(prepared, placed),
        )

    def _metadata(self, prepared: Prepared) -> PdfSignatureMetadata:
        return PdfSignatureMetadata(
            field_name=prepared.field_name,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=self.request.reason,
            location=self.request.place,
            name=self.identity.name,
            certify=self.request.certify,
            docmdp_permissions=MDPPerm.NO_CHANGES if self.request.lock else MDPPerm.FILL_FORMS,
        )

    def _new_field(self, prepared: Prepared, placed: Placed | None) -> SigFieldSpec | None:
        if not prepared.is_new_field:
            return None
        locks = self.request.lock and not self.request.certify
        left, bottom, right, top = (0.0, 0.0, 0.0, 0.0) if placed is None else placed.rectangle
        return SigFieldSpec(
            prepared.field_name,
            on_page=0 if placed is None else placed.page,
            box=None if placed is None else (round(left), round(bottom), round(right), round(top)),
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if locks else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if locks else None,
        )
