"""The sentences of step 4, Copy, and of its settings."""

from __future__ import annotations

import re

from wizard.language import _, plural, said
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets.formatting import begun, counted, decimal, duration, number, size
from wizard.vocabulary import Bucket

COPY = (_("Copy"), _("Copy the images"), _("You may stop at any time; later it goes on where it stopped."))
COPY_PROMISE = _("Each file is read and sent byte for byte as it is.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("What happens"),
        _(
            "The images leave for the new PACS one after the other, and each answer is written down at once. The "
            "originals stay as they are."
        ),
    ),
    (
        _("If something goes wrong"),
        _(
            "If the network or the new PACS goes away, the program waits and goes on by itself. After a power cut, "
            "start it again and choose “Go on with it”. Nothing is lost, and nothing counts as copied that was not "
            "answered."
        ),
    ),
    (
        _("The two lists"),
        _(
            "On the left, every file counted once, by what became of it. The first line there counts those that "
            "somebody must look at. On the right, the files of the line you selected."
        ),
    ),
)
NOT_STARTED = _("Nothing has been copied yet")
STARTING = _("Connecting to the new PACS…")
COPIED_ALL = _("Everything that could be copied has been copied")
PAUSE, RESUME = _("Pause"), _("Go on")
PAUSED = _("Paused. Press “Go on” to go on.")
NO_SPEED = _("Speed: nothing measured yet")
TOO_SHORT = _("Speed: this run was too short to measure it")
VERIFY_NOW = _("See what has arrived")
RETRY = _("Try the failed ones again")
#: Each bucket in a few words; `wizard.manifest.ledger` has the sentences.
BUCKETS: dict[str, str] = {
    Bucket.COPIED: _("copied"),
    Bucket.COPIED_WITH_REMARK: _("copied, with a remark"),
    Bucket.ALREADY_THERE: _("already there"),
    Bucket.DUPLICATE: _("same image again"),
    Bucket.PENDING: _("still to copy"),
    Bucket.LEFT_OUT: _("left out by choice"),
    Bucket.REFUSED: _("refused"),
    Bucket.UNKNOWN: _("no answer yet"),
    Bucket.CHANGED: _("changed since reading"),
    Bucket.CONFLICT: _("in conflict"),
    Bucket.HELD_BACK: _("held back"),
    Bucket.DAMAGED: _("damaged"),
    Bucket.UNREADABLE: _("unreadable"),
    Bucket.INDEX: _("lists of files"),
    Bucket.NOT_DICOM: _("not images"),
}
BUCKETS_HEADING = _("Every file, counted once")
NEEDS_A_PERSON = _("to be looked at")
FIND = _("Find")
FILE_COLUMNS = (_("File"), _("What became of it"))
NO_EXCEPTIONS = _("Nothing needs a person so far.")
NOTHING_FOUND_THERE = _("No file here has this in its name, folder, patient, reason or answer.")
COPY_LIST, BACK_TO_LIST = _("Copy the list"), _("Back to the list")
COPIED_LIST = _("The list is on the clipboard.")
MUST_SELECT = _("Select a file in the list first.")
SELECT = _("Select a file to see who must act.")
LIST_HEADINGS = (
    _("File"),
    _("Bucket"),
    _("Reason"),
    _("Who must act"),
    _("Status"),
    _("Comment"),
    _("SOP Instance UID"),
    _("Folder"),
)
_CODES = re.compile(r" \((status [0-9A-F]{4}|SOP class|transfer syntax)\)")


def copying(done: int, total: int) -> str:
    return plural(total, "{done} of {n} image", "{done} of {n} images", done=number(done))


def copy_rest(images: int) -> str:
    return plural(images, "Copy {n} image", "Copy {n} images")


def speed(items_per_second: float, bytes_per_second: float, left: float | None) -> str:
    slow = 0 < items_per_second < 9.95
    rate = decimal(items_per_second, ".1f") if slow else number(round(items_per_second))
    parts = [a_second(rate), _("{size} a second", size=size(bytes_per_second))]
    return "  ·  ".join([*parts, _("{time} left", time=duration(left))] if left is not None else parts)


def a_second(rate: str) -> str:
    return _("{pace}\u00a0images a second", pace=rate)


def speed_now(bytes_per_second: float, most: float) -> str:
    return _("Speed: {now}/s now, {most}/s at most", now=size(bytes_per_second), most=size(most))


def speed_was(most: float) -> str:
    return _("Speed so far: {most}/s at most", most=size(most))


def axis_speed(megabytes: float) -> str:
    return f"{decimal(megabytes)}\u00a0MB/s" if megabytes else "0"


