"""What the signing room refuses, and what to do about it."""

from __future__ import annotations

from coffre_cli.errors import CoffreError, ExitCode
from coffre_cli.i18n import N_


class NotAPdfError(CoffreError):
    """The file to sign is not a PDF."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("{path} is not a PDF; only a PDF can carry a signature.")
    hint = N_("`coffre add {path}` makes a PDF of it; sign that document.")


class UnreadablePdfError(CoffreError):
    """The PDF to sign or extend cannot be read."""

    exit_code = ExitCode.UNREADABLE
    message = N_("{path} is not a PDF that can be read: {reason}.")
    hint = N_("Open it and print it to a new PDF, then sign that one.")


class EncryptedPdfError(CoffreError):
    """The PDF to sign is protected by a password."""

    exit_code = ExitCode.UNREADABLE
    message = N_("{path} is protected by a password; nothing was signed.")
    hint = N_("Save it without its password first, then sign it.")


class FurtherSignaturesForbiddenError(CoffreError):
    """A signature of the document forbids later ones."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The signature {field} of {path} locks it: any later signature would break that one.")
    hint = N_("Whoever signs last locks: ask for a copy that was not locked yet.")


class CertifiedAgainstChangesError(CoffreError):
    """The author certified the document as one that nothing may be added to."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("{path} is certified against every change: another signature would break its certification.")
    hint = N_("Ask its author for a copy that allows signatures.")


class CertificationTooLateError(CoffreError):
    """A certification must be the first signature of a document."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("{path} is signed already; only the first signature can certify a document.")
    hint = N_("Sign without `--certify`.")


class BoxOutsidePageError(CoffreError):
    """The box of a visible signature does not lie on its page."""

    exit_code = ExitCode.USAGE
    message = N_("The box {box} does not lie on page {page}, which measures {width} × {height} points.")
    hint = N_("Give x, y, w and h in points from the lower left corner of the page.")


class BoxTooSmallError(CoffreError):
    """The box of a visible signature has no room for a QR code that can be read."""

    exit_code = ExitCode.USAGE
    message = N_("A box of {width} × {height} points has no room for a QR code that can be read.")
    hint = N_("Give w=160,h=50 or more, or sign without `--qr`.")


class PictureUnusableError(CoffreError):
    """The picture for a visible signature cannot be used."""

    exit_code = ExitCode.CANNOT_CONVERT
    message = N_("The picture {path} cannot be used in a signature.")
    hint = N_("A PNG or a JPEG of at most 10 MB and 40 million dots can.")


class NoSuchPageError(CoffreError):
    """The document has no such page."""

    exit_code = ExitCode.USAGE
    message = N_("{path} has no page {page}; it has {pages}.")
    hint = N_("Pages count from 1; -1 is the last one.")


class AnchorNotFoundError(CoffreError):
    """The text that was to place the signature is nowhere in the document."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("The text « {text} » is nowhere in {path}.")
    hint = N_("Check its spelling, or give a box: `--visible=page=1,x=36,y=36,w=200,h=70`.")


class TimestampUnavailableError(CoffreError):
    """The timestamp authority did not answer, or refused."""

    exit_code = ExitCode.TRY_LATER
    message = N_("The timestamp authority {authority} gave no timestamp: {reason}.")
    hint = N_("Try again later, or sign now with `--level b` and add the timestamp later with `coffre sign --extend`.")


class NotProlongedError(CoffreError):
    """The timestamp authority did not answer, or refused, and a signature stays as it was."""

    exit_code = ExitCode.TRY_LATER
    message = N_("The timestamp authority {authority} gave no timestamp: {reason}.")
    hint = N_("Try again later: the document is as it was.")


class NothingToExtendWithError(CoffreError):
    """Signatures are prolonged by a timestamp, and no authority is configured."""

    exit_code = ExitCode.USAGE
    message = N_("Only a timestamp authority can prolong signatures, and none is configured.")
    hint = N_("`coffre config set tsa URL` names one.")


class NoTimestampAuthorityError(CoffreError):
    """The level asked for needs a timestamp authority and none is configured."""

    exit_code = ExitCode.USAGE
    message = N_("The level {level} needs a timestamp authority and none is configured.")
    hint = N_("`coffre config set tsa URL` names one; `--level b` needs none.")


class LevelUnreachableError(CoffreError):
    """The validation data that the level needs could not be gathered."""

    exit_code = ExitCode.FAILURE
    message = N_("The level {level} cannot be reached: {reason}.")
    hint = N_("A lower level, `--level t` or `--level b`, needs less.")


class IdentityExpiredError(CoffreError):
    """The certificate of the signer is not valid at this time."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The certificate of {name} is valid from {not_before} to {not_after}, not now.")
    hint = N_("`coffre identity renew` makes a new one.")


