"""Ways in: key slots, the secrets that open them, and the session that holds a vault open.

Vocabulary: a *slot* wraps the *payload* (vault master key and what is needed to use it) under a key that one *secret*
derives to; a *session* holds the payload for a while, its wrapping key in the kernel's keyring or the system's.
Formats: `docs/format/slot.md`.
"""
