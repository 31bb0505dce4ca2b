"""Primitives in, bytes out: no files, no clock, no prompts, no globals.

Vocabulary: a *message* is one C2SP chunked-encryption ciphertext; its *context* names what it is; a *secret* is
bytes that never show themselves; a *KDF* turns a person's secret into a key-encryption key and a commitment.
The formats come first: `docs/format/seal.md` and `docs/format/slot.md`.
"""
