"""The sentences of step 4, Copy, and of what is wished of it."""

from __future__ import annotations

from wizard.ui import texts
from wizard.ui.words import counted, duration, number, size

COPY = ("Copy", "Copy the images", "You may stop at any time; later it goes on where it stopped.")
COPY_PROMISE = "Each file is read and sent byte for byte as it is."
NOT_STARTED = "Nothing has been copied yet"
STARTING = "Connecting to the new PACS…"
COPIED_ALL = "Everything that could be copied has been copied"
PAUSE, RESUME = "Pause", "Go on"
PAUSED = "Paused. Press “Go on” to go on."
NO_SPEED = "Speed: nothing measured yet"
TOO_SHORT = "Speed: this run was too short to measure it"
VERIFY_NOW = "See what has arrived"
RETRY = "Try the failed ones again"
#: Each bucket in a few words; the ledger has the sentence.
BUCKETS: dict[str, str] = {
    "copied": "copied",
    "copied_with_remark": "copied, with a remark",
    "already_there": "already there",
    "duplicate": "same image again",
    "pending": "still to copy",
    "left_out": "left out by choice",
    "refused": "refused",
    "unknown": "no answer yet",
    "changed": "changed since reading",
    "conflict": "in conflict",
    "held_back": "held back",
    "damaged": "damaged",
    "unreadable": "unreadable",
    "index": "lists of files",
    "not_dicom": "not images",
}
BUCKETS_HEADING = "Every file, counted once"
NEEDS_A_PERSON = "to be looked at"
FIND = "Find"
FILE_COLUMNS = ("File", "What became of it")
NO_EXCEPTIONS = "Nothing needs a person so far."
NOTHING_FOUND_THERE = "No file here has this in its name, folder, patient, reason or answer."
COPY_LIST, BACK_TO_LIST = "Copy the list", "Back to the list"
COPIED_LIST = "The list is on the clipboard."
MUST_SELECT = "Select a file in the list first."
SELECT = "Select a file to see who must act."
LIST_HEADINGS = ("File", "Bucket", "Reason", "Who must act", "Status", "Comment", "SOP Instance UID", "Folder")


def copying(done: int, total: int) -> str:
    return f"{number(done)} of {counted(total, 'image', 'images')}"


def copy_rest(images: int) -> str:
    return f"Copy {counted(images, 'image', 'images')}"


def speed(items: float, octets: float, left: float | None) -> str:
    pace = f"{items:.1f}" if 0 < items < 9.95 else number(round(items))
    parts = [f"{pace}\u00a0images a second", f"{size(octets)} a second"]
    return "  ·  ".join([*parts, f"{duration(left)} left"] if left is not None else parts)


def speed_now(octets: float, most: float) -> str:
    return f"Speed: {size(octets)}/s now, {size(most)}/s at most"


def speed_was(most: float) -> str:
    return f"Speed so far: {size(most)}/s at most"


def axis_speed(megabytes: float) -> str:
    return f"{megabytes:g}\u00a0MB/s" if megabytes else "0"


def axis_time(count: int, unit: str) -> str:
    return f"{count}\u00a0{unit}"


def what_became(bucket: str, reason: str) -> str:
    return f"{BUCKETS[bucket]}: {reason}" if reason else BUCKETS[bucket]


def list_heading(bucket: str) -> str:
    return (BUCKETS[bucket] if bucket else NEEDS_A_PERSON).capitalize()


def not_all_shown(shown: int) -> str:
    return f"The first {number(shown)} are shown; the report lists all."


def status(code: int) -> str:
    """A DIMSE status as the standard writes it (PS3.7 Annex C)."""
    return f"{code:04X}H"


def details(path: str, what: str, who: str, answer: str, comment: str, uid: str) -> list[tuple[str, str]]:
    """All that is known of a file: what is said, and of what."""
    lines = (
        ("File", path),
        ("What became of it", what),
        ("Who must act", who),
        ("Answer of the new PACS", answer),
        ("Its comment", comment),
        ("SOP Instance UID", uid),
    )
    return [(label, value) for label, value in lines if value]


# Trying one study first
TRY_FIRST = "Try one study first"
TRYING = "Trying one study first…"


def copy_others(studies: int) -> str:
    return f"Copy the other {counted(studies, 'study', 'studies')}"


def tried(words: str, images: int, missing: int, not_checked: int, others: int) -> str:
    """What came of trying one study first, and what to do now."""
    go_on = f"press “{copy_others(others) if others else texts.NEXT}”"
    all_of_it = f"its {counted(images, 'image', 'images')}"
    if missing:
        return (
            f"One study was tried: {words}. The new PACS did not name {number(missing)} of {all_of_it} when it was "
            "asked. Do not copy the others yet: tell the administrator of the new PACS, then try again."
        )
    if not_checked:
        some = all_of_it if not_checked == images else f"{number(not_checked)} of {all_of_it}"
        return (
            f"One study was tried: {words}. Whether {some} arrived could not be checked. Look at it in the new viewer. "
            f"Only if everything is right there, {go_on}."
        )
    named = f"all {counted(images, 'image', 'images')}" if images != 1 else "the only image"
    return (
        f"One study was copied, and the new PACS named {named} of it: {words}. "
        f"Look at it in the new viewer. If it is right there, {go_on}."
    )


# Speed and hours
WISHES = "Speed and hours…"
WISHES_HEADING = "Speed and hours"
WISHES_LEAD = "A change takes effect at once, also while images are being copied; only the last one at the next start."
CONNECTIONS, AUTOMATIC = "Connections", "Automatic"
SPEED_LIMIT = "MB a second, at most"
HOURS_FROM, HOURS_TO = "Only from", "to"
WISHES_HINT = "An empty field sets no limit. The hours may go past midnight, such as 19:00 to 06:00."
NEWEST_FIRST = "Copy the newest studies first"
SKIP_EXISTING = "Leave out what the new PACS already has"
SKIP_HINT = "It is asked about every image before the copying begins, which takes some time."
LIMIT_WRONG = "Type a number above 0, such as 20 or 2.5, or leave it empty."
TIME_WRONG = "Type a time such as 19:00."
TIME_MISSING = "Type both times, or none."


def wishes(associations: int, limit: float, hours: str, newest_first: bool, skip_existing: bool) -> str:
    """What was wished, in one line; "" for nothing in particular."""
    begin, _, end = hours.partition("-")
    parts = (
        counted(associations, "connection", "connections") if associations else "",
        f"at most {limit:g}\u00a0MB/s" if limit else "",
        f"{begin}\u00a0to\u00a0{end}" if hours else "",
        "newest first" if newest_first else "",
        "not what is there already" if skip_existing else "",
    )
    return "  ·  ".join(part for part in parts if part)
