"""What can go wrong in a user story."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class DigestMismatchError(CoffreError):
    """The file is not the one that the depositor announced."""

    exit_code = ExitCode.ALTERED
    message = N_("« {name} » is not the file announced: its SHA-256 is {found}, not {expected}.")
    hint = N_("The file was not kept; ask for it again.")


class NotJoinedError(CoffreError):
    """Pictures could not be joined to one document."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The pictures from « {name} » on could not be joined: {reason}")
    hint = N_("Add them one by one, without `--one-document`.")


class QuotaReachedError(CoffreError):
    """The safe would outgrow its quota."""

    exit_code = ExitCode.QUOTA
    message = N_("The safe is full: {used} of {quota} bytes are in use, {wanted} more are wanted.")
    hint = N_("Delete what is not needed any more, or `coffre init NAME --quota SIZE` makes a larger one beside it.")


class TermReachedError(CoffreError):
    """The term is over: read, export and delete only."""

    exit_code = ExitCode.QUOTA
    message = N_("The term of this safe ended on {until}: it can be read, exported and emptied, not added to.")
    hint = N_("Nothing in it is lost: `coffre get` takes documents out; `coffre init` makes another safe.")


class NotConfirmedError(CoffreError):
    """A confirmation was asked for and not given."""

    exit_code = ExitCode.USAGE
    message = N_("Not confirmed; nothing was done.")
    hint = N_("Type the title exactly, or add `--yes`.")


class OriginalNotKeptError(CoffreError):
    """The bytes as received were asked for, and were not kept."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("The original of « {title} » was not kept: only its archive rendition is there.")
    hint = N_("Without `--original`, it is the archive rendition that is given.")


class PlaceTakenError(CoffreError):
    """The folder for a new safe holds something, or is a file."""

    exit_code = ExitCode.ALREADY_THERE
    message = N_("{path} is there already, and is not an empty folder.")
    hint = N_("Give `--path` a folder that is empty or does not exist yet.")


class NoOrganisationError(CoffreError):
    """A seal needs an organisation, and none is known."""

    exit_code = ExitCode.USAGE
    message = N_("A seal is an organisation's, and none is known here.")
    hint = N_("`coffre identity create --organisation NAME --siren N` makes its certificate.")


class IdentityKeptError(CoffreError):
    """The very certificate is in the safe."""

    exit_code = ExitCode.ALREADY_THERE
    message = N_("The certificate of {name} is in the safe already ({id}).")
    hint = N_("`coffre identity list` shows what there is.")


class CannotSealError(CoffreError):
    """A seal was asked of a person."""

    exit_code = ExitCode.USAGE
    message = N_("{name} is a person, and a seal is an organisation's.")
    hint = N_("`coffre sign` signs as a person; `coffre identity list` shows what there is.")


class CannotSignError(CoffreError):
    """A signature was asked of an organisation."""

    exit_code = ExitCode.USAGE
    message = N_("{name} is an organisation, and a signature is a person's.")
    hint = N_("`coffre seal` seals as an organisation; `coffre identity list` shows what there is.")
