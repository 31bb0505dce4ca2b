"""CMaps inside a file (ISO 32000-1, 9.7.5): which code means which CID."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tests.pdfa.lexer import Kind, Word, words

PREDEFINED = frozenset(
    [
        "Identity-H",
        "Identity-V",
        "GB-EUC-H",
        "GB-EUC-V",
        "GBpc-EUC-H",
        "GBpc-EUC-V",
        "GBK-EUC-H",
        "GBK-EUC-V",
        "GBKp-EUC-H",
        "GBKp-EUC-V",
        "GBK2K-H",
        "GBK2K-V",
        "UniGB-UCS2-H",
        "UniGB-UCS2-V",
        "UniGB-UTF16-H",
        "UniGB-UTF16-V",
        "B5pc-H",
        "B5pc-V",
        "HKscs-B5-H",
        "HKscs-B5-V",
        "ETen-B5-H",
        "ETen-B5-V",
        "ETenms-B5-H",
        "ETenms-B5-V",
        "CNS-EUC-H",
        "CNS-EUC-V",
        "UniCNS-UCS2-H",
        "UniCNS-UCS2-V",
        "UniCNS-UTF16-H",
        "UniCNS-UTF16-V",
        "83pv-RKSJ-H",
        "90ms-RKSJ-H",
        "90ms-RKSJ-V",
        "90msp-RKSJ-H",
        "90msp-RKSJ-V",
        "90pv-RKSJ-H",
        "Add-RKSJ-H",
        "Add-RKSJ-V",
        "EUC-H",
        "EUC-V",
        "Ext-RKSJ-H",
        "Ext-RKSJ-V",
        "H",
        "V",
        "UniJIS-UCS2-H",
        "UniJIS-UCS2-V",
        "UniJIS-UCS2-HW-H",
        "UniJIS-UCS2-HW-V",
        "UniJIS-UTF16-H",
        "UniJIS-UTF16-V",
        "KSC-EUC-H",
        "KSC-EUC-V",
        "KSCms-UHC-H",
        "KSCms-UHC-V",
        "KSCms-UHC-HW-H",
        "KSCms-UHC-HW-V",
        "KSCpc-EUC-H",
        "UniKS-UCS2-H",
        "UniKS-UCS2-V",
        "UniKS-UTF16-H",
        "UniKS-UTF16-V",
    ]
)
"""ISO 32000-1, table 118."""
_BLOCKS = {b"endcodespacerange": 2, b"endcidrange": 3, b"endcidchar": 2}


class CMap:
    """A CMap's program."""

    def __init__(self, program: bytes) -> None:
        self._words = list(words(program))

    @cached_property
    def spaces(self) -> list[tuple[bytes, bytes]]:
        """The ranges of codes."""
        return [(low.value, high.value) for low, high in self._rows(b"endcodespacerange")]

    @cached_property
    def ranges(self) -> list[tuple[bytes, bytes, int]]:
        """First code, last code, first CID."""
        found = [(low.value, high.value, int(cid.number)) for low, high, cid in self._rows(b"endcidrange")]
        return found + [(code.value, code.value, int(cid.number)) for code, cid in self._rows(b"endcidchar")]

    @property
    def highest(self) -> int:
        """The highest CID."""
        return max((cid + int.from_bytes(high) - int.from_bytes(low) for low, high, cid in self.ranges), default=0)

    @property
    def others(self) -> list[str]:
        """The CMaps it uses."""
        return [self._words[at - 1].value.decode("latin-1") for at, _word in self._at(b"usecmap")]

    @property
    def writing_mode(self) -> int:
        """0 across, 1 down."""
        for at, word in enumerate(self._words[:-1]):
            if word.kind is Kind.NAME and word.value == b"WMode" and self._words[at + 1].kind is Kind.INTEGER:
                return int(self._words[at + 1].number)
        return 0

    def codes(self, text: bytes) -> Iterator[bytes]:
        """Yield the codes in *text*."""
        at = 0
        while at < len(text):
            size = next((len(low) for low, high in self.spaces if _within(text[at : at + len(low)], low, high)), 1)
            yield text[at : at + size]
            at += size

    def cid(self, code: bytes) -> int:
        """Return the CID of *code*, 0 when there is none."""
        for low, high, cid in self.ranges:
            if len(code) == len(low) and low <= code <= high:
                return cid + int.from_bytes(code) - int.from_bytes(low)
        return 0

    def _at(self, keyword: bytes) -> Iterator[tuple[int, Word]]:
        yield from ((at, word) for at, word in enumerate(self._words) if word.is_word(keyword))

    def _rows(self, keyword: bytes) -> Iterator[tuple[Word, ...]]:
        size = _BLOCKS[keyword]
        begin = keyword.replace(b"end", b"begin", 1)
        starts = [at for at, _word in self._at(begin)]
        for (end, _word), start in zip(self._at(keyword), starts, strict=True):
            rows = self._words[start + 1 : end]
            yield from (tuple(rows[at : at + size]) for at in range(0, len(rows), size))


def _within(code: bytes, low: bytes, high: bytes) -> bool:
    return len(code) == len(low) and all(a <= c <= b for a, c, b in zip(low, code, high, strict=True))
