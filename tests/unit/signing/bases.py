"""Signed documents for attackers: a letter, a form, certified ones, one signed twice, one with a document timestamp."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.timestamps import DummyTimeStamper

from coffre_cli.signing.identity import Identity, LocalRoot
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
    data: bytes,
    identity: Identity,
    field: str = "Signature1",
    *,
    certify: int = 0,
    locked: tuple[str, ...] = (),
    mark: tuple[int, int, int, int] | None = None,
) -> bytes:
    """Return *data* signed by *identity*; *certify* is the DocMDP level, 0 for an approval; *mark* its place."""
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=bool(certify),
        docmdp_permissions=MDPPerm(certify or 2),
        tight_size_estimates=True,
    )
    lock = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=list(locked)) if locked else None
    spec = SigFieldSpec(field, box=mark, field_mdp_spec=lock)
    output = BytesIO()
    signer = PdfSigner(metadata, HeldKeySigner(identity), new_field_spec=spec)
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=output)
    return output.getvalue()


def rich_objects() -> dict[int, bytes]:
    """Return a letter with a picture, a layer, a destination, an attached file, a note, a link and a structure tree."""
    objects = letter_objects(*LINES)
    objects[1] = (
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) /MarkInfo << /Marked true >> /StructTreeRoot 27 0 R "
        b"/OCProperties << /OCGs [22 0 R] /D << /ON [22 0 R] >> >> "
        b"/Names << /Dests << /Names [(debut) [4 0 R /Fit]] >> "
        b"/EmbeddedFiles << /Names [(a.csv) << /Type /Filespec /F (a.csv) /EF << /F 23 0 R >> >>] >> >> >>"
    )
    objects[4] = objects[4].replace(
        b"/Resources << ",
        b"/Annots [24 0 R 26 0 R] /StructParents 0 /Resources << /XObject << /Im1 20 0 R /Im2 21 0 R >> "
        b"/Properties << /OC1 22 0 R >> ",
    )
    drawn = b"q 40 0 0 40 72 600 cm /Im1 Do Q q 40 0 0 40 172 600 cm /Im2 Do Q /OC /OC1 BDC 300 600 40 40 re f EMC\n"
    words = objects[5].partition(b"stream\n")[2].removesuffix(b"\nendstream")
    objects[5] = stream(drawn + words)
    grey = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 "
    objects[20] = stream(b"\xff\xff\xff\x00", grey + b"/Width 2 /Height 2 ")
    packed = zlib.compress(b"".join(b"\x02" + bytes([17 * row] * 8) for row in range(8)))
    predictor = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 8 >> "
    objects[21] = stream(packed, grey + b"/Width 8 /Height 8 " + predictor)
    objects[22] = b"<< /Type /OCG /Name (Calque) >>"
    objects[23] = stream(b"loyer;100", b"/Type /EmbeddedFile ")
    objects[24] = b"<< /Type /Annot /Subtype /Stamp /Rect [300 300 400 320] /F 4 /P 4 0 R /AP << /N 25 0 R >> >>"
    objects[25] = stream(b"0 0 100 20 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 100 20] ")
    objects[26] = (
        b"<< /Type /Annot /Subtype /Link /Rect [72 300 172 320] /Border [0 0 0] "
        b"/A << /S /URI /URI (https://a.example) >> >>"
    )
    objects[27] = b"<< /Type /StructTreeRoot /K [29 0 R] >>"
    objects[28] = b"<< /Type /StructElem /S /P /P 29 0 R /ActualText (Loyer 100) >>"
    objects[29] = b"<< /Type /StructElem /S /Document /P 27 0 R /K [28 0 R] >>"
    return objects


def timestamped(data: bytes, root: LocalRoot) -> bytes:
    """Return *data* with a document timestamp by an authority under *root*."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = x509.load_der_x509_certificate(root.certificate)
    issuing = serialization.load_der_private_key(root.key, password=None)
    if not isinstance(issuing, ec.EllipticCurvePrivateKey):
        raise TypeError(type(issuing).__name__)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Horodatage")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(issuing, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    authority = DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(der)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        ),
        fixed_dt=issuer.not_valid_before_utc + timedelta(hours=1),
    )
    output = BytesIO()
    PdfTimeStamper(authority).timestamp_pdf(IncrementalPdfFileWriter(BytesIO(data)), "sha256", output=output)
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
        "rich": Base(signed(pdf(rich_objects()), identity)),
        "visible": Base(signed(plain, identity, mark=(60, 60, 260, 120))),
    }


def saved(base: Base, path: Path) -> Path:
    """Write *base* to *path*."""
    path.write_bytes(base.data)
    return path
