"""Every command by name, without importing any: help and dispatch start from this table."""

from __future__ import annotations

from coffre_cli.i18n import N_
from coffre_cli.values import frozen


@frozen
class Entry:
    """A command or a family, and the module that holds it."""

    name: str
    module: str
    help: str
    """The first line of its docstring; a test compares them."""
    function: str = ""
    """The function of a single command; empty for a family, whose module has `app`."""


COMMANDS: tuple[Entry, ...] = (
    Entry("init", "init", N_("Make a new safe."), "init"),
    Entry("unlock", "unlock", N_("Open the safe for a while, in every shell of this user."), "unlock"),
    Entry("lock", "unlock", N_("Close the safe at once, in every shell."), "lock"),
    Entry("add", "add", N_("Deposit files, folders or standard input."), "add"),
    Entry("list", "find", N_("List documents."), "list_"),
    Entry("search", "find", N_("Find documents by their words."), "search"),
    Entry("count", "find", N_("Count documents."), "count"),
    Entry("show", "find", N_("Show all that is known of a document."), "show"),
    Entry("get", "get", N_("Take a document out, bit for bit."), "get"),
    Entry("open", "get", N_("Look at a document in the program that the system uses for it."), "open_"),
    Entry("move", "organise", N_("Put documents into another folder."), "move"),
    Entry("rename", "organise", N_("Give a document another title."), "rename"),
    Entry("tag", "organise", N_("Add tags to documents, or remove some."), "tag"),
    Entry("scan", "scan", N_("Scan paper straight into the safe."), "scan"),
    Entry("inbox", "inbox", N_("Deposit whatever lands in a folder."), "inbox"),
    Entry("cover", "cover", N_("Print bar-coded sheets that file what follows them."), "cover"),
    Entry("convert", "convert", N_("Make the archive rendition again."), "convert"),
    Entry("delete", "delete", N_("Delete documents for good."), "delete"),
    Entry("sign", "sign", N_("Sign PDFs as a person."), "sign"),
    Entry("seal", "sign", N_("Seal PDFs as an organisation."), "seal"),
    Entry("verify", "verify", N_("Say what the signatures of received documents are worth."), "verify"),
    Entry("trust", "trust", N_("Roots believed besides those of your own safes.")),
    Entry("identity", "identity", N_("Certificates to sign and seal with.")),
    Entry("token", "token", N_("Cards and USB tokens to sign with.")),
    Entry("alarms", "alarms", N_("Deadlines, and who is told when.")),
    Entry("journal", "journal", N_("What was done, provably.")),
    Entry("status", "status", N_("Show how the safe is doing."), "status"),
    Entry("check", "check", N_("Look for damage, and repair it."), "check"),
    Entry("password", "password", N_("The password of the safe.")),
    Entry("recover", "password", N_("Set a new password with the recovery code."), "recover"),
    Entry("rekey", "rekey", N_("Give the safe new keys throughout, and a new recovery code."), "rekey"),
    Entry("account", "account", N_("Who holds the safe.")),
    Entry("config", "config", N_("Settings of this computer.")),
    Entry("doctor", "doctor", N_("Say what is installed, what is missing, and whether it works."), "doctor"),
    Entry("demo", "demo", N_("Show the main job on a throw-away safe."), "demo"),
    Entry("completion", "completion", N_("Print the completion script of a shell."), "completion"),
)
ALIASES = {
    "ajouter": "add",
    "signer": "sign",
    "sceller": "seal",
    "verifier": "verify",
    "vérifier": "verify",
    "chercher": "search",
    "alarmes": "alarms",
    "procuration": "proxy",
}
"""French names of the daily verbs, hidden in help."""
