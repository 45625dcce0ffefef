"""The sentences of step 2, Source."""

from __future__ import annotations

from wizard.language import _, plural
from wizard.ui.widgets.formatting import number

SOURCE = (
    _("Source"),
    _("Choose the folders to copy from"),
    _("Where does the old PACS keep its images? Add one folder or more."),
)
SOURCE_PROMISE = _("On this page files are opened for reading, and nothing else.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("What is asked here"),
        _(
            "The folders, drives, discs or shares in which the old PACS keeps its images. If you do not know them, "
            "ask your IT or the maker of the old PACS. One folder with everything below it is enough."
        ),
    ),
    (
        _("What happens"),
        _(
            "Every file below these folders is opened and looked at, whatever its name is, and counted. Nothing is "
            "written there. You may stop, and go on another day: what has not changed is not read again."
        ),
    ),
    (
        _("Why the folder is not the PACS"),
        _(
            "When somebody corrected a name or deleted an image in the old PACS, the file often stayed as it was. "
            "Talk to those who look after both systems before you go on."
        ),
    ),
)
FOLDER = _("Folder, drive or share")
FOLDER_OR_DROP = _("Folder, drive or share; or drag it here")  # where this computer supports that
ADD, REMOVE = _("Add"), _("Remove")
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
