"""ZIP files: their members are files of their own; the package itself needs no pages."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from coffre_cli.convert import remarks as say
from coffre_cli.convert.errors import (
    DamagedFileError,
    PasswordNeededError,
    TooDeepError,
    TooManyMembersError,
    UnpacksTooLargeError,
)
from coffre_cli.convert.labels import put_child
from coffre_cli.convert.model import Child, Kind, Options, Product, Record, Source
from coffre_cli.convert.zipaes import AES, read_member
from coffre_cli.convert.zipped import DAMAGE, checked, entries


class PackageConverter:
    """ZIP."""

    needs_programs = False
    memory_bytes = 2 << 30

    def __call__(self, sources: Sequence[Source], kind: Kind, options: Options, directory: Path, /) -> Product:
        """Take the members out, within bounds."""
        (source,) = sources
        if options.depth >= options.bounds.depth:
            raise TooDeepError(limit=options.depth)
        if entries(source.path) > options.bounds.package_entries:
            raise TooManyMembersError(limit=options.bounds.package_entries)
        try:
            with zipfile.ZipFile(source.path) as package:
                children = _taken_out(package, source.path, options, directory)
        except DAMAGE as error:
            raise DamagedFileError(reason=kind.label) from error
        except RuntimeError as error:  # zipfile's word for an encrypted member
            raise PasswordNeededError from error
        reason = say.remark(say.PACKAGE, count=len(children))
        return Product(reason=reason, remarks=(reason,), children=children, record=Record(route="unpacked"))


def _taken_out(package: zipfile.ZipFile, path: Path, options: Options, directory: Path) -> tuple[Child, ...]:
    if options.password:
        package.setpassword(options.password.encode("utf-8"))
    left = options.bounds.package_bytes
    children = []
    for number, member in enumerate(checked(package, options.bounds)):
        most = min(left, member.file_size)
        if member.compress_type == AES and options.password:
            data = read_member(path, member, options.password, most + 1)
        else:
            data = _read(package, member, most + 1)
        if len(data) > most:  # one that holds more than it announced
            raise UnpacksTooLargeError(limit=options.bounds.package_bytes)
        left -= len(data)
        children.append(put_child(directory, number, member.filename, data))
    return tuple(children)


def _read(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    with package.open(member) as file:
        return file.read(most)
