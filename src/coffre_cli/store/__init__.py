"""Bytes on the disk: the log, the key packs, the blobs, and the index folded from them.

Rules: `fs` is the only door for log, keys, blobs, slots and spool, so that every fault can be injected and every
crash replayed; nothing is rewritten in place; a file is durable when it, its rename and its directory were fsynced.
Only this room knows SQLCipher. Formats: `docs/format/{log,keys,blob}.md`.
"""
