"""Documents cannot go stale: what is generated is fresh, what is linked is there."""

from __future__ import annotations

from house import docs, generated
from tests.architecture.sources import ROOT, nothing


def test_what_is_generated_is_what_the_code_says() -> None:
    nothing(f"{path.relative_to(ROOT)}: run ./dev fix" for path in generated.stale())


def test_every_link_leads_somewhere() -> None:
    nothing(docs.dead_links())


def test_a_heading_is_linked_to_by_its_words() -> None:
    assert docs.anchors("# The log: frames, `n` and size\n```\n# no heading\n```\n") == {"the-log-frames-n-and-size"}
