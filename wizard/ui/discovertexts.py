"""The sentences of step 1, Discover."""

from __future__ import annotations

from wizard.dicom.destination import Destination
from wizard.engine.events import Progress, Seen
from wizard.ui.words import counted, number

DISCOVER = ("Discover", "Find the new PACS", "Where shall the images go? The administrator of the new PACS knows this.")
DISCOVER_PROMISE = "On this page no image is sent, only test questions."
UNFINISHED = "Begun before, and not finished"
GO_ON = "Go on with it"
SAVED = "Used before"
HOST, PORT = "Name or address of the new PACS", "Port"
CALLED_AE, CALLING_AE = "Its AE title", "Our AE title"
AE_HINT = "An AE title is the name of an imaging system. Capital and small letters differ."
MORE_SETTINGS = "More settings…"
ENCRYPTED, NOT_ENCRYPTED = "Encrypted (TLS)", "Not encrypted"
ENCRYPT = "The connection is encrypted (TLS)"
ENCRYPTED_MEANS = "TLS 1.2 or newer; the certificate and name of the new PACS are always checked."
NOT_ENCRYPTED_MEANS = "Patient data goes over the network in the clear: whoever listens there can read it."
CA_FILE = "Authorities to trust, if not those of this computer (CA file)"
CERTIFICATE = "Certificate of this computer, if the new PACS wants one (PEM file)"
KEY = "Key of that certificate, if it is not in the same file"
FIND_HOST, FIND_PORT, FIND_AE = "Another archive for questions: address", "Port", "Its AE title"
FIND_HINT = "Only if questions go elsewhere than images. What is left empty is as it is for images."
TEST = "Test the connection"
TESTING = "Testing…"
PREPARING = "Making the practice archive and starting the practice PACS…"
#: What each rung asks, before it is climbed.
RUNGS: dict[str, str] = {
    "resolved": "Is the name known?",
    "reached": "Does the computer answer?",
    "accepted": "Does it let us in?",
    "answered": "Does it answer in DICOM?",
    "takes images": "Does it take images?",
    "may be asked": "May we ask what has arrived?",
}
REST_NOT_CHECKED = "The rest was not checked."
CONNECTED = "The connection works."
CONNECTED_IN_PART = "Images can be copied, but not all of the test has passed. Read what is marked, then press Next."
NOT_CONNECTED = "No connection yet. Mend what is marked, then test again."
OPENING = "Opening the migration…"


def connection(encrypted: bool, asked: str) -> str:
    """Whether it is encrypted, and who is asked instead, if another archive is."""
    return (ENCRYPTED if encrypted else NOT_ENCRYPTED) + (f"; questions go to {asked}" if asked else "")


def saved(destination: Destination) -> str:
    """A saved one, by its name and what it is."""
    return f"{destination.name}: {destination}" if destination.name else str(destination)


def unfinished(sources: str, destination: str, copied: int, expected: int) -> tuple[str, str]:
    return f"{sources} to {destination}", f"{number(copied)} of {counted(expected, 'image', 'images')} copied"


def kinds_so_far(done: int, total: int | None) -> str:
    """`total` are the rounds in which it is asked."""
    return f"Testing… Which kinds of images it takes: round {done + 1} of {total}"


# Looking for it on the network

LOOK = "Look for it…"
LOOK_WARNING = (
    "This connects to every address below, one port after the other. Some devices in a clinic do not take that well: "
    "ask your IT department first. Nothing is sent but a short greeting in DICOM."
)
RANGE, PORTS, TITLE = "Addresses", "Ports", "AE title to call it by"
WIDE = "Allow more than 1\u00a0024 addresses"
LOOK_NOW, USE_IT, BACK = "Look", "Use this one", "Back"
FOUND_COLUMNS = ("Address", "Port", "Answer", "Maker", "AE title")
PORTS_WRONG = "Type ports as 104, 11112."
#: What an answer is in short.
ANSWERS: dict[str, str] = {
    "accepts": "lets us in",
    "refuses": "refuses us",
    "aborts": "breaks off",
    "encrypted": "encrypted",
    "other": "no DICOM",
    "closes": "hangs up",
    "silent": "says nothing",
}


def looked_so_far(progress: Progress) -> str:
    return "  ·  ".join(
        (
            f"{number(progress.done)} of {counted(progress.total or 0, 'port', 'ports')}",
            f"{number(progress.counts.get('found', 0))} took a connection",
            f"{number(progress.counts.get('dicom', 0))} answered in DICOM",
        )
    )


def answer(seen: Seen) -> str:
    """What one of them answered, and whose software it is."""
    return f"{seen.sentence} {seen.maker}" if seen.maker else seen.sentence


def found_row(seen: Seen) -> tuple[str, ...]:
    answer = ANSWERS[seen.answer] + (" (TLS)" if seen.encrypted and seen.answer != "encrypted" else "")
    return seen.host, str(seen.port), answer, seen.maker, seen.called_ae


# Saved destinations

SAVED_ONES, EDIT = "Saved destinations…", "Edit…"
SAVED_COLUMNS = ("Name", "Address", "Its AE title", "Our AE title", "Encrypted")
NAME = "Name"
SAVE_CHANGES, DELETE, IMPORT, EXPORT = "Save the changes", "Delete", "Import…", "Export…"
NO_SECRETS = "An exported file holds no secrets: certificates and keys are only named by their paths."
NONE_SAVED = "None is saved yet. Each one that is used is saved by itself."
DESTINATIONS_FILE = "Saved destinations"
CHANGED, DELETED, YES = "Saved.", "Deleted.", "yes"


def imported(count: int) -> str:
    return f"{counted(count, 'destination', 'destinations')} imported."


def exported(count: int, path: str) -> str:
    return f"{counted(count, 'destination', 'destinations')} written to {path}."


# The text for the administrator

LETTER = "For the administrator…"
LETTER_BACK, COPY_TEXT, SAVE_TEXT = "Back", "Copy the text", "Save it as a file…"
#: The button that leads from one language to the other.
OTHER_LANGUAGE: dict[str, str] = {"en": "Auf Deutsch", "de": "In English"}
COPIED_TEXT = "The text is on the clipboard."
LETTER_FILE = "Text for the administrator"


def saved_text(path: str) -> str:
    return f"Written to {path}."
