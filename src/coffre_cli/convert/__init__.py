"""From any file to a form that can be read in thirty years.

Vocabulary
----------
*source*: a private plaintext copy of the file received, never written to; *kind*: what its content says it is (media
type and *family*); *converter*: what turns one family into pages; *archive*: the durable PDF made from the source;
*text*: its words, for search; *children*: files found inside (attachments, members), to be deposited beside;
*record*: how the archive was made, to be kept with the document; *remark*: what the user should know.

Rules
-----
- Converting decides nothing about keeping: every file, however bad, gives a `Conversion`. Without archive, `reason`
  says why, in one catalogue sentence; the caller stores the original first, calls here, then stores what came out.
- A kind is chosen by content; a name only tells Markdown and CSV from other text.
- A signed PDF, and one that already says it is PDF/A, is `durable`: its own form, no archive is made.
- `format` is "PDF/A-2b" only for an archive that we wrote and that passed the validator after it was written; else
  "PDF", with the reason in `remarks`.
- Converters run in workers only (`coffre_cli.worker`), on one file each, with limits for its size. No exit code of a
  program is believed: its output must open, have pages and not be blank.
- Names from inside files are labels, never paths.

Use::

    with workers(needed=size) as pool:
        for conversion in convert_all(pool, [Source(path, "scan.tif"), ...], options):
            ... store conversion.archive, conversion.text and conversion.children, then:
            conversion.discard()

`convert_together` joins pictures to one document. With `Options.ocr` other than `never`, pages without words are read
by Tesseract: into `text`, and behind the pictures of the archive, whose own bytes stay as they are. Children are files
of their own: deposit them, and convert them in turn, down to `Bounds.depth`.

The way of a PDF: kept, when signed or PDF/A already → rewritten by pikepdf → its hidden words laid anew → Ghostscript,
where installed → pictures of the pages that cannot be approved → pictures of all pages → words only. Each way after the
first is compared with the original, page by page, by its looks, and that of Ghostscript by its words.

PostScript goes the same way, once Ghostscript has run it without access to any file (`postscript`).

HTML, also that of mail, is made harmless first (`webtext`), then laid out by LibreOffice and believed when its words
are there (`weblayout`), else drawn as words. Locked office files are opened in the worker (`unlocking`); the password
goes there and nowhere else. With `Profile.FIDELE` the finished archive is opened again beside its source and compared
(`faithful`).

Each converter is one file with one class that fits `interface.Converter`; `registry.py` knows them all.
"""