class RevokedCertificateError(CoffreError):
    """The certificate was revoked by its issuer."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The certificate of {name} was revoked by its issuer; nothing was signed.")
    hint = N_("Ask for a new certificate, or sign with another identity.")


class SignatureNotVerifiedError(CoffreError):
    """What was just signed did not verify; it was not kept."""

    message = N_("The signature made on {path} does not verify; nothing was written.")
    hint = N_("Sign the file as received; if it happens again, the document may be damaged.")


class NothingToExtendError(CoffreError):
    """The document has no signature whose proof could be prolonged."""

    exit_code = ExitCode.NOTHING_TO_VERIFY
    message = N_("{path} carries no signature to prolong.")
    hint = N_("`coffre sign` signs it.")


class NamelessError(CoffreError):
    """A certificate needs a name."""

    exit_code = ExitCode.USAGE
    message = N_("A certificate needs a name.")
    hint = N_("Give one with `--person NAME` or `--organisation NAME`.")


class InvalidSirenError(CoffreError):
    """A SIREN has nine digits, the last of which checks the others."""

    exit_code = ExitCode.USAGE
    message = N_("« {siren} » is not a SIREN number.")
    hint = N_("A SIREN has nine digits, as on the company's registration.")


class CertificateFileError(CoffreError):
    """A PKCS#12 file cannot be read."""

    message = N_("{path} is not a PKCS#12 certificate file that can be read.")
    hint = N_("Export the certificate with its private key, as .p12 or .pfx.")


class CertificatePasswordError(CoffreError):
    """The password does not open the PKCS#12 file."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("This password does not open {path}.")
    hint = N_("It is the password chosen when the file was exported.")


class WeakCertificateError(CoffreError):
    """The certificate relies on an algorithm or a key that is too weak."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The certificate of {name} relies on {weakness}, which is too weak to sign with.")
    hint = N_("Ask for a certificate with RSA of 2048 bits or more, or P-256, and SHA-256.")


class NotForSigningError(CoffreError):
    """The issuer made the certificate for something other than signing documents."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The certificate of {name} is not one to sign documents with; its issuer made it for: {usage}.")
    hint = N_("Ask its issuer for a certificate for signatures.")


class KeyOnTokenError(CoffreError):
    """The key is on a token, and what is asked needs the key itself."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The key of {name} is on a token, which never gives it away.")
    hint = N_("Its issuer renews it; `coffre identity export` writes the certificate alone.")


class TokenModuleError(CoffreError):
    """A PKCS#11 module cannot be loaded, or does not answer."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("The PKCS#11 module {module} cannot be used: {reason}.")
    hint = N_("`coffre token list` shows the modules found here; `--module PATH` names another.")


class TokenAbsentError(CoffreError):
    """The token that holds the key is not there."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("The token {token} is not there.")
    hint = N_("Plug it in, or put the card into its reader; `coffre token list` shows what is seen.")


class TokenFailedError(CoffreError):
    """The token refused to work."""

    message = N_("The token {token} answered « {reason} ».")
    hint = N_("Take it out, put it in again and try once more; the tool of its maker may tell more.")


class TokenLockedError(CoffreError):
    """The token was locked by wrong PINs, or its PIN has expired."""

    exit_code = ExitCode.NOT_ALLOWED
    message = N_("The token {token} is locked, or its PIN has expired; nothing was signed.")
    hint = N_("The tool of its maker unlocks it with the PUK.")


class WrongPinError(CoffreError):
    """The token refused the PIN, which was tried once."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("The token {token} refused this PIN, which was tried once; nothing was signed.")
    hint = N_("Check the PIN before you try again: a token locks itself after a few wrong ones.")


class PinAtRiskError(CoffreError):
    """A wrong PIN was given before, and a file would give the same one again."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("The token {token} has few tries left: the PIN in the file was not tried.")
    hint = N_("Sign once at a terminal and type the PIN; the right one gives the tries back.")


class PinNeededError(CoffreError):
    """The token wants a PIN and nobody can be asked."""

    exit_code = ExitCode.WRONG_PASSWORD
    message = N_("The token {token} wants its PIN and nobody can be asked.")
    hint = N_("`--pin-file FILE` gives it, or the variable COFFRE_PIN_FILE.")


class TokenCertificateMissingError(CoffreError):
    """No token holds a certificate with that CKA_ID."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("No token here holds a certificate with the id {id}.")
    hint = N_("`coffre token list` shows those there are.")


class TokenCertificatesAlikeError(CoffreError):
    """Several tokens hold a certificate with that CKA_ID."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("Several tokens hold a certificate with the id {id}: {candidates}.")
    hint = N_("Name one with `--serial`.")


class TokenKeyMissingError(CoffreError):
    """The token holds the certificate without its private key."""

    exit_code = ExitCode.NOT_FOUND
    message = N_("The token {token} holds no private key with the id {id}.")
    hint = N_("`coffre token list` shows its certificates; the key of another one may be there.")
