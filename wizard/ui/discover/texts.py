"""The sentences of step 1, Discover."""

from __future__ import annotations

from wizard.dicom.destination import Destination
from wizard.engine.events import Progress
from wizard.engine.facts import FoundPort
from wizard.language import _, plural, said
from wizard.ui.widgets.formatting import number

DISCOVER = (
    _("Discover"),
    _("Find the new PACS"),
    _("Where shall the images go? The administrator of the new PACS knows this."),
)
DISCOVER_PROMISE = _("On this page no image is sent, only test questions.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("What a PACS is"),
        _(
            "The computer on which your clinic keeps its X-ray and other medical images. You have a new one, and "
            "this program copies to it what lies in the folders of the old one."
        ),
    ),
    (
        _("What is asked here"),
        _(
            "Where the new PACS is in your network (its name or address, and its port), and two names under which "
            "imaging systems know each other (AE titles): one of the new PACS, one of this program. Whoever looks "
            "after the new PACS knows all four, and must allow this program to send."
        ),
    ),
    (
        _("What the test does"),
        _(
            "It climbs a ladder and says of each rung whether it holds. No image is sent. What is marked red says "
            "who must do something about it."
        ),
    ),
)
UNFINISHED = _("Begun before, and not finished")
GO_ON = _("Go on with it")
SAVED = _("Used before")
HOST, PORT = _("Name or address of the new PACS"), _("Port")
CALLED_AE, CALLING_AE = _("Its AE title"), _("Our AE title")
AE_HINT = _("An AE title is the name of an imaging system. Capital and small letters differ.")
MORE_SETTINGS = _("More settings…")
ENCRYPTED, NOT_ENCRYPTED = _("Encrypted (TLS)"), _("Not encrypted")
ENCRYPT = _("The connection is encrypted (TLS)")
ENCRYPTED_MEANS = _("TLS 1.2 or newer; the certificate and name of the new PACS are always checked.")
NOT_ENCRYPTED_MEANS = _("Patient data goes over the network in the clear: whoever listens there can read it.")
CA_FILE = _("Authorities to trust, if not those of this computer (CA file)")
CERTIFICATE = _("Certificate of this computer, if the new PACS wants one (PEM file)")
KEY = _("Key of that certificate, if it is not in the same file")
FIND_HOST, FIND_PORT, FIND_AE = _("Another archive for questions: address"), _("Port"), _("Its AE title")
FIND_HINT = _("Only if questions go elsewhere than images. What is left empty is as it is for images.")
TEST = _("Test the connection")
TESTING = _("Testing…")
LETTER = _("For the administrator…")
PREPARING = _("Making the practice archive and starting the practice PACS…")
#: The question of each check of the connection test, before it is answered.
RUNGS: dict[str, str] = {
    "resolved": _("Is the name known?"),
    "reached": _("Does the computer answer?"),
    "accepted": _("Does it let us in?"),
    "answered": _("Does it answer in DICOM?"),
    "takes images": _("Does it take images?"),
    "may be asked": _("May we ask what has arrived?"),
}
REST_NOT_CHECKED = _("The rest was not checked.")
CONNECTED = _("The connection works.")
CONNECTED_IN_PART = _("Images can be copied, but not all of the test has passed. Read what is marked, then press Next.")
NOT_CONNECTED = _("No connection yet. Mend what is marked, then test again.")
OPENING = _("Opening the migration…")


def connection(encrypted: bool, asked: str) -> str:
    """Say whether the connection is encrypted, and name the service for queries if it is another one."""
    how = ENCRYPTED if encrypted else NOT_ENCRYPTED
    return _("{how}; questions go to {asked}", how=how, asked=asked) if asked else how


def saved(destination: Destination) -> str:
    """Name a saved destination and its address."""
    where = said(str(destination))
    return f"{destination.name}: {where}" if destination.name else where


def unfinished(sources: str, destination: str, copied: int, expected: int) -> tuple[str, str]:
    what = _("{sources} to {destination}", sources=sources, destination=said(destination))
    how_far = plural(expected, "{done} of {n} image copied", "{done} of {n} images copied", done=number(copied))
    return what, how_far


