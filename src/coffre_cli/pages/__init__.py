"""Every page that the product draws: templates in `templates/*.typ`, and one function that fills them.

Vocabulary
----------
*template*: a typst file of this package, named without its ending; *data*: a mapping of plain values that the template
reads as `data` after its first line `#let data = json(bytes(sys.inputs.data))`; *drawn*: the PDF and the characters
that no font could show.

Rules
-----
- Data reaches a template through `sys.inputs` as JSON only, never as markup: a title with `#` in it stays a title.
  Bytes (a picture, an attachment) become a list of numbers: `bytes(data.seal)` in the template.
- The fonts inside typst only, unless `system_fonts`: the same data give the same bytes on every machine, with
  `moment` as the one date inside.
- PDF/A-2b unless another standard is named. A character that no font can show, a control character, or one that turns
  the writing direction is replaced by a visible escape (`⟨U+65E5⟩`) and reported; it never fails the page.
- Nothing comes from the network: no typst package is imported.

A new page = one `.typ` file in `templates/` and one call to `draw`.
"""
