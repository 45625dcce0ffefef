"""The sentences of step 6, Export."""

from __future__ import annotations

from wizard.language.message import NOTHING, Message

EXPORT = (
    Message("Export"),
    Message("Save the report"),
    Message("The evidence of this migration, for everyone who is responsible for it."),
)
EXPORT_PROMISE = Message("The report is never saved inside a source folder.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("What the report is for"),
        Message(
            "It states what was found, what was copied, what was not and why, and what was not checked. The people "
            "responsible sign it. Keep it as long as the images."
        ),
    ),
    (
        Message("Before anything is deleted"),
        Message(
            "This program never tells you that the old images can be deleted. The people responsible decide that, "
            "using the report and after checking the new PACS themselves."
        ),
    ),
)
OPERATOR, REMARKS = Message("Your name, for the report"), Message("Remarks")
REPORT_FOLDER = Message("Folder for the report")
REPORT_FOLDER_TITLE = Message("Choose a folder for the report")
MUST_NAME_FOLDER = Message("Enter or choose a folder for the report.")
MUST_CHOOSE_FORMAT = Message("Tick at least one format.")
#: The label of each format, by its name in the engine. A report refers to the tables, so they come with it.
FORMATS: dict[str, Message] = {
    "html": Message("Report (HTML)"),
    "pdf": Message("Report (PDF)"),
    "csv": Message("Tables (CSV)"),
    "xml": Message("Audit trail (XML)"),
    "support": Message("For support (ZIP)"),
}
#: The format that never holds names.
_NAMELESS = {"support"}
LEAVE_OUT_NAMES = Message("Omit names and IDs")
NAMES_INSIDE = Message("The files contain patient names and IDs: keep them safe.")
NAMES_LEFT_OUT = Message("Patient names and IDs are omitted from the files.")
SAVE = Message("Save the report")
SAVED_COLUMNS = (Message("File"), Message("Size"))
AGAIN = Message("Save again…")
CANNOT_OPEN_FOLDER = Message("The folder cannot be opened from here. Its path is shown above.")


def next_step(step: Message) -> Message:
    return Message("Next step: {step}", step=step)


def names(formats: tuple[str, ...], left_out: bool) -> Message:
    """Say whether the files of these formats hold patient names and IDs; nothing where no format is chosen."""
    if not formats:
        return NOTHING
    return NAMES_LEFT_OUT if left_out or _NAMELESS.issuperset(formats) else NAMES_INSIDE


def saved(count: int) -> Message:
    return Message(
        "{n} file saved. You can close the program now.", "{n} files saved. You can close the program now.", n=count
    )


def default_folder(destination: str, day: str) -> tuple[Message, str]:
    """Name the folder below the person's documents, and the one in it for this migration."""
    return Message("PACS migration"), f"{destination} {day}"
