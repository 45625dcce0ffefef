"""The sentences of step 6, Export."""

from __future__ import annotations

from wizard.ui.words import counted

NAMES_INSIDE = "The proof of this migration. Patient names and IDs are inside: keep it safe."
EXPORT = ("Export", "Save the report", NAMES_INSIDE)
EXPORT_PROMISE = "The report is never written below a source folder."
NEXT_STEP = "What to do next"
OPERATOR, REMARKS = "Your name, for the report", "Remarks"
REPORT_FOLDER = "Folder for the report"
REPORT_FOLDER_TITLE = "Choose a folder for the report"
MUST_NAME_FOLDER = "Type the path of a folder for the report, or choose one."
MUST_CHOOSE_FORMAT = "Tick at least one box of what is to be written."
#: Each format as the engine calls it. With a report come the tables, to which it points.
FORMATS: dict[str, str] = {
    "html": "Report (HTML)",
    "pdf": "Report (PDF)",
    "csv": "Tables (CSV)",
    "xml": "Audit trail (XML)",
    "support": "For support (ZIP)",
}
LEAVE_OUT_NAMES = "Leave out names, IDs"
SAVE = "Save the report"
SAVED_COLUMNS = ("File", "Size")
OPEN_FOLDER, AGAIN = "Open the folder", "Save again…"
CANNOT_OPEN_FOLDER = "This computer offers no way to open the folder from here. It is named above."


def saved(count: int) -> str:
    return f"{counted(count, 'file', 'files')} written. You may close the program."


def default_folder(destination: str, day: str) -> tuple[str, str]:
    """The folder below the person's documents, and the one in it for this migration."""
    return "PACS migration", f"{destination} {day}"
