"""One file per command or family: parse, call one use case, show the result.

`registry` names them without importing them; `edge` makes typer lazy, gives every command the global options and
the user's language; `context` holds what was chosen; `vaults` finds and opens the vault.
"""
