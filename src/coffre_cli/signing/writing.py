"""The draft of one signature: what pyHanko is told, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from coffre_cli.signing.appearance import Signed, stamp_style
from coffre_cli.signing.document import Document
from coffre_cli.signing.identity import Identity
from coffre_cli.signing.placement import Placed
from coffre_cli.signing.preparation import Prepared
from coffre_cli.signing.request import SigningRequest
from coffre_cli.signing.signer import AbsentKeySigner
from coffre_cli.signing.template import DIGEST


@dataclass(frozen=True, slots=True)
class Marked:
    """Where a mark goes, and which document it tells of."""

    place: Placed
    document: Signed


class Writing:
    """Who will sign, and how, for a whole batch."""

    def __init__(self, identity: Identity, request: SigningRequest, *, dated: bool) -> None:
        """Prepare; *dated* says whether a timestamp will come with the signatures."""
        self._identity = identity
        self._request = request
        self._signer = AbsentKeySigner(identity)
        self._timestamper = _LaterTimeStamper() if dated else None  # type: ignore[no-untyped-call]  # pyHanko gives no types for it

    def write(
        self, document: Document, output: BinaryIO, prepared: Prepared, placed: Marked | None, room: int
    ) -> tuple[int, int]:
        """Write *document* to *output* with *room* digits for a signature; return where this room starts and ends."""
        writer = IncrementalPdfFileWriter.from_reader(document.reader)
        session = self._pdf_signer(prepared, placed).init_signing_session(writer)
        session.system_time = self._request.now
        draft = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
        digest, _ = draft.digest_tbs_document(output=output)
        return digest.reserved_region_start, digest.reserved_region_end

    def _pdf_signer(self, prepared: Prepared, placed: Marked | None) -> PdfSigner:
        style = None if placed is None else stamp_style(self._identity, self._request, placed.place, placed.document)
        return PdfSigner(
            self._metadata(prepared),
            self._signer,
            timestamper=self._timestamper,
            stamp_style=style,
            new_field_spec=self._new_field(prepared, None if placed is None else placed.place),
        )

    def _metadata(self, prepared: Prepared) -> PdfSignatureMetadata:
        return PdfSignatureMetadata(
            field_name=prepared.field_name,
            md_algorithm=DIGEST,
            subfilter=SigSeedSubFilter.PADES,
            reason=self._request.reason,
            location=self._request.place,
            name=self._identity.name,
            certify=self._request.certify,
            docmdp_permissions=MDPPerm.NO_CHANGES if self._request.lock else MDPPerm.FILL_FORMS,
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


class _LaterTimeStamper(TimeStamper):
    """Stands for the authority, which is asked once the draft is signed: a field may demand that there is one."""
