"""The sentences of step 3, Check."""

from __future__ import annotations

from wizard.language.message import Message, Private, Size
from wizard.manifest.tree import Branch
from wizard.ui.shell import texts as shell_texts
from wizard.vocabulary import Action, Topic

CHECK = (
    Message("Check"),
    Message("Choose the studies to copy"),
    Message("Ticked studies are copied. Untick what you do not want to copy, or narrow the list."),
)
CHECK_PROMISE = Message("Unticked studies are not copied.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("What you see"),
        Message(
            "Patients, their studies (examinations) and the series in them. At first everything is ticked. Ticked "
            "studies in the list are copied, except files reported below that cannot be copied or that you exclude. "
            "Use the fields above to narrow the list."
        ),
    ),
    (
        Message("The lines below the list"),
        Message(
            "This list has possible problems, the number of files affected and who needs to act. Where there is a "
            "choice, a default is preselected."
        ),
    ),
    (
        Message("Copy one study as a test"),
        Message(
            "One small study is copied and verified. Look at it in the viewer of the new PACS before you copy the rest."
        ),
    ),
)
PATIENT, MODALITY, FROM, TO = Message("Patient or ID"), Message("Modality"), Message("From"), Message("To")
UNDATED, ANY = Message("without a date"), Message("Any")
DATE_WRONG = Message("Enter a date, for example 2015-01-31, or a year.")
DATES_CROSSED = Message("“To” is before “From”.")
TREE_COLUMNS = (
    Message("Patient / study / series"),
    Message("Date"),
    Message("Modality"),
    Message("Images"),
    Message("Size"),
    Message("Open items"),
)
SHOW_MORE = Message("Show more…")
LOADING = Message("Loading…")
NO_DESCRIPTION = Message("no description")
TICK_ALL, UNTICK_ALL = Message("Tick all"), Message("Untick all")
TICK_ONLY, TICK_THIS, UNTICK_THIS = Message("Tick only this"), Message("Tick this"), Message("Untick this")
COPY_ROW = Message("Copy row to clipboard")
COPY_FIRST, COPY_IN_TURN = Message("Copy first"), Message("Copy in normal order")
COPY_STUDY_FIRST, COPY_STUDY_IN_TURN = Message("Copy its study first"), Message("Copy its study in normal order")
#: Marks in a row of the tree for what is copied before all others.
FIRST, PARTLY_FIRST = Message("first"), Message("partly first")
CHECKING = Message("Asking the new PACS which image types it accepts…")
ACTIONS: dict[str, Message] = {
    Action.LEAVE_OUT: Message("Do not copy"),
    Action.SEND: Message("Copy"),
    Action.SEND_LAST: Message("Copy last"),
}
SEND_FIRST = Message("Copy the first of each")  # of files with one UID
NOTHING_FOUND = Message("Nothing needs attention.")
NOTHING_CHOSEN = Message("Nothing is ticked. Tick what you want to copy.")
COUNTING = Message("Counting…")


def modality(name: str, images: int) -> Message:
    """Name a modality as data, with the number of its images."""
    return Message("{name} ({images})", name=name, images=images)


def problems(count: int) -> Message:
    """Say how many files of a row cannot be copied as they are; the heading of the column names them."""
    return Message("{count}", count=count) if count else Message("")


def actions(topic: str, actions: tuple[str, ...]) -> list[tuple[str, Message]]:
    """Give each action about a topic, with its label."""
    first = (Topic.CONFLICT, Action.SEND)
    return [(one, SEND_FIRST if (topic, one) == first else ACTIONS[one]) for one in actions]


def totals(studies: int, of_studies: int, images: int, byte_count: int) -> Message:
    return Message(
        "{ticked}  ·  {images}  ·  {size}",
        ticked=Message("{some} of {n} study ticked", "{some} of {n} studies ticked", some=studies, n=of_studies),
        images=Message("{n} image", "{n} images", n=images),
        size=Size(byte_count),
    )


def copy_studies(studies: int) -> Message:
    return Message("Copy {n} study", "Copy {n} studies", n=studies)


def title(level: str, branch: Branch) -> Message:
    """Give the text in the first column of a row."""
    missing = shell_texts.NO_NAME if level == "patient" else NO_DESCRIPTION
    named = Private(branch.title) if branch.title else missing
    if level == "patient" and branch.code:
        return Message("{name}  ·  {id}", name=named, id=Private(branch.code))
    if level == "series" and branch.extra:
        return Message("{number}  {description}", number=branch.extra, description=named)
    return Message("{name}", name=named)


def lead(first: bool | None) -> Message:
    """Give the mark before the title of a row that is copied before all others, in whole (True) or in part (None)."""
    if first is False:
        return Message("  ")
    return Message("  {mark} · ", mark=FIRST if first else PARTLY_FIRST)


def folders_of_row(count: int, path: str) -> Message:
    return Message(
        "Its files are in the folder that was opened, or below it: {path}.",
        "Its files are in {n} folders, all in or below the one that was opened: {path}.",
        n=count,
        path=Private(path),
    )


def first_folder_of_row(count: int, path: str) -> Message:
    return Message(
        "Its files are in the folder that was opened: {path}.",
        "Its files are in {n} folders. The first one was opened: {path}.",
        n=count,
        path=Private(path),
    )
