"""The remarks that conversions make, each a catalogue sentence with named fields."""

from __future__ import annotations

from coffre_cli.errors import CoffreError
from coffre_cli.i18n import N_
from coffre_cli.model import Remark

MISSING = N_("No archive copy: this needs {program}, which is not installed ({install}).")
NOT_ASKED = N_("No archive rendition was asked for; `coffre convert` makes it later.")
PLAIN_PDF = N_("The archive copy is a plain PDF, not PDF/A: {reason}.")
CLAIMS = N_("This PDF says that it is {claim}; it is kept as it is.")
SIGNED = N_("This PDF is signed; it is kept bit for bit and never rewritten.")
INCOMPLETE = N_("The picture is incomplete: the file is cut short.")
ALPHA = N_("Transparent parts of the picture are shown on white.")
DEPTH = N_("The archive copy has 8 bits a channel instead of {bits}.")
COLOUR = N_("The colours ({colours}) were converted to sRGB in the archive copy.")
ANIMATED = N_("The picture is animated: one page for each of its {frames} frames.")
ANIMATED_LONG = N_("The picture is animated: the first of its {frames} frames is shown.")
CHARSET = N_("The characters were read as {charset}, a guess.")
GLYPHS = N_("No font shows {characters}: they appear as codes in the archive copy.")
CONTROLS = N_("Control characters appear as codes in the archive copy.")
FORM = N_("The form is shown as filled in; it cannot be filled in the archive copy.")
ACTIVE = N_("Active content ({what}) does nothing in the archive copy.")
EMBEDDED = N_("Files inside this PDF ({names}) are in the original only.")
UNLOCKED = N_("The archive copy is not protected by the password of the original.")
REPAIRED = N_("The PDF was damaged; the archive copy shows what could be read.")
RASTER = N_("The pages became pictures (300 dpi) with their words behind, in the archive copy.")
PICTURED = N_("Pages that became pictures (300 dpi), with their words behind, in the archive copy: {pages}.")
LINKS_LOST = N_("Links and bookmarks, if there were any, are in the original only.")
PACKAGE = N_("A package is kept as it is; the {count} files in it are kept beside.")
OCR_MISSING = N_("Pages without words: install Tesseract to make them searchable ({install}).")
OCR_LANGUAGE = N_("Tesseract lacks the language {language}.")
OFFICE_SIGNED = N_("The file holds a signature, which only the original carries.")
COMMENTS = N_("The archive copy shows the comments as notes.")
COMMENTS_LOST = N_("The comments are in the original only.")
CHANGES = N_("The file holds changes that nobody accepted yet; the archive copy shows their marks.")
EXTERNAL_LINKS = N_("External content that the file refers to was not fetched.")
EXTERNAL = N_("External content ({what}) was not fetched.")
FONTS = N_("Fonts replaced in the archive copy: {fonts}.")
BOXES = N_("No installed font shows {characters}: boxes may appear in the archive copy.")
VALUES = N_("Some cells show an error ({cells}) where the file holds a value.")
MEDIA = N_("Sound or film is in the original only.")
NOT_FAITHFUL = N_("This is no faithful copy; controls that failed: {controls}. Keep the paper.")
CHILDREN = N_("Files inside: {names}.")
CHILD_EMPTY = N_("The attachment {name} is empty.")
LONG = 160


def remark(message: str, **facts: object) -> Remark:
    """Return the remark *message* with its facts as short text."""
    return Remark(message, tuple((name, short(str(value))) for name, value in facts.items()))


def remark_of(error: CoffreError) -> Remark:
    """Return the remark that says what *error* says."""
    return remark(error.message, **error.facts)


def short(text: str) -> str:
    """Return *text* on one line, at most 160 characters, without what UTF-8 cannot say."""
    line = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    return line if len(line) <= LONG else line[: LONG - 1] + "…"
