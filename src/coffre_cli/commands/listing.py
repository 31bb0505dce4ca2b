"""What `coffre list`, `search` and `count` do, whoever read the line: the parser, or `commands.direct` without it."""

from __future__ import annotations

from collections.abc import Sequence

from coffre_cli.commands.vaults import opened_vault, output
from coffre_cli.errors import InvalidValueError, UsageError
from coffre_cli.i18n import N_, _
from coffre_cli.store.documents import Filter
from coffre_cli.store.search import MARK_END, MARK_START, NEWEST_MATCHES
from coffre_cli.ui.documents import document_json, document_line, document_table
from coffre_cli.ui.plain import plain
from coffre_cli.usecases import find
from coffre_cli.usecases.dates import document_date

SORTS = ("added", "title", "size")
NOTHING_FOUND = N_("Nothing found.")
CUT = N_("More documents match: only the newest {number} were ranked. Add a word to reach older ones.")


def list_documents(
    folder: str | None = None, *, tag: str | None = None, since: str | None = None, sort: str = "added"
) -> None:
    """Print the documents of *folder* and below, or all of them."""
    if sort not in SORTS:
        raise InvalidValueError(value=sort, what="--sort", expected=", ".join(SORTS))
    wanted = Filter(_folder(folder), tag, document_date(since), sort, newest_first=sort != "title")
    shown = output()
    printed = 0
    with opened_vault() as vault:
        documents = find.list_documents(vault, wanted)
        for document in documents if shown.as_json else ():
            shown.item(document_json(document))
            printed += 1
        for line in document_table(documents) if not shown.as_json else ():
            shown.result(line)
            printed += 1
    if not printed:
        filtered = folder or tag or since
        none_yet = N_("No document yet: `coffre add FILE` deposits one.")
        shown.say(_(NOTHING_FOUND) if filtered else _(none_yet))


def search_documents(words: Sequence[str], *, limit: int = find.DEFAULT_HITS) -> None:
    """Print the documents that hold *words*, the best first."""
    if not any(word.strip() for word in words):
        raise UsageError(reason=_(N_("A word to look for is needed.")), command="search")
    shown = output()
    with opened_vault() as vault:
        found = find.search(vault, " ".join(words), limit)
    for hit in found.hits:
        one_line = " ".join(hit.snippet.split())
        marked = plain(one_line.replace(MARK_START, "[").replace(MARK_END, "]"))
        bare = one_line.replace(MARK_START, "").replace(MARK_END, "")
        shown.show(f"{document_line(hit.document)}\n    {marked}", document_json(hit.document, snippet=bare))
    if found.cut:
        shown.say(_(CUT).format(number=NEWEST_MATCHES))
    if not found.hits:
        shown.say(_(NOTHING_FOUND))


def count_documents() -> None:
    """Print how many documents there are."""
    with opened_vault() as vault:
        number = find.count(vault)
    output().show(str(number), {"schema": "coffre.count/1", "documents": number})


def _folder(typed: str | None) -> str | None:
    if not typed:
        return None
    from coffre_cli.usecases.folders import clean_folder

    return clean_folder(typed) or None
