"""The journal: the log's public lines, and what can be proven with them.

Vocabulary: an *event* is a *line* (public, chained) and a sealed *body*; a *commitment* hides a *disclosure* until
it is shown; the *leaf hash* of a line is both its link in the chain and its leaf in the Merkle tree; a *checkpoint*
is the tree's root signed by the log key. Lines are hashed as stored and never written again (docs/format/event.md).
"""
