"""The sentences of step 6, Export."""

from __future__ import annotations

from wizard.language import _, plural

NAMES_INSIDE = _("The proof of this migration. Patient names and IDs are inside: keep it safe.")
EXPORT = (_("Export"), _("Save the report"), NAMES_INSIDE)
EXPORT_PROMISE = _("The report is never written below a source folder.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("What the report is for"),
        _(
            "It says what was found, what was copied, what was not and why, and what was not checked. Those who "
            "are responsible sign it. Keep it as long as the images."
        ),
    ),
    (
        _("Before anybody deletes anything"),
        _(
            "This program never says that the old images may be deleted. That is for those who are responsible to "
            "decide, with the report at hand and after they have looked into the new PACS."
        ),
    ),
)
NEXT_STEP = _("What to do next")
OPERATOR, REMARKS = _("Your name, for the report"), _("Remarks")
REPORT_FOLDER = _("Folder for the report")
REPORT_FOLDER_TITLE = _("Choose a folder for the report")
MUST_NAME_FOLDER = _("Type the path of a folder for the report, or choose one.")
MUST_CHOOSE_FORMAT = _("Tick at least one box of what is to be written.")
#: The label of each format, by its name in the engine. A report refers to the tables, so they come with it.
FORMATS: dict[str, str] = {
    "html": _("Report (HTML)"),
    "pdf": _("Report (PDF)"),
    "csv": _("Tables (CSV)"),
    "xml": _("Audit trail (XML)"),
    "support": _("For support (ZIP)"),
}
LEAVE_OUT_NAMES = _("Leave out names, IDs")
SAVE = _("Save the report")
SAVED_COLUMNS = (_("File"), _("Size"))
AGAIN = _("Save again…")
CANNOT_OPEN_FOLDER = _("This computer offers no way to open the folder from here. It is named above.")


def saved(count: int) -> str:
    return plural(
        count, "{n} file written. You may close the program.", "{n} files written. You may close the program."
    )


def default_folder(destination: str, day: str) -> tuple[str, str]:
    """Name the folder below the person's documents, and the one in it for this migration."""
    return _("PACS migration"), f"{destination} {day}"
