"""The sentences of the window, but those of Discover, Copy, Verify and Export, which are beside. Those of the engine
(reasons, errors, rungs) come from there."""

from __future__ import annotations

from wizard.language import _, plural, said
from wizard.ui.words import counted, number, size
from wizard.vocabulary import Action, Topic

PROGRAM = "DICOM PACS Migrator"
BADGE = _("Copy only: nothing on the source is changed or deleted")
RIBBON = _("Practice: invented patients, and a PACS inside this program. Nothing leaves this computer.")

# The footer and the window as a whole
BACK, NEXT, CLOSE, STOP = _("Back"), _("Next"), _("Close"), _("Stop")
STOPPING = _("Stopping…")
CLOSING = _("Closing. What is under way is brought to an end; nothing is lost.")
STOP_AND_CLOSE, KEEP_GOING = _("Stop and close"), _("Keep going")
DETAILS, DISMISS, TRY_AGAIN = _("Details"), _("Dismiss"), _("Try again")
SAVE_PANEL, CANCEL = _("Save"), _("Cancel")
APPEARANCE, APPEARANCE_HEADING = _("Language, look…"), _("Language and look")
BACK_TO_PAGE = _("Back to the page")
APPEARANCE_LEAD = _("It is kept for the next start. What you have typed so far stays.")
LANGUAGE, AS_COMPUTER = _("Language"), _("As on this computer")
TEXT_SIZE, COLOURS = _("Size of the text"), _("Colours")
#: The names of the palettes.
PALETTES: dict[str, str] = {"light": _("Light"), "dark": _("Dark")}
CHOOSE_FILE = _("Choose…")
CRASHED = _(
    "Something went wrong inside this program. Nothing is lost. If it happens again, close the program, start it "
    "again, and show the details to whoever supports you."
)
STOPPED = _("Stopped. Nothing is lost: go on whenever you like.")

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


def who_must_act(who: str) -> str:
    return _("Who must act: {who}", who=said(who))


def close_while(step: str) -> str:
    return f"{_AT_WORK[step]} {_STOP_IT}"


# 2 Source
SOURCE = (
    _("Source"),
    _("Choose the folders to copy from"),
    _("Where does the old PACS keep its images? Add one folder or more."),
)
SOURCE_PROMISE = _("On this page files are opened for reading, and nothing else.")
FOLDER = _("Folder, drive or share")
ADD, CHOOSE_FOLDER, REMOVE = _("Add"), _("Choose a folder…"), _("Remove")
CHOOSE_FOLDER_TITLE = _("Choose a folder of the old PACS")
NOT_THE_PACS = _(
    "The folder is not the PACS. What was corrected in the old PACS (names, merged patients, deleted images) is often "
    "only in its database. This program copies the files as they lie in the folder."
)
ACKNOWLEDGE = _("I have read this, and we have decided that the files are copied as they are")
MUST_ACKNOWLEDGE = _("Read the paragraph above, talk to the others if need be, and tick this box.")
MUST_ADD_FOLDER = _("Type the path of a folder, or choose one, and add it.")
MUST_CHOOSE_TO_REMOVE = _("Select a folder in the list, then remove it.")
MERGED = _("A folder inside another one is read once, with that one.")
READ_AGAIN = _("Read again")
READING = _("Reading the folders…")
FIGURES: tuple[tuple[str, str], ...] = (
    ("files", _("files")),
    ("images", _("images")),
    ("patients", _("patients")),
    ("studies", _("studies")),
    ("bytes", _("read through")),
    ("problems", _("problems")),
)
UNREADABLE_COLUMNS = (_("Folder"), _("Why"))


def reading_rate(rate: float, folder: str) -> str:
    return _("{rate} files a second · {folder}", rate=number(round(rate)), folder=folder)


def read_result(files: int, exceptions: int, folders: int) -> str:
    parts = [
        plural(files, "All folders have been read: {n} file.", "All folders have been read: {n} files."),
        plural(exceptions, "{n} file has a problem.", "{n} files have a problem.")
        if exceptions
        else _("No file has a problem."),
        plural(folders, "{n} folder could not be opened.", "{n} folders could not be opened.") if folders else "",
        _("Press Next to see them."),
    ]
    return " ".join(part for part in parts if part)


