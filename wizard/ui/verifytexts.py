"""The sentences of step 5, Verify, and of the further proof that can be asked for there."""

from __future__ import annotations

from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU
from wizard.manifest.proof import GRADES
from wizard.ui import copytexts, texts
from wizard.ui.words import counted, date, number

VERIFY = (
    "Verify",
    "See what has arrived",
    "The new PACS is asked which images it has, and its answer is compared, study by study.",
)
VERIFY_PROMISE = "On this page the new PACS is asked; no image is sent to it."
#: What a job of this page does, while it runs.
RUNNING: dict[str, str] = {
    "verify": texts.ASKING,
    "commitment": "Asking for storage commitment, and waiting for the reports…",
    "read_back": "Reading images back and comparing them…",
    "old_list": "Reading the list of the old PACS…",
}
STUDY_COLUMNS = ("Verdict", "Patient", "Study", "Found", "Missing", "Extra", "Not checked", "Proof")
COPY_MISSING, CHECK_AGAIN = "Copy the missing ones again", "Check again"
CHECK_LATER, CHECK_NOW = "Check again in 10 minutes", "Check now"
LESS_DETAILS = "Fewer details"

SENT = ("copied", "copied_with_remark", "already_there")


def done_so_far(step: str, done: int, total: int | None, rate: float) -> str:
    """How far a job of this page is; a list has no end before it is read."""
    if step == "old_list":
        return counted(done, "line", "lines")
    parts = [f"{number(done)} of {counted(total or 0, 'image', 'images')}"]
    return "  ·  ".join([*parts, f"{number(round(rate))}\u00a0images a second"] if rate >= 1 else parts)


def checking_again(seconds: float) -> str:
    """`seconds` are those that are left."""
    if seconds < 60:
        return "Checking again in less than a minute."
    return f"Checking again in {counted(-int(-seconds // 60), 'minute', 'minutes')}."


# A study, and what did not arrive of it

SELECT_STUDY = "Select a study to see what did not arrive"
NOT_NAMED = "the new PACS did not name it"
NOT_CHECKED = "not checked"
#: What each grade means, of the weakest proof among the images of a study.
GRADE_MEANS: dict[str, str] = {
    "A": "The new PACS was asked about every image by its own number (UID).",
    "B": "Of some or all images, the new PACS only lists whole series. Each image was looked for in that list.",
    "C": "Of some or all images, the new PACS says only how many it has, not which. Numbers confirm no image.",
    "D": "Of some or all images, the new PACS says only whether it has the study. That confirms no image.",
    "E": "About some or all images, the new PACS was not asked yet, or gave no valid answer.",
}
_NAMED_BUT = "the new PACS names its number, but that does not say whether it has this file"
_COPY_AGAIN = f"{YOU}: copy it again. If it is missing once more, {PACS_ADMINISTRATOR}"


def found(confirmed: int, expected: int) -> str:
    return f"{number(confirmed)} of {number(expected)}"


def missing(missing: int, not_checked: int) -> str:
    """How many are missing, which nobody knows while some are not checked."""
    if not not_checked:
        return number(missing)
    return f"{number(missing)} or more" if missing else "not known"


def study_heading(patient: str, day: str | None, expected: int, missing: int, not_checked: int) -> str:
    """Which study, and how many of its images are not confirmed."""
    parts = [
        f"{number(missing)} missing" if missing else "",
        f"{number(not_checked)} not checked" if not_checked else "",
    ]
    of_all = f" of {counted(expected, 'image', 'images')}"
    what = ", ".join(part for part in parts if part)
    return f"{patient or texts.NO_NAME}, {date(day)}: " + (what + of_all if what else "every image is confirmed")


def grade(grade: str) -> str:
    return f"{grade}  {GRADES[grade]}"


def grade_means(grade: str, remark: str, extra: int) -> tuple[str, str]:
    """How strong the proof of a study is, and what that means, with what else was remarkable."""
    more = (
        f"the new PACS has {counted(extra, 'more image', 'more images')} of this study, which the folders do not hold"
    )
    sentences = (GRADE_MEANS[grade], *(f"{_begun(one)}." for one in (remark, more if extra else "") if one))
    return f"Proof {grade}, {GRADES[grade]}.", " ".join(sentences)


