"""The sentences of step 2, Source."""

from __future__ import annotations

from wizard.language.message import NOTHING, Message, Private, together

SOURCE = (
    Message("Source"),
    Message("Choose the folders to copy from"),
    Message("Where does the old PACS store its images? Add one or more folders."),
)
SOURCE_PROMISE = Message("On this page the files are only read; nothing in the folders is changed.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("Which folders?"),
        Message(
            "The folders, drives, discs or shares where the old PACS stores its images. If you do not know them, ask "
            "your IT department or the vendor of the old PACS. All subfolders are included."
        ),
    ),
    (
        Message("What happens"),
        Message(
            "Every file in these folders is read and counted, whatever its name. Container files such as ZIP are not "
            "unpacked. Nothing is written there. You can stop and continue another day; unchanged files are not read "
            "again."
        ),
    ),
    (
        Message("Why the folders are not the whole PACS"),
        Message(
            "If someone corrected a name or deleted an image in the old PACS, the file itself often did not change. "
            "Talk to the people who look after both systems before you continue."
        ),
    ),
)
FOLDER = Message("Folder, drive or share")
FOLDER_OR_DROP = Message("Folder, drive or share (or drag it here)")  # where this computer supports that
ADD, REMOVE = Message("Add"), Message("Remove")
CHOOSE_FOLDER_TITLE = Message("Choose a folder of the old PACS")
NOT_THE_PACS = Message(
    "The folders are not the whole PACS. Corrections made in the old PACS (names, merged patients, deleted images) are "
    "often stored only in its database. This program copies the files as they are in the folders."
)
ACKNOWLEDGE = Message("I have read this, and we have decided to copy the files as they are")
MUST_ACKNOWLEDGE = Message("Read the text above, talk to your colleagues if necessary, then tick this box.")
MUST_ADD_FOLDER = Message("Enter or choose a folder, then select “Add”.")
MUST_CHOOSE_TO_REMOVE = Message("Select a folder in the list first.")
MERGED = Message("A folder inside another listed folder is read only once.")
READ_AGAIN = Message("Read again")
READING = Message("Reading the folders…")
FIGURES: tuple[tuple[str, Message], ...] = (
    ("files", Message("files")),
    ("images", Message("images")),
    ("patients", Message("patients")),
    ("studies", Message("studies")),
    ("bytes", Message("read")),
    ("problems", Message("open items")),
)
UNREADABLE_COLUMNS = (Message("Folder"), Message("Reason"))


def reading_rate(rate: float, folder: str) -> Message:
    return Message(
        "{n} file per second · {folder}", "{n} files per second · {folder}", n=round(rate), folder=Private(folder)
    )


def read_result(files: int, open_items: int, folders: int) -> Message:
    """Say how many files were found, how many of them are open items, and how many folders could not be opened."""
    return together(
        Message("Reading finished: {n} file found.", "Reading finished: {n} files found.", n=files),
        Message("Open items: {count}.", count=open_items),
        Message("{n} folder could not be opened.", "{n} folders could not be opened.", n=folders)
        if folders
        else NOTHING,
        Message("Select “Next” to choose the studies."),
    )
