"""A loop of pyHanko's own signer: `python -m bench.simple_signer P12 PASSWORD FOLDER OUT` prints its seconds."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf


def main(certificate: Path, password: str, folder: Path, out: Path) -> float:
    """Sign every file of *folder* into *out*; return how long that took, once all is loaded."""
    signer = SimpleSigner.load_pkcs12(certificate, passphrase=password.encode())
    if signer is None:
        raise SystemExit("no signer")
    out.mkdir()
    terms = PdfSignatureMetadata(field_name="Sig", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    started = time.perf_counter()
    for file in sorted(folder.iterdir()):
        with file.open("rb") as source, (out / file.name).open("w+b") as target:
            sign_pdf(IncrementalPdfFileWriter(source), terms, signer=signer, output=target)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])))
