"""The sentences of step 4, Copy, and of its settings."""

from __future__ import annotations

from wizard.language.message import LONGEST_COMMENT, NOTHING, Foreign, Message, Private, Size, comment_for_people
from wizard.reasons import WHO, Reason
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets.formatting import duration
from wizard.vocabulary import Bucket

COPY = (Message("Copy"), Message("Copy the images"), Message("You can stop at any time and continue later."))
COPY_PROMISE = Message("Every image is sent exactly as it is stored in its file.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("What happens"),
        Message(
            "The images are sent to the new PACS, several at a time where that is faster. Every response is recorded "
            "immediately. The originals are not changed."
        ),
    ),
    (
        Message("If something goes wrong"),
        Message(
            "If the network or the new PACS fails, the program waits and resumes by itself. After a power cut, start "
            "it again and choose “Continue”. Only images that the new PACS acknowledged count as copied."
        ),
    ),
    (
        Message("The two lists"),
        Message(
            "Left: all files, grouped by outcome. The first line counts the files that need attention. Right: the "
            "files of the selected line."
        ),
    ),
)
NOT_STARTED = Message("No image is recorded as copied yet")
STARTING = Message("Connecting to the new PACS…")
COPIED_ALL = Message("Nothing left to copy")
PAUSE, RESUME = Message("Pause"), Message("Resume")
PAUSED = Message("Paused. Select “{resume}” to continue.", resume=RESUME)
NO_SPEED = Message("Speed: not measured yet")
TOO_SHORT = Message("Speed: this run was too short to measure")
VERIFY_NOW = Message("Verify the copied images")
RETRY = Message("Retry failed images")
#: Each bucket in a few words; `wizard.manifest.ledger` has the sentences.
BUCKETS: dict[str, Message] = {
    Bucket.COPIED: Message("Copied"),
    Bucket.COPIED_WITH_REMARK: Message("Copied with a warning"),
    Bucket.ALREADY_THERE: Message("Already there"),
    Bucket.DUPLICATE: Message("Duplicate"),
    Bucket.PENDING: Message("Still to copy"),
    Bucket.LEFT_OUT: Message("Excluded"),
    Bucket.REFUSED: Message("Rejected"),
    Bucket.UNKNOWN: Message("No response"),
    Bucket.CHANGED: Message("Changed since it was read"),
    Bucket.CONFLICT: Message("UID conflict"),
    Bucket.HELD_BACK: Message("On hold"),
    Bucket.DAMAGED: Message("Damaged"),
    Bucket.UNREADABLE: Message("Unreadable"),
    Bucket.INDEX: Message("DICOMDIR"),
    Bucket.NOT_DICOM: Message("Not DICOM"),
}
BUCKETS_HEADING = Message("All files, each counted once")
NEEDS_A_PERSON = Message("Needs attention")
FIND = Message("Find")
FILE_COLUMNS = (Message("File"), Message("Outcome"))
NO_EXCEPTIONS = Message("Nothing needs attention so far.")
NOTHING_FOUND_THERE = Message("No match in name, folder, patient, outcome, reason or response.")
COPY_LIST, BACK_TO_LIST = Message("Copy the list"), Message("Back to the list")
COPIED_LIST = Message("The list is on the clipboard.")
MUST_SELECT = Message("Select a file in the list first.")
SELECT = Message("Select a file to see who needs to act.")
STATUS, COMMENT = Message("Status code"), Message("Comment from the new PACS")
LIST_HEADINGS = (
    Message("File"),
    Message("Outcome"),
    Message("Reason"),
    Message("Action by"),
    STATUS,
    COMMENT,
    Message("SOP Instance UID"),
    Message("Folder"),
    Message("Reason code"),
)


def copying(done: int, total: int) -> Message:
    return Message("{done} of {n} image", "{done} of {n} images", done=done, n=total)


def copy_rest(images: int) -> Message:
    return Message("Copy {n} image", "Copy {n} images", n=images)


def speed(items_per_second: float, bytes_per_second: float, left: float | None) -> Message:
    rates = Message(
        "{images}  ·  {size} a second", images=images_a_second(items_per_second), size=Size(bytes_per_second)
    )
    if left is None:
        return rates
    return Message("{rates}  ·  {time} left", rates=rates, time=duration(left))


def images_a_second(rate: float) -> Message:
    """Say a rate, with one decimal while it is slow."""
    pace = round(rate, 1 if rate < 9.95 else 0)
    if pace == int(pace):
        return Message("{n} image a second", "{n} images a second", n=int(pace))
    return Message("{pace}\u00a0images a second", pace=pace)


def speed_now(bytes_per_second: float, most: float) -> Message:
    return Message("Speed: {now}/s now (peak {most}/s)", now=Size(bytes_per_second), most=Size(most))


def speed_was(most: float) -> Message:
    return Message("Peak speed so far: {most}/s", most=Size(most))


def axis_speed(megabytes: float) -> Message:
    return Message("{megabytes}\u00a0MB/s", megabytes=float(megabytes)) if megabytes else Message("0")


def axis_time(count: float, unit: str) -> Message:
    return Message("{count}\u00a0{unit}", count=int(count), unit=unit)


def outcome(bucket: str, reason: Reason | None) -> Message:
    """Say what became of a file, and why."""
    if reason is None:
        return BUCKETS[bucket]
    return Message("{outcome}: {reason}", outcome=BUCKETS[bucket], reason=reason)