# 3 Check
CHECK = (
    _("Check"),
    _("Choose the studies to copy"),
    _("What is ticked is copied. Untick what should stay behind, or narrow the list."),
)
CHECK_PROMISE = _("Unticking leaves a study where it is, untouched.")
PATIENT, MODALITY, FROM, TO, UNDATED = _("Patient or ID"), _("Type"), _("From"), _("To"), _("without a date")
ANY = _("Any")
DATE_WRONG = _("Type a date as 2015-01-31, or a year.")
DATES_CROSSED = _("“To” is before “From”.")
TREE_COLUMNS = (
    _("Patient / study / series"),
    _("Date"),
    _("Type"),
    _("Images"),
    _("Size"),
    _("Check", context="column"),
)
SHOW_MORE = _("Show more…")
LOADING = _("Loading…")
NO_NAME, NO_DESCRIPTION = _("no name"), _("no description")
TICK_ALL, UNTICK_ALL = _("Tick all"), _("Untick all")
TICK_ONLY, TICK_THIS, UNTICK_THIS = _("Tick only this"), _("Tick this"), _("Untick this")
COPY_ROW = _("Put this row on the clipboard")
COPY_FIRST, COPY_IN_TURN = _("Copy first"), _("Copy in its turn")
COPY_STUDY_FIRST, COPY_STUDY_IN_TURN = _("Copy its study first"), _("Copy its study in its turn")
FIRST, PARTLY_FIRST = _("first"), _("partly first")  # what is copied before all others, as a row of the tree says it
CHECKING = _("Asking the new PACS which kinds of images it takes…")
ACTIONS: dict[str, str] = {
    Action.LEAVE_OUT: _("Leave out"),
    Action.SEND: _("Send"),
    Action.SEND_LAST: _("Send last"),
}
SEND_FIRST = _("Send the first of each")  # of files that claim one identity
NOTHING_FOUND = _("Nothing was found that a person must look at.")
NOTHING_CHOSEN = _("Nothing is ticked. Tick what you want to copy.")
COUNTING = _("Counting…")


def problems(count: int) -> str:
    return counted(count, "problem", "problems") if count else ""


def actions(topic: str, actions: tuple[str, ...]) -> list[tuple[str, str]]:
    """What may be done about a topic, with its label."""
    first = (Topic.CONFLICT, Action.SEND)
    return [(one, SEND_FIRST if (topic, one) == first else ACTIONS[one]) for one in actions]


def totals(studies: int, of_studies: int, images: int, octets: int) -> str:
    ticked = plural(of_studies, "{some} of {n} study ticked", "{some} of {n} studies ticked", some=number(studies))
    return "  ·  ".join((ticked, counted(images, "image", "images"), size(octets)))


def copy_studies(studies: int) -> str:
    return plural(studies, "Copy {n} study", "Copy {n} studies")


# 5 Verify is in verifytexts
ASKING = _("Asking the new PACS…")

# 6 Export is in exporttexts

# Showing folders and papers, and help from somebody else
SAVE_BUNDLE = _("Save a support bundle…")
BUNDLE_FILE = _("Support bundle")
WRITING_BUNDLE = _("The support bundle is being written…")


def is_gone(path: str) -> str:
    return _("{path} is not there, or the drive or share is not connected.", path=path)


def cannot_show(path: str) -> str:
    return _("This computer offers no way to open it from here. It is {path}.", path=path)


def bundle_saved(path: str) -> str:
    return _(
        "Written to {path}. It tells what happened without patient names, IDs or folders. Send it to whoever supports "
        "you.",
        path=path,
    )


def folders_of_row(count: int, path: str) -> str:
    return plural(
        count,
        "Its files lie in {n} folder, in or below the one that was opened: {path}.",
        "Its files lie in {n} folders, all in or below the one that was opened: {path}.",
        path=path,
    )


def first_folder_of_row(count: int, path: str) -> str:
    return plural(
        count,
        "Its files lie in {n} folder. It was opened: {path}.",
        "Its files lie in {n} folders. The first of them was opened: {path}.",
        path=path,
    )


# Folders may be dropped on the page Source, where this computer can do that
FOLDER_OR_DROP = _("Folder, drive or share; or drag it here")
