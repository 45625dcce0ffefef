"""The sentences of the window, but those of Discover, Copy, Verify and Export, which are beside. Those of the engine
(reasons, errors, rungs) come from there."""

from __future__ import annotations

from wizard.ui.words import counted, number, size

PROGRAM = "DICOM PACS Migrator"
BADGE = "Copy only: nothing on the source is changed or deleted"
RIBBON = "Practice: invented patients, and a PACS inside this program. Nothing leaves this computer."

# The footer and the window as a whole
BACK, NEXT, CLOSE, STOP = "Back", "Next", "Close", "Stop"
STOPPING = "Stopping…"
CLOSING = "Closing. What is under way is brought to an end; nothing is lost."
STOP_AND_CLOSE, KEEP_GOING = "Stop and close", "Keep going"
DETAILS, DISMISS, TRY_AGAIN = "Details", "Dismiss", "Try again"
SAVE_PANEL, CANCEL = "Save", "Cancel"
APPEARANCE = "Appearance…"
BACK_TO_PAGE = "Back to the page"
APPEARANCE_LEAD = "It is kept for the next start. What you have typed so far stays."
TEXT_SIZE, COLOURS = "Size of the text", "Colours"
#: The names of the palettes.
PALETTES: dict[str, str] = {"light": "Light", "dark": "Dark"}
CHOOSE_FILE = "Choose…"
CRASHED = (
    "Something went wrong inside this program. Nothing is lost. If it happens again, close the program, start it "
    "again, and show the details to whoever supports you."
)
STOPPED = "Stopped. Nothing is lost: go on whenever you like."

_AT_WORK = {
    "practice": "The practice is being prepared.",
    "open": "The migration is being opened.",
    "discover": "The connection is being tested.",
    "scan": "The network is being looked at.",
    "source": "The folders are being read.",
    "check": "The check is running.",
    "copy": "Images are being copied.",
    "verify": "The new PACS is being asked what it has.",
    "commitment": "The new PACS is being asked for storage commitment.",
    "read_back": "Images are being read back.",
    "old_list": "The list of the old PACS is being read.",
    "export": "The report is being written.",
}


def percent(value: int) -> str:
    return f"{value}\u00a0%"


def who_must_act(who: str) -> str:
    return f"Who must act: {who}"


def close_while(step: str) -> str:
    return f"{_AT_WORK[step]} Stop it and close the program? Nothing is lost; you can go on later."


# 2 Source
SOURCE = (
    "Source",
    "Choose the folders to copy from",
    "Where does the old PACS keep its images? Add one folder or more.",
)
SOURCE_PROMISE = "On this page files are opened for reading, and nothing else."
FOLDER = "Folder, drive or share"
ADD, CHOOSE_FOLDER, REMOVE = "Add", "Choose a folder…", "Remove"
CHOOSE_FOLDER_TITLE = "Choose a folder of the old PACS"
NOT_THE_PACS = (
    "The folder is not the PACS. What was corrected in the old PACS (names, merged patients, deleted images) is often "
    "only in its database. This program copies the files as they lie in the folder."
)
ACKNOWLEDGE = "I have read this, and we have decided that the files are copied as they are"
MUST_ACKNOWLEDGE = "Read the paragraph above, talk to the others if need be, and tick this box."
MUST_ADD_FOLDER = "Type the path of a folder, or choose one, and add it."
MUST_CHOOSE_TO_REMOVE = "Select a folder in the list, then remove it."
MERGED = "A folder inside another one is read once, with that one."
READ_AGAIN = "Read again"
READING = "Reading the folders…"
FIGURES: tuple[tuple[str, str], ...] = (
    ("files", "files"),
    ("images", "images"),
    ("patients", "patients"),
    ("studies", "studies"),
    ("bytes", "read through"),
    ("problems", "problems"),
)
UNREADABLE_COLUMNS = ("Folder", "Why")


def reading_rate(rate: float, folder: str) -> str:
    return f"{number(round(rate))} files a second · {folder}"


def read_result(files: int, exceptions: int, folders: int) -> str:
    problems = (
        counted(exceptions, "file has a problem", "files have a problem") if exceptions else "No file has a problem"
    )
    closed = f" {counted(folders, 'folder', 'folders')} could not be opened." if folders else ""
    return f"All folders have been read: {counted(files, 'file', 'files')}. {problems}.{closed} Press Next to see them."


# 3 Check
CHECK = (
    "Check",
    "Choose the studies to copy",
    "What is ticked is copied. Untick what should stay behind, or narrow the list.",
)
CHECK_PROMISE = "Unticking leaves a study where it is, untouched."
PATIENT, MODALITY, FROM, TO, UNDATED = "Patient or ID", "Type", "From", "To", "without a date"
ANY = "Any"
DATE_WRONG = "Type a date as 2015-01-31, or a year."
DATES_CROSSED = "“To” is before “From”."
TREE_COLUMNS = ("Patient / study / series", "Date", "Type", "Images", "Size", "Check")
SHOW_MORE = "Show more…"
LOADING = "Loading…"
NO_NAME, NO_DESCRIPTION = "no name", "no description"
TICK_ALL, UNTICK_ALL = "Tick all", "Untick all"
TICK_ONLY, TICK_THIS, UNTICK_THIS = "Tick only this", "Tick this", "Untick this"
COPY_ROW = "Put this row on the clipboard"
COPY_FIRST, COPY_IN_TURN = "Copy first", "Copy in its turn"
COPY_STUDY_FIRST, COPY_STUDY_IN_TURN = "Copy its study first", "Copy its study in its turn"
FIRST, PARTLY_FIRST = "first", "partly first"  # what is copied before all others, as a row of the tree says it
CHECKING = "Asking the new PACS which kinds of images it takes…"
ACTIONS: dict[str, str] = {"leave_out": "Leave out", "send": "Send", "send_last": "Send last"}
SEND_FIRST = "Send the first of each"  # of files that claim one identity
NOTHING_FOUND = "Nothing was found that a person must look at."
NOTHING_CHOSEN = "Nothing is ticked. Tick what you want to copy."
COUNTING = "Counting…"


def problems(count: int) -> str:
    return counted(count, "problem", "problems") if count else ""


def actions(topic: str, actions: tuple[str, ...]) -> list[tuple[str, str]]:
    """What may be done about a topic, with its label."""
    return [(one, SEND_FIRST if (topic, one) == ("conflict", "send") else ACTIONS[one]) for one in actions]


def totals(studies: int, of_studies: int, images: int, octets: int) -> str:
    ticked = f"{number(studies)} of {counted(of_studies, 'study', 'studies')} ticked"
    return "  ·  ".join((ticked, counted(images, "image", "images"), size(octets)))


def copy_studies(studies: int) -> str:
    return f"Copy {counted(studies, 'study', 'studies')}"


# 5 Verify is in verifytexts
ASKING = "Asking the new PACS…"

# 6 Export is in exporttexts
