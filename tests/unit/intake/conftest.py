"""The vaults of the user stories serve here, too."""

from __future__ import annotations

from tests.unit.usecases.conftest import clock, house, vault

__all__ = ["clock", "house", "vault"]
