"""French is complete: every sentence the code says, with the same fields, compiled as it stands."""

from __future__ import annotations

from string import Formatter

from babel.messages.catalog import Message

from house import catalogue
from tests.architecture.sources import nothing


def test_every_sentence_of_the_code_has_its_french() -> None:
    missing = [message.id for message in catalogue.merge(catalogue.extracted()) if _lacks(message)]
    nothing(missing)


def test_a_translation_names_the_same_facts() -> None:
    different = [message.id for message in catalogue.messages() if not _lacks(message) and not _same_fields(message)]
    nothing(different)


def test_a_translation_keeps_the_commands_that_are_to_be_typed() -> None:
    lost = [
        (original, translated)
        for message in catalogue.messages()
        for original, translated in zip(_forms(message.id), _forms(message.string), strict=False)
        if translated and _commands(original) != _commands(translated)
    ]
    nothing(lost)


def test_the_compiled_catalogue_is_what_the_text_says() -> None:
    fresh = catalogue.catalogue()
    assert catalogue.MO.read_bytes() == fresh[catalogue.MO]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return () if text is None else (text,) if isinstance(text, str) else tuple(text)


def _lacks(message: Message) -> bool:
    return bool(message.id) and (message.fuzzy or not all(_forms(message.string)) or not _forms(message.string))


def _same_fields(message: Message) -> bool:
    wanted = {field for text in _forms(message.id) for field in _fields(text)}
    return all(_fields(text) <= wanted for text in _forms(message.string)) and wanted == {
        field for text in _forms(message.string) for field in _fields(text)
    }


def _fields(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in Formatter().parse(text) if field}
    except ValueError:
        return set()


def _commands(text: str) -> set[str]:
    return {" ".join(part.split()[:2]) for part in text.split("`")[1::2] if part.startswith("coffre ")}
