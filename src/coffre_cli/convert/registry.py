"""Which converter is for which family."""

from __future__ import annotations

from coffre_cli.convert.html import HtmlConverter
from coffre_cli.convert.images import ImageConverter
from coffre_cli.convert.interface import Converter
from coffre_cli.convert.mail import MailConverter
from coffre_cli.convert.model import Family
from coffre_cli.convert.office import OfficeConverter
from coffre_cli.convert.package import PackageConverter
from coffre_cli.convert.pdf import PdfConverter
from coffre_cli.convert.postscript import PostScriptConverter
from coffre_cli.convert.text import TextConverter

CONVERTERS: dict[Family, Converter] = {
    Family.IMAGE: ImageConverter(),
    Family.PDF: PdfConverter(),
    Family.POSTSCRIPT: PostScriptConverter(),
    Family.OFFICE: OfficeConverter(),
    Family.HTML: HtmlConverter(),
    Family.MAIL: MailConverter(),
    Family.PACKAGE: PackageConverter(),
    Family.TEXT: TextConverter(),
}
