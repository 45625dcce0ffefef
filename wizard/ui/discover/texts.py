"""The sentences of step 1, Discover."""

from __future__ import annotations

from typing import Sequence

from wizard.dicom.destination import Destination
from wizard.engine.events import Progress
from wizard.engine.facts import FoundPort
from wizard.language.message import Message, Private

DISCOVER = (
    Message("Discover"),
    Message("Find the new PACS"),
    Message("Where should the images go? Ask your PACS administrator for these details."),
)
DISCOVER_PROMISE = Message("On this page only test requests are sent, no images.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("What is a PACS?"),
        Message(
            "A PACS stores your clinic’s X-rays and other medical images. This program copies the images from the "
            "folders of your old PACS to your new PACS."
        ),
    ),
    (
        Message("What you need to enter"),
        Message(
            "Four details: the network name or address of the new PACS, its port, and two AE titles (the DICOM names "
            "of the new PACS and of this program). The PACS administrator knows them and must allow this program to "
            "send images."
        ),
    ),
    (
        Message("What the test does"),
        Message("It checks the connection step by step; no image is sent. Lines marked red say who needs to act."),
    ),
)
UNFINISHED = Message("Unfinished migrations")
GO_ON = Message("Continue")
SAVED = Message("Recently used")
HOST, PORT = Message("Name or address of the new PACS"), Message("Port")
CALLED_AE, CALLING_AE = Message("PACS AE title"), Message("Our AE title")
AE_HINT = Message("An AE title is a system’s DICOM name. It is case-sensitive.")
MORE_SETTINGS = Message("More settings…")
ENCRYPTED, NOT_ENCRYPTED = Message("Encrypted (TLS)"), Message("Not encrypted")
ENCRYPT = Message("Use an encrypted connection (TLS)")
ENCRYPTED_MEANS = Message("TLS 1.2 or newer; the certificate and name of the new PACS are always checked.")
NOT_ENCRYPTED_MEANS = Message("Patient data is sent unencrypted; anyone who can listen in on the network can read it.")
CA_FILE = Message("Trusted certificates (CA file), if not those of this computer")
CERTIFICATE = Message("Certificate of this computer, if required (PEM file)")
KEY = Message("Private key, if it is not in the same file")
FIND_HOST, FIND_PORT, FIND_AE = (
    Message("Separate system for queries: address"),
    Message("Port"),
    Message("AE title of that system"),
)
FIND_HINT = Message("Only if queries go to a different system. Empty fields use the same values as for images.")
TEST = Message("Test the connection")
TESTING = Message("Testing…")
LETTER = Message("For the administrator…")
PREPARING = Message("Preparing the practice images and the practice PACS…")
REST_NOT_CHECKED = Message("The remaining steps were not tested.")
CONNECTED = Message("The connection works.")
NO_QUERIES = Message(
    "The new PACS accepts images, but the test of queries failed. Read the marked line, then select “Next”."
)
NO_IMAGES = Message(
    "The new PACS answers, but the test whether it accepts images failed. Fix the marked items, then test again."
)
NOT_CONNECTED = Message("No connection yet. Fix the marked items, then test again.")
OPENING = Message("Opening the migration…")


def connection(encrypted: bool, queried: Message | str) -> Message:
    """Say whether the connection is encrypted, and name the service for queries if it is another one."""
    how = ENCRYPTED if encrypted else NOT_ENCRYPTED
    return Message("{how}; queries go to {queried}", how=how, queried=queried) if queried else how


def port(number: str) -> Message:
    return Message("port {port}", port=number)


def saved(one: Destination) -> Message:
    """Name a saved destination and its address."""
    where = one.in_words
    return Message("{name}: {where}", name=Private(one.name), where=where) if one.name else where


def migration(sources: Sequence[str], to: Destination) -> Message:
    """Name a migration by its source folders and its new PACS."""
    return Message("{sources} to {destination}", sources=tuple(map(Private, sources)), destination=to.in_words)


def copied_so_far(copied: int, expected: int) -> Message:
    return Message("{copied} of {n} image copied", "{copied} of {n} images copied", n=expected, copied=copied)


def kinds_so_far(done: int, total: int | None) -> Message:
    """Say how far the test is; `total` is its number of rounds."""
    if total is None:
        return TESTING
    return Message("Testing… Accepted image types: round {now} of {all}", now=done + 1, all=total)