def why_not(bucket: str, reason: str, named: int | None) -> str:
    """Why an image is not confirmed: what kept it from being sent, or what the new PACS answered."""
    if bucket in SENT:
        return NOT_CHECKED if named is None else NOT_NAMED
    if bucket == "pending":
        return f"left waiting: {reason}" if reason else "not sent yet"
    what = copytexts.what_became(bucket, reason)
    if named == 1:
        return f"{what.rstrip('.')}; {_NAMED_BUT}"
    return f"{what.rstrip('.')}; {NOT_NAMED}" if bucket == "unknown" and named == 0 else what


def who_acts(bucket: str, who: str, named: int | None) -> str:
    if bucket in SENT:
        return f"{YOU}: check again" if named is None else _COPY_AGAIN
    return f"{YOU}: copy it" if bucket == "pending" else who


def answer(status: int, sentence: str) -> str:
    return f"{copytexts.status(status)}, {sentence}"


def file_details(path: str, answer: str, comment: str, uid: str) -> str:
    """What support wants to know of a file, a line each; what it became is said already."""
    lines = copytexts.details(path, "", "", answer, comment, uid)
    return "\n".join(f"{label}: {value}" for label, value in lines)


# Further proof

MORE_PROOF, SHOW = "More proof…", "Show"
COMMITMENT = "Storage commitment"
READ_BACK = "Read some images back"
OLD_LIST = "Compare with a list of the old PACS"
READ_BACK_MEANS = (
    "Images picked at random are fetched from the new PACS and compared with their files. It proves that these are "
    "the same, and nothing about the others."
)
OLD_LIST_MEANS = (
    "A table (CSV) of the studies that the old PACS knows. It proves whether the folders hold them all; the new PACS "
    "is not asked."
)
PORT, COUNT, LIST_FILE = "Port of this computer", "How many", "File"
ASK_COMMITMENT, READ_THEM_BACK, COMPARE = "Ask for storage commitment", "Read them back", "Compare"
LETTER = "Text for the administrator…"
PORT_WRONG = "Type a port: a number from 1 to 65535, such as 11112."
COUNT_WRONG = "Type how many images, such as 20."
FILE_MISSING = "Choose the file of the list, or type where it is."
#: Above the list of what went wrong.
WENT_WRONG: dict[str, str] = {
    "commitment": "Storage commitment: what the new PACS has not promised to keep",
    "read_back": "Read back: what is not identical",
    "old_list": "Where the list of the old PACS and the folders differ",
}
#: What reading an image back came to.
RESULTS: dict[str, str] = {
    "same_values": "the same values in another encoding",
    "different": "different",
    "not_checked": "not checked",
}
#: Who must act on a difference between the list of the old PACS and the folders; with more, nothing is lost.
SEARCHES: dict[str, str] = {
    "not in the folders": f"{YOU}, with {OLD_PACS}: find out where it is",
    "fewer": f"{YOU}, with {OLD_PACS}: find out where the others are",
}


def commitment_means(calling_ae: str) -> str:
    return (
        "The new PACS is asked to promise that it keeps every image that was copied. It answers to this computer, "
        f"under our AE title {calling_ae}. It proves what the new PACS says of itself."
    )


def read_back(result: str, details: str) -> str:
    return f"{RESULTS[result]}: {details}" if details else RESULTS[result]


def listed(what: str, listed: int | None, here: int | None) -> str:
    """How the list of the old PACS and the folders differ in a study."""
    in_list = f"the list has it with {counted(listed, 'image', 'images')}" if listed is not None else "the list has it"
    in_folders = f"the folders hold {counted(here or 0, 'image', 'images')}"
    if what == "not in the folders":
        return f"{what}; {in_list}"
    return f"{what}; {in_folders} of it" if what == "not in the list" else f"{in_list}, {in_folders} of it"


def study_details(study_uid: str, accession: str, line: int | None) -> str:
    lines = (
        ("Study Instance UID", study_uid),
        ("Accession number", accession),
        ("Line of the list", "" if line is None else number(line)),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