def list_heading(bucket: str) -> Message:
    return BUCKETS[bucket] if bucket else NEEDS_A_PERSON


def not_all_shown(shown: int) -> Message:
    return Message("Showing the first {count}. The report lists all of them.", count=shown)


def status(code: int | None) -> str:
    """Format a DIMSE status as the standard writes it (PS3.7 Annex C); "" for none."""
    return "" if code is None else f"{code:04X}H"


def details(path: str, bucket: str, reason: Reason | None) -> list[tuple[Message, Message | str]]:
    """List what a person should know of a file: each label, and its value."""
    lines: list[tuple[Message, Message | str]] = [
        (Message("File"), Private(path)),
        (Message("Outcome"), BUCKETS[bucket]),
    ]
    if reason is not None:
        lines.append((Message("Reason"), reason))
        if reason.who:
            lines.append((Message("Action by"), WHO[reason.who]))
        lines.append((Message("Next step"), reason.next_step))
    return [(label, value) for label, value in lines if value]


def answer_details(code: int | None, comment: str, uid: str, reason_code: str) -> list[tuple[Message, Message | str]]:
    """List what support wants to know of a file: each label, and its value; the rest of a long comment comes last."""
    lines: list[tuple[Message, Message | str]] = [
        (STATUS, status(code)),
        (COMMENT, comment_for_people(comment)),
        (Message("SOP Instance UID"), uid),
        (Message("Reason code"), reason_code),
        (Message("Technical details"), Foreign(comment) if len(comment) > LONGEST_COMMENT else ""),
    ]
    return [(label, value) for label, value in lines if value]


# Trying one study first
TRY_FIRST = Message("Copy one study as a test")
TRYING = Message("Copying one study as a test…")


def copy_others(studies: int) -> Message:
    return Message("Copy the other study", "Copy the other {n} studies", n=studies)


def tried(words: str, images: int, missing: int, not_checked: int, others: int) -> Message:
    """Say how trying one study has ended, and what to do next."""
    study, button = Private(words), copy_others(others) if others else shell_texts.NEXT
    if missing:
        return Message(
            "Test study: {study}. Its only image was not found in the new PACS. {stop}",
            "Test study: {study}. Not found in the new PACS: {some} of {n} images. {stop}",
            n=images,
            study=study,
            some=missing,
            stop=Message("Do not copy the other studies yet. Tell the PACS administrator, then try again."),
        )
    if not_checked:
        look = Message(
            "Open it in the viewer of the new PACS. Select “{button}” only if everything is correct there.",
            button=button,
        )
        if not_checked == images:
            return Message(
                "Test study: {study}. Its only image was not checked. {look}",
                "Test study: {study}. None of its {n} images was checked. {look}",
                n=images,
                study=study,
                look=look,
            )
        return Message(
            "Test study: {study}. Not checked: {some} of {n} image. {look}",
            "Test study: {study}. Not checked: {some} of {n} images. {look}",
            n=images,
            study=study,
            some=not_checked,
            look=look,
        )
    return Message(
        "Test study: {study}. The new PACS confirmed its only image. {look}",
        "Test study: {study}. The new PACS confirmed all {n} images. {look}",
        n=images,
        study=study,
        look=Message(
            "Open it in the viewer of the new PACS. If everything is correct there, select “{button}”.", button=button
        ),
    )


# Speed and schedule
SETTINGS = Message("Speed and time window…")
SETTINGS_HEADING = Message("Speed and time window")
NEWEST_FIRST = Message("Copy the newest studies first")
SKIP_EXISTING = Message("Skip images the new PACS already has")
SETTINGS_LEAD = Message(
    "Changes take effect immediately, even while copying. Only “{skip}” takes effect the next time copying starts.",
    skip=SKIP_EXISTING,
)
CONNECTIONS, AUTOMATIC = Message("Connections"), Message("Automatic")
SPEED_LIMIT = Message("Speed limit (MB/s)")
HOURS_FROM, HOURS_TO = Message("Only from"), Message("to")
SETTINGS_HINT = Message(
    "Leave a field empty for no limit. The time window may cross midnight, for example 19:00 to 06:00."
)
SKIP_HINT = Message("Before copying starts, the new PACS is asked about every image. This takes some time.")
LIMIT_WRONG = Message("Enter a number greater than 0, for example 20 or 2.5, or leave the field empty.")
TIME_WRONG = Message("Enter a time, for example 19:00.")
TIME_MISSING = Message("Enter both times or neither.")


def settings(associations: int, limit: float, hours: str, newest_first: bool, skip_existing: bool) -> Message:
    """Say the settings in one line; nothing where all of them are the defaults."""
    begin, _, end = hours.partition("-")
    line = NOTHING
    for part in (
        Message("{n} connection", "{n} connections", n=associations) if associations else NOTHING,
        Message("at most {limit}\u00a0MB/s", limit=float(limit)) if limit else NOTHING,
        Message("{begin}\u00a0to\u00a0{end}", begin=begin, end=end) if hours else NOTHING,
        Message("newest first") if newest_first else NOTHING,
        Message("existing images skipped") if skip_existing else NOTHING,
    ):
        line = Message("{settings}  ·  {more}", settings=line, more=part) if line and part else line or part
    return line
