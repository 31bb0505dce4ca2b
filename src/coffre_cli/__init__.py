"""A digital safe on the user's own disk, and the signature desk beside it."""

__version__ = "0.1.0"