def kinds_so_far(done: int, total: int | None) -> str:
    """Say how far the test is; `total` is its number of rounds."""
    return _("Testing… Which kinds of images it takes: round {now} of {all}", now=done + 1, all=total)


# The search on the network

LOOK = _("Look for it…")
LOOK_WARNING = _(
    "This connects to every address below, one port after the other. Some devices in a clinic do not take that well: "
    "ask your IT department first. Nothing is sent but a short greeting in DICOM."
)
RANGE, PORTS, TITLE = _("Addresses"), _("Ports"), _("AE title to call it by")
WIDE = _("Allow more than 1\u00a0024 addresses")
LOOK_NOW, USE_IT, BACK = _("Look"), _("Use this one"), _("Back")
FOUND_COLUMNS = (_("Address"), _("Port"), _("Answer"), _("Maker"), _("AE title"))
PORTS_WRONG = _("Type ports as 104, 11112.")
#: An answer in short.
ANSWERS: dict[str, str] = {
    "accepts": _("lets us in"),
    "refuses": _("refuses us"),
    "aborts": _("breaks off"),
    "encrypted": _("encrypted"),
    "other": _("no DICOM"),
    "closes": _("hangs up"),
    "silent": _("says nothing"),
}


def looked_so_far(progress: Progress) -> str:
    return "  ·  ".join(
        (
            plural(progress.total or 0, "{done} of {n} port", "{done} of {n} ports", done=number(progress.done)),
            _("{count} took a connection", count=number(progress.counts.get("found", 0))),
            _("{count} answered in DICOM", count=number(progress.counts.get("dicom", 0))),
        )
    )


def answer(seen: FoundPort) -> str:
    """Say what a computer answered, and name the vendor of its software."""
    sentence = said(seen.sentence)
    return f"{sentence} {seen.maker}" if seen.maker else sentence


def found_row(seen: FoundPort) -> tuple[str, ...]:
    answer = ANSWERS[seen.answer] + (" (TLS)" if seen.encrypted and seen.answer != "encrypted" else "")
    return seen.host, str(seen.port), answer, seen.maker, seen.called_ae


# Saved destinations

SAVED_ONES, EDIT = _("Saved destinations…"), _("Edit…")
SAVED_COLUMNS = (_("Name"), _("Address"), _("Its AE title"), _("Our AE title"), _("Encrypted"))
NAME = _("Name")
SAVE_CHANGES, DELETE, IMPORT, EXPORT = _("Save the changes"), _("Delete"), _("Import…"), _("Export…")
NO_SECRETS = _("An exported file holds no secrets: certificates and keys are only named by their paths.")
NONE_SAVED = _("None is saved yet. Each one that is used is saved by itself.")
DESTINATIONS_FILE = _("Saved destinations")
CHANGED, DELETED, YES = _("Saved."), _("Deleted."), _("yes")


def imported(count: int) -> str:
    return plural(count, "{n} destination imported.", "{n} destinations imported.")


def exported(count: int, path: str) -> str:
    return plural(count, "{n} destination written to {path}.", "{n} destinations written to {path}.", path=path)


# Unfinished migrations, and the first time

SHOW_REPORT, FORGET, KEEP = _("Show its report"), _("Forget it"), _("Keep it")
WRITING_REPORT = _("Its report is being written…")
FIRST_TIME = _("Is this your first time?")
PRACTISE = _("Try it first with invented patients")


def report_written(folder: str) -> str:
    return _("Its report is in the folder {folder}. Patient names and IDs are inside: keep it safe.", folder=folder)


def may_forget(sources: str, destination: str) -> str:
    return _(
        "Forget {sources} to {destination}? It is not offered any more, but its record is kept.",
        sources=sources,
        destination=said(destination),
    )


def forgotten(path: str) -> str:
    return _("It is not offered any more. Its record was kept: {path}", path=path)
