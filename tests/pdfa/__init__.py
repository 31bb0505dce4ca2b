"""An independent validator of PDF/A-2b (ISO 19005-2:2011, level B), which judges what the converters write.

It shares no code with the product. The bytes of the file are read by a lexer of its own, objects through pikepdf,
font programs through fontTools, content streams by a walk of its own. Each rule is one function, named after its
clause; what a rule cannot judge, it refuses. `test_rules.py` breaks each rule once: all are known to be able to fail.
"""

from __future__ import annotations

from tests.pdfa.judge import Finding, validate

__all__ = ["Finding", "validate"]
