"""The sentences of the window as a whole, and those that several pages use. The sentences of one page are in `texts` in
the folder of its step; reasons and errors come from the engine."""

from __future__ import annotations

from wizard.language import _

PROGRAM = "DICOM PACS Migrator"
BADGE = _("Copy only: nothing on the source is changed or deleted")
RIBBON = _("Practice: invented patients, and a PACS inside this program. Nothing leaves this computer.")

# The footer and the window as a whole
BACK, NEXT, CLOSE, STOP = _("Back"), _("Next"), _("Close"), _("Stop")
STOPPING = _("Stopping…")
CLOSING = _("Closing. What is under way is brought to an end; nothing is lost.")
STOP_AND_CLOSE, KEEP_GOING = _("Stop and close"), _("Keep going")
DISMISS, TRY_AGAIN = _("Dismiss"), _("Try again")
SAVE_PANEL, CANCEL = _("Save"), _("Cancel")
APPEARANCE, APPEARANCE_HEADING = _("Language, look…"), _("Language and look")
WHAT_IS_THIS, BACK_TO_PAGE = _("What is this?"), _("Back to the page")
APPEARANCE_LEAD = _("It is kept for the next start. What you have typed so far stays.")
LANGUAGE, AS_COMPUTER = _("Language"), _("As on this computer")
TEXT_SIZE, COLOURS = _("Size of the text"), _("Colours")
#: The names of the palettes.
PALETTES: dict[str, str] = {"light": _("Light"), "dark": _("Dark")}
CRASHED = _(
    "Something went wrong inside this program. Nothing is lost. If it happens again, close the program, start it "
    "again, and show the details to whoever supports you."
)

_AT_WORK = {
    "practice": _("The practice is being prepared."),
    "open": _("The migration is being opened."),
    "discover": _("The connection is being tested."),
    "scan": _("The network is being looked at."),
    "source": _("The folders are being read."),
    "check": _("The check is running."),
    "copy": _("Images are being copied."),
    "verify": _("The new PACS is being asked what it has."),
    "commitment": _("The new PACS is being asked for storage commitment."),
    "read_back": _("Images are being read back."),
    "old_list": _("The list of the old PACS is being read."),
    "export": _("The report is being written."),
    "forget": _("A migration is being put aside."),
}
_STOP_IT = _("Stop it and close the program? Nothing is lost; you can go on later.")


def percent(value: int) -> str:
    return f"{value}\u00a0%"


def close_while(step: str) -> str:
    return f"{_AT_WORK[step]} {_STOP_IT}"


# Used by several pages

CHOOSE_FOLDER, OPEN_FOLDER = _("Choose a folder…"), _("Open the folder")
NO_NAME = _("no name")
ASKING = _("Asking the new PACS…")
STOPPED = _("Stopped. Nothing is lost: go on whenever you like.")

# Help from somebody else
SAVE_BUNDLE = _("Save a support bundle…")
BUNDLE_FILE = _("Support bundle")
WRITING_BUNDLE = _("The support bundle is being written…")


def bundle_saved(path: str) -> str:
    return _(
        "Written to {path}. It tells what happened without patient names, IDs or folders. Send it to whoever supports "
        "you.",
        path=path,
    )


# The text for the administrator

COPY_TEXT, SAVE_TEXT = _("Copy the text"), _("Save it as a file…")
#: The label of the button that changes to the other language, by the language on show.
OTHER_LANGUAGE: dict[str, str] = {"en": "Auf Deutsch", "de": "In English"}
COPIED_TEXT = _("The text is on the clipboard.")
LETTER_FILE = _("Text for the administrator")


def saved_text(path: str) -> str:
    return _("Written to {path}.", path=path)