def axis_time(count: int, unit: str) -> str:
    return f"{count}\u00a0{unit}"


def what_became(bucket: str, reason: str) -> str:
    """Say what became of a file, without the codes behind a reason: those are for support, and in the details."""
    return in_full(bucket, _CODES.sub("", reason))


def in_full(bucket: str, reason: str) -> str:
    return f"{BUCKETS[bucket]}: {said(reason)}" if reason else BUCKETS[bucket]


def list_heading(bucket: str) -> str:
    return begun(BUCKETS[bucket] if bucket else NEEDS_A_PERSON)


def not_all_shown(shown: int) -> str:
    return _("The first {count} are shown; the report lists all.", count=number(shown))


def status(code: int) -> str:
    """Format a DIMSE status as the standard writes it (PS3.7 Annex C)."""
    return f"{code:04X}H"


def details(path: str, what: str, who: str, answer: str, comment: str, uid: str) -> list[tuple[str, str]]:
    """List all that is known of a file: each label, and its value."""
    lines = (
        (_("File"), path),
        (_("What became of it"), what),
        (_("Who must act"), said(who)),
        (_("Answer of the new PACS"), said(answer)),
        (_("Its comment"), comment),
        ("SOP Instance UID", uid),
    )
    return [(label, value) for label, value in lines if value]


# Trying one study first
TRY_FIRST = _("Try one study first")
TRYING = _("Trying one study first…")


def copy_others(studies: int) -> str:
    return plural(studies, "Copy the other {n} study", "Copy the other {n} studies")


def tried(words: str, images: int, missing: int, not_checked: int, others: int) -> str:
    """Say how trying one study has ended, and what to do next."""
    button = copy_others(others) if others else shell_texts.NEXT
    if missing:
        return plural(
            images,
            "One study was tried: {study}. When asked, the new PACS did not name its only image. {stop}",
            "One study was tried: {study}. When asked, the new PACS did not name {some} of its {n} images. {stop}",
            study=words,
            some=number(missing),
            stop=_("Do not copy the others yet: tell the administrator of the new PACS, then try again."),
        )
    if not_checked:
        look = _("Look at it in the new viewer. Only if everything is right there, press “{button}”.", button=button)
        if not_checked == images:
            return plural(
                images,
                "One study was tried: {study}. Whether its only image arrived could not be checked. {look}",
                "One study was tried: {study}. Whether its {n} images arrived could not be checked. {look}",
                study=words,
                look=look,
            )
        return plural(
            images,
            "One study was tried: {study}. Whether {some} of its {n} image arrived could not be checked. {look}",
            "One study was tried: {study}. Whether {some} of its {n} images arrived could not be checked. {look}",
            study=words,
            some=number(not_checked),
            look=look,
        )
    return plural(
        images,
        "One study was copied, and the new PACS named the only image of it: {study}. {look}",
        "One study was copied, and the new PACS named all {n} images of it: {study}. {look}",
        study=words,
        look=_("Look at it in the new viewer. If it is right there, press “{button}”.", button=button),
    )


# Speed and hours
SETTINGS = _("Speed and hours…")
SETTINGS_HEADING = _("Speed and hours")
SETTINGS_LEAD = _(
    "A change takes effect at once, also while images are being copied; only the last one at the next start."
)
CONNECTIONS, AUTOMATIC = _("Connections"), _("Automatic")
SPEED_LIMIT = _("MB a second, at most")
HOURS_FROM, HOURS_TO = _("Only from"), _("to")
SETTINGS_HINT = _("An empty field sets no limit. The hours may go past midnight, such as 19:00 to 06:00.")
NEWEST_FIRST = _("Copy the newest studies first")
SKIP_EXISTING = _("Leave out what the new PACS already has")
SKIP_HINT = _("It is asked about every image before the copying begins, which takes some time.")
LIMIT_WRONG = _("Type a number above 0, such as 20 or 2.5, or leave it empty.")
TIME_WRONG = _("Type a time such as 19:00.")
TIME_MISSING = _("Type both times, or none.")


def settings(associations: int, limit: float, hours: str, newest_first: bool, skip_existing: bool) -> str:
    """Say the settings in one line; "" where all of them are the defaults."""
    begin, end = hours.split("-") if hours else ("", "")
    parts = (
        counted(associations, "connection", "connections") if associations else "",
        _("at most {limit}\u00a0MB/s", limit=decimal(limit)) if limit else "",
        _("{begin}\u00a0to\u00a0{end}", begin=begin, end=end) if hours else "",
        _("newest first") if newest_first else "",
        _("not what is there already") if skip_existing else "",
    )
    return "  ·  ".join(part for part in parts if part)
