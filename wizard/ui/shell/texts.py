"""The sentences of the window as a whole, and those that several pages use. The sentences of one page are in `texts` in
the folder of its step; reasons and errors come from the engine."""

from __future__ import annotations

from wizard import language
from wizard.language.message import Message, Private, Value, together

PROGRAM = "DICOM PACS Migrator"
BADGE = Message("Copy only: the files of the old PACS are never changed or deleted")
RIBBON = Message("Practice mode: fictitious patients and a PACS inside this program. Nothing leaves this computer.")

# The footer and the window as a whole
BACK, NEXT, CLOSE, STOP = Message("Back"), Message("Next"), Message("Close"), Message("Stop")
STOPPING = Message("Stopping…")
CLOSING = Message("Closing. The current step is being finished…")
STOP_AND_CLOSE, KEEP_GOING = Message("Stop and close"), Message("Keep running")
DISMISS, TRY_AGAIN = Message("Dismiss"), Message("Try again")
SAVE_PANEL, CANCEL = Message("Save"), Message("Cancel")
APPEARANCE, APPEARANCE_HEADING = Message("Language, display…"), Message("Language and display")
WHAT_IS_THIS, BACK_TO_PAGE = Message("What is this?"), Message("Back to the page")
APPEARANCE_LEAD = Message("These settings are kept for the next start. Your entries so far stay.")
LANGUAGE, AS_COMPUTER = Message("Language"), Message("Same as this computer")
TEXT_SIZE, COLOURS = Message("Text size"), Message("Colours")
#: The names of the palettes.
PALETTES: dict[str, Message] = {"light": Message("Light"), "dark": Message("Dark")}
CRASHED = Message(
    "An error occurred in this program. The old PACS was not changed. If the error occurs again, restart the program "
    "and send the details to your support contact."
)

_AT_WORK: dict[str, Message] = {
    "practice": Message("The practice is being prepared."),
    "open": Message("The migration is being opened."),
    "discover": Message("The connection is being tested."),
    "scan": Message("The network is being searched."),
    "source": Message("The folders are being read."),
    "check": Message("The check is running."),
    "copy": Message("Images are being copied."),
    "verify": Message("The new PACS is being asked which images it has."),
    "commitment": Message("The new PACS is being asked for storage commitment."),
    "read_back": Message("Images are being read back."),
    "old_list": Message("The list of the old PACS is being read."),
    "export": Message("The report is being written."),
    "forget": Message("A migration is being removed from the list."),
}
_STOP_IT = Message("Stop and close the program? You can continue later.")


def percent(value: int) -> str:
    return f"{language.number(value)}\u00a0%"


def close_while(step: str) -> Message:
    return together(_AT_WORK[step], _STOP_IT)


def cannot_save_preferences(path: Private) -> Message:
    return Message("Your settings cannot be saved in {path}. Check that you have permission to write there.", path=path)


# Used by several pages

CHOOSE_FOLDER, OPEN_FOLDER = Message("Choose a folder…"), Message("Open the folder")
NO_NAME = Message("no name")
ASKING = Message("Asking the new PACS…")
STOPPED = Message("Stopped. You can continue later.")

# Help from somebody else
SAVE_BUNDLE = Message("Save a support bundle…")
BUNDLE_FILE = Message("Support bundle")
WRITING_BUNDLE = Message("Creating the support bundle…")


def bundle_saved(path: Private) -> Message:
    return Message(
        "Saved to {path}. It contains no patient names, IDs or folder names. Send it to your support contact.",
        path=path,
    )


# The text for the administrator

COPY_TEXT, SAVE_TEXT, CLOSE_TEXT = Message("Copy text"), Message("Save as a file…"), Message("Close text")
#: The label of the button that changes to the other language, by the language on show. Each is in its own language.
OTHER_LANGUAGE: dict[str, str] = {"en": "Auf Deutsch", "de": "In English"}
COPIED_TEXT = Message("The text is on the clipboard.")
LETTER_FILE = Message("Text for the PACS administrator")


def saved_text(path: Private) -> Message:
    return Message("Saved to {path}.", path=path)


def cannot_save_text(why: Value) -> Message:
    return Message("The file cannot be saved: {why}.", why=why)
