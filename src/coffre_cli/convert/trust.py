"""From what a worker says it made to what is believed."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.model import Conversion, Product
from coffre_cli.convert.plan import Job
from coffre_cli.errors import CoffreError
from coffre_cli.worker.directory import taken
from coffre_cli.worker.errors import UntrustworthyResultError


def believed(job: Job, product: Product) -> Conversion:
    """Return the conversion that *product* describes, once its files are proven to be files of the job's own."""
    try:
        return _conversion(job, product)
    except UntrustworthyResultError as error:
        return failed(job, error)


def failed(job: Job, error: CoffreError) -> Conversion:
    """Return the conversion that says *error*."""
    for path in job.directory.iterdir() if job.directory.is_dir() else ():
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    reason = say.remark_of(error)
    return _conversion(job, Product(reason=reason, remarks=(reason,)))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file at *path*, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _conversion(job: Job, product: Product) -> Conversion:
    archive = taken(job.directory, product.archive) if product.archive else None
    text = taken(job.directory, product.text) if product.text else None
    record = replace(
        product.record,
        source_sha256=job.sources[0].sha256 or sha256_of(job.sources[0].path),
        archive_sha256=sha256_of(archive) if archive else "",
    )
    return Conversion(
        source=job.sources[0],
        kind=job.kind,
        directory=job.directory,
        archive=archive,
        format=product.format if archive else job.kind.label,
        reason=product.reason,
        text=text,
        pages=product.pages,
        durable=product.durable,
        signatures=product.signatures,
        remarks=product.remarks,
        children=tuple((child, taken(job.directory, child.file)) for child in product.children),
        wordless=product.wordless,
        record=record,
    )
