"""What can be wrong with a vault as a whole."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class NoVaultError(CoffreError):
    """There is no vault where one was looked for."""

    exit_code = ExitCode.NO_VAULT
    message = N_("There is no safe « {name} ».")
    hint = N_("`coffre init` makes one; `--vault` or COFFRE_VAULT names another.")


class NoVaultYetError(NoVaultError):
    """The account has no vault at all."""

    code = "no_vault"

    message = N_("There is no safe yet.")


class SeveralVaultsError(CoffreError):
    """Several vaults, and none is named or set as the default."""

    exit_code = ExitCode.NO_VAULT
    message = N_("There are several safes: {names}.")
    hint = N_("Name one with `--vault NAME`, or `coffre config set vault NAME` once and for all.")


class VaultExistsError(CoffreError):
    """The name is taken (names are blind to case), or the folder is not empty."""

    exit_code = ExitCode.ALREADY_THERE
    message = N_("There is already a safe or a folder called {name}.")
    hint = N_("Choose another name: a safe keeps its name for life, and capitals make no difference.")


class DescriptorDamagedError(CoffreError):
    """`vault.json` is not what was written."""

    exit_code = ExitCode.ALTERED
    message = N_("The file vault.json of this safe is damaged ({reason}).")
    hint = N_("Type `coffre check --repair`: it is put back from its spare copy.")


class NewerFormatError(CoffreError):
    """The vault was written by a newer coffre."""

    message = N_("This safe was written by a newer coffre (format {found}; this one reads {known}).")
    hint = N_("Upgrade coffre; nothing was touched.")


class HistoryError(CoffreError):
    """The log is not the one that was last seen: older, cut short, or another."""

    exit_code = ExitCode.ALTERED
    message = N_("This safe is not as it was last seen ({finding}); event {number} is the first that differs.")
    hint = N_("If you put back an older copy yourself, type `coffre check --repair`; otherwise look for who did.")


class VaultChangedError(CoffreError):
    """The vault's keys were changed while this command was at work."""

    exit_code = ExitCode.VAULT_BUSY
    message = N_("The keys of this safe were changed meanwhile; nothing was written.")
    hint = N_("Type the same command again.")


class SpoolKeyUnknownError(CoffreError):
    """The vault is locked, and this account does not know the key that deposits are sealed to."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("The safe {safe} is locked, and this account has not opened it since its keys were made.")
    hint = N_("Type `coffre unlock` once in this account; from then on deposits are sealed while it is locked.")


class KeyMissingError(CoffreError):
    """A record's key is gone although nothing destroyed the record."""

    exit_code = ExitCode.ALTERED
    message = N_("The key of record {record} is missing: it can no longer be read.")
    hint = N_("Type `coffre check --repair`, or take the key packs from a backup.")


class DuplicateDocumentError(CoffreError):
    """These very bytes are in the vault already."""

    exit_code = ExitCode.ALREADY_THERE
    message = N_("« {name} » is in the safe already, as « {title} ».")
    hint = N_("`--allow-duplicate` deposits it a second time.")
