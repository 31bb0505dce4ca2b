"""Signed documents for attackers: a letter, a form, certified ones, one signed twice, one with a document timestamp."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from coffre_cli.signing.identity import Identity
from coffre_cli.signing.signer import HeldKeySigner
from tests.unit.signing.documents import letter_objects, pdf, stream

LINES = ("Contrat de location", "Loyer : 100 euros par mois", "Duree : trois ans")


@dataclass(frozen=True)
class Base:
    """A signed document, and where its parts are."""

    data: bytes

    @property
    def ranges(self) -> list[tuple[int, int, int, int]]:
        """Return the byte ranges, as they stand in the file."""
        found = re.findall(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]", self.data)
        return [(int(a), int(b), int(c), int(d)) for a, b, c, d in found]

    @property
    def signature_object(self) -> int:
        """Return the number of the (last) signature dictionary."""
        return self.owner(self.data.rindex(b"/ByteRange"))

    @property
    def field_object(self) -> int:
        """Return the number of the (last) signature field."""
        return self.owner(self.data.rindex(b"/FT /Sig"))

    def owner(self, position: int) -> int:
        """Return the number of the object around *position*."""
        return int(re.findall(rb"(\d+) 0 obj", self.data[:position])[-1])

    def object(self, number: int) -> bytes:
        """Return what object *number* says in its last version, between `obj` and `endobj`."""
        start = self.data.rindex(b"\n%d 0 obj" % number)
        start = self.data.index(b"obj", start) + 3
        return self.data[start : self.data.index(b"endobj", start)].strip()

    def edited(self, number: int, old: bytes, new: bytes) -> bytes:
        """Return object *number* with *old* replaced."""
        content = self.object(number)
        if old not in content:
            raise ValueError(old)
        return content.replace(old, new, 1)


def form_objects() -> dict[int, bytes]:
    """Return a letter with a text field, a check box and an empty signature field."""
    objects = letter_objects(*LINES)
    objects[1] = (
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R 12 0 R 15 0 R] "
        b"/DA (/F1 12 Tf 0 g) /DR << /Font << /F1 3 0 R >> >> >> >>"
    )
    objects[4] = objects[4].replace(b"/Parent", b"/Annots [10 0 R 12 0 R 15 0 R] /Parent")
    objects[10] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Montant) /V (100) /Rect [72 600 272 624] /F 4 /P 4 0 R "
        b"/DA (/F1 12 Tf 0 g) /AP << /N 11 0 R >> >>"
    )
    objects[11] = appearance("100")
    objects[12] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Btn /T (Accord) /V /Off /AS /Off /Rect [72 560 92 580] /F 4 /P 4 0 R "
        b"/AP << /N << /Oui 13 0 R /Off 14 0 R >> >> >>"
    )
    box = b"/Type /XObject /Subtype /Form /BBox [0 0 20 20] "
    objects[13] = stream(b"0 0 20 20 re f", box)
    objects[14] = stream(b"0 0 20 20 re S", box)
    objects[15] = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Verrou) /V (fixe) /Rect [72 520 272 544] /F 4 /P 4 0 R "
        b"/DA (/F1 12 Tf 0 g) /AP << /N 16 0 R >> >>"
    )
    objects[16] = appearance("fixe")
    return objects


def appearance(words: str, width: int = 200) -> bytes:
    """Return the appearance of a text field."""
    content = f"/Tx BMC q BT /F1 12 Tf 0 g 2 6 Td ({words}) Tj ET Q EMC".encode()
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 %d 24] /Resources << /Font << /F1 3 0 R >> >> " % width
    return stream(content, entries)


def signed(
    data: bytes, identity: Identity, field: str = "Signature1", *, certify: int = 0, locked: tuple[str, ...] = ()
) -> bytes:
    """Return *data* signed by *identity*; *certify* is the DocMDP level, 0 for an approval."""
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=bool(certify),
        docmdp_permissions=MDPPerm(certify or 2),
        tight_size_estimates=True,
    )
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=list(locked)) if locked else None
    spec = SigFieldSpec(field, field_mdp_spec=lock)
    output = BytesIO()
    signer = PdfSigner(metadata, HeldKeySigner(identity), new_field_spec=spec)
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=output)
    return output.getvalue()


def bases(identity: Identity) -> dict[str, Base]:
    """Return the documents that attackers work on, by name."""
    plain = pdf(letter_objects(*LINES, pages=2))
    form = pdf(form_objects())
    once = signed(plain, identity)
    return {
        "letter": Base(once),
        "twice": Base(signed(once, identity, "Signature2")),
        "form": Base(signed(form, identity)),
        "locked form": Base(signed(form, identity, locked=("Verrou",))),
        "certified 1": Base(signed(form, identity, certify=1)),
        "certified 2": Base(signed(form, identity, certify=2)),
        "certified 3": Base(signed(form, identity, certify=3)),
    }


def saved(base: Base, path: Path) -> Path:
    """Write *base* to *path*."""
    path.write_bytes(base.data)
    return path
