"""Ways for paper to come in: cover sheets with their symbols, stacks split at them, scanners, watched folders.

Vocabulary: a *cover* is a sheet whose *symbols* carry its *payload*, and the record that says where what follows it
goes; a *stack* is one file that holds several documents; a *piece* runs from one cover to the next.

Rules: a sheet can misfile nothing: unknown, forged, spent or expired, it is left where it is and what follows keeps the
folder it was deposited for. Symbols are read in limited workers. Nothing is removed before it is durable elsewhere.
"""
