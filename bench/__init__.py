"""Every figure of docs/performance.md: `./dev bench [NAME]`.

A row is one thing a user waits for, beside the same thing done by another tool (or the bare interpreter), in the same
run: A B A B …, medians, and a ratio, so that the machine matters little. Times are of the installed, byte-compiled
program, everything included from its start to its end.
"""
