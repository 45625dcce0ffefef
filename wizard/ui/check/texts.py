"""The sentences of step 3, Check."""

from __future__ import annotations

from wizard.language import _, plural
from wizard.manifest.tree import Branch
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets.formatting import counted, number, size
from wizard.vocabulary import Action, Topic

CHECK = (
    _("Check"),
    _("Choose the studies to copy"),
    _("What is ticked is copied. Untick what should stay behind, or narrow the list."),
)
CHECK_PROMISE = _("Unticking leaves a study where it is, untouched.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("What you see"),
        _(
            "Patients, their examinations (studies), and the series of images in each. All are ticked; what is "
            "ticked and in the list is copied. The fields above make the list shorter."
        ),
    ),
    (
        _("The lines below the list"),
        _(
            "What is in the way or should be known before you copy, how many files it is about, and who must act. "
            "Where there is a choice, the program proposes the careful one."
        ),
    ),
    (
        _("Try one study first"),
        _("One small study is copied and asked for. Look at it in the new viewer before the others follow."),
    ),
)
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
NO_DESCRIPTION = _("no description")
TICK_ALL, UNTICK_ALL = _("Tick all"), _("Untick all")
TICK_ONLY, TICK_THIS, UNTICK_THIS = _("Tick only this"), _("Tick this"), _("Untick this")
COPY_ROW = _("Put this row on the clipboard")
COPY_FIRST, COPY_IN_TURN = _("Copy first"), _("Copy in its turn")
COPY_STUDY_FIRST, COPY_STUDY_IN_TURN = _("Copy its study first"), _("Copy its study in its turn")
FIRST, PARTLY_FIRST = _("first"), _("partly first")  # marks in a row of the tree for what is copied before all others
CHECKING = _("Asking the new PACS which kinds of images it takes…")
ACTIONS: dict[str, str] = {
    Action.LEAVE_OUT: _("Leave out"),
    Action.SEND: _("Send"),
    Action.SEND_LAST: _("Send last"),
}
SEND_FIRST = _("Send the first of each")  # of files with one UID
NOTHING_FOUND = _("Nothing was found that a person must look at.")
NOTHING_CHOSEN = _("Nothing is ticked. Tick what you want to copy.")
COUNTING = _("Counting…")


def problems(count: int) -> str:
    return counted(count, "problem", "problems") if count else ""


def actions(topic: str, actions: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give each action about a topic, with its label."""
    first = (Topic.CONFLICT, Action.SEND)
    return [(one, SEND_FIRST if (topic, one) == first else ACTIONS[one]) for one in actions]


def totals(studies: int, of_studies: int, images: int, byte_count: int) -> str:
    ticked = plural(of_studies, "{some} of {n} study ticked", "{some} of {n} studies ticked", some=number(studies))
    return "  ·  ".join((ticked, counted(images, "image", "images"), size(byte_count)))


def copy_studies(studies: int) -> str:
    return plural(studies, "Copy {n} study", "Copy {n} studies")


def title(level: str, branch: Branch) -> str:
    """Give the text in the first column of a row."""
    if level == "patient":
        return (
            f"{branch.title or shell_texts.NO_NAME}  ·  {branch.code}"
            if branch.code
            else branch.title or shell_texts.NO_NAME
        )
    if level == "series" and branch.extra:
        return f"{branch.extra}  {branch.title or NO_DESCRIPTION}"
    return branch.title or NO_DESCRIPTION


def lead(first: bool | None) -> str:
    """Give the mark before the title of a row that is copied before all others, in whole (True) or in part (None)."""
    return f"  {FIRST} · " if first else "  " if first is False else f"  {PARTLY_FIRST} · "


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