# The search on the network

LOOK = Message("Search…")
LOOK_WARNING = Message(
    "This tries every address and port below. Some medical devices react badly to that: ask your IT department first. "
    "Only short connection attempts (DICOM, TLS) are sent, no images."
)
RANGE, PORTS, TITLE = Message("Addresses"), Message("Ports"), Message("AE title to try")
LOOK_NOW, USE_IT, BACK = Message("Search"), Message("Use this one"), Message("Back")
FOUND_COLUMNS = (Message("Address"), Message("Port"), Message("Answer"), Message("Vendor"), Message("AE title"))
PORTS_WRONG = Message("Enter ports separated by commas, for example 104, 11112.")
#: An answer in short.
ANSWERS: dict[str, Message] = {
    "accepts": Message("accepts us"),
    "refuses": Message("rejects us"),
    "aborts": Message("aborts"),
    "encrypted": Message("encrypted"),
    "other": Message("not DICOM"),
    "closes": Message("closes"),
    "silent": Message("no response"),
}


def wide(most: int) -> Message:
    """The label of the box that allows more than `most` addresses."""
    return Message("Allow more than {most} addresses", most=most)


def looked_so_far(progress: Progress) -> Message:
    return Message(
        "{done} of {n} port  ·  accepted a connection: {found}  ·  answered in DICOM: {dicom}",
        "{done} of {n} ports  ·  accepted a connection: {found}  ·  answered in DICOM: {dicom}",
        n=progress.total or 0,
        done=progress.done,
        found=progress.counts.get("found", 0),
        dicom=progress.counts.get("dicom", 0),
    )


def answer(seen: FoundPort) -> Message:
    """Say what a computer answered, and name the vendor of its software."""
    if not seen.maker:
        return seen.sentence
    return Message("{sentence} Vendor: {vendor}", sentence=seen.sentence, vendor=seen.maker)


def found_row(seen: FoundPort) -> tuple[Message | str, ...]:
    answered = ANSWERS[seen.answer]
    if seen.encrypted and seen.answer != "encrypted":
        answered = Message("{answer} (TLS)", answer=answered)
    return seen.host, str(seen.port), answered, seen.maker, seen.called_ae


# Saved destinations

SAVED_ONES, EDIT = Message("Saved PACS…"), Message("Edit…")
SAVED_COLUMNS = (
    Message("Name"),
    Message("Address"),
    Message("PACS AE title"),
    Message("Our AE title"),
    Message("Encrypted"),
)
NAME = Message("Name")
SAVE_CHANGES, DELETE = Message("Save changes"), Message("Delete")
IMPORT, EXPORT = Message("Import…"), Message("Export…")
NO_SECRETS = Message("The exported file contains no certificates or keys, only their paths.")
NONE_SAVED = Message("No PACS is saved yet. Every PACS you use is saved automatically.")
DESTINATIONS_FILE = Message("Saved PACS")
CHANGED, DELETED, YES = Message("Saved."), Message("Deleted."), Message("yes")


def imported(count: int) -> Message:
    return Message("{n} PACS was imported.", "{n} PACS were imported.", n=count)


def exported(count: int, path: Private) -> Message:
    return Message("{n} PACS was saved to {path}.", "{n} PACS were saved to {path}.", n=count, path=path)


# Unfinished migrations, and the first time

SHOW_REPORT, FORGET, KEEP = Message("Show report"), Message("Remove from this list"), Message("Keep")
WRITING_REPORT = Message("Creating the report…")
FIRST_TIME = Message("First time here?")
PRACTISE = Message("Practise with fictitious patients first")


def writing_report(percent: int) -> Message:
    return Message("Creating the report… {percent}\u00a0%", percent=percent)


def report_written(folder: Private, patients: bool) -> Message:
    """Say where the report is; `patients` is whether any is known, so that it may name them."""
    if patients:
        return Message(
            "The report is in the folder {folder}. It may contain patient names and IDs: keep it safe.", folder=folder
        )
    return Message("The report is in the folder {folder}.", folder=folder)


def may_forget(which: Message) -> Message:
    return Message("Remove {migration} from this list? The migration record is kept.", migration=which)


def forgotten(path: Private) -> Message:
    return Message("Removed from the list. The migration record was kept: {path}", path=path)
