"""The sentences of step 5, Verify, and of the further proof that can be asked for there."""

from __future__ import annotations

from wizard.language import _, plural, said
from wizard.manifest.buckets import ARRIVED
from wizard.manifest.proof import GRADES
from wizard.ui.copy import texts as copy_texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets.formatting import begun, counted, date, number
from wizard.vocabulary import Bucket, Grade, ReadBack, Result

VERIFY = (
    _("Verify"),
    _("See what has arrived"),
    _("The new PACS is asked which images it has, and its answer is compared, study by study."),
)
VERIFY_PROMISE = _("On this page the new PACS is asked; no image is sent to it.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        _("Why it is asked again"),
        _(
            "That the new PACS said “received” does not prove that it kept an image. So it is asked afterwards "
            "which images it has, and its answer is compared with what was read."
        ),
    ),
    (
        _("The verdicts"),
        _(
            "MATCH: it named every image of the study. MISMATCH: it did not name at least one. NOT CHECKED: it "
            "gave no answer that proves anything; that is neither good nor bad."
        ),
    ),
    (
        _("The strength of a proof"),
        _(
            "A and B name each image. C, D and E do not: a number of images, or that a study exists, does not say "
            "which images are there."
        ),
    ),
)
#: The sentence about each job of this page, while it runs.
RUNNING: dict[str, str] = {
    "verify": shell_texts.ASKING,
    "commitment": _("Asking for storage commitment, and waiting for the reports…"),
    "read_back": _("Reading images back and comparing them…"),
    "old_list": _("Reading the list of the old PACS…"),
}
STUDY_RESULTS: dict[str, str] = {
    Result.MATCH: _("MATCH"),
    Result.MISMATCH: _("MISMATCH"),
    Result.NOT_CHECKED: _("NOT CHECKED"),
}
STUDY_COLUMNS = (
    _("Verdict"),
    _("Patient"),
    _("Study"),
    _("Found"),
    _("Missing"),
    _("Extra"),
    _("Not checked"),
    _("Proof"),
)
COPY_MISSING, CHECK_AGAIN = _("Copy the missing ones again"), _("Check again")
CHECK_LATER, CHECK_NOW = _("Check again in 10 minutes"), _("Check now")
LESS_DETAILS = _("Fewer details")


def done_so_far(step: str, done: int, total: int | None, rate: float) -> str:
    """Say how far a job of this page is; the length of a list is not known before it is read."""
    if step == "old_list":
        return counted(done, "line", "lines")
    parts = [copy_texts.copying(done, total or 0)]
    return "  ·  ".join([*parts, copy_texts.a_second(number(round(rate)))] if rate >= 1 else parts)


def checking_again(seconds: float) -> str:
    """Say when it is checked again; `seconds` are left until then."""
    if seconds < 60:
        return _("Checking again in less than a minute.")
    return plural(-int(-seconds // 60), "Checking again in {n} minute.", "Checking again in {n} minutes.")


# A study, and its images that did not arrive

SELECT_STUDY = _("Select a study to see what did not arrive")
NOT_NAMED = _("the new PACS did not name it")
NOT_CHECKED = _("not checked")
#: The meaning of each grade, which is that of the weakest proof among the images of a study.
GRADE_MEANS: dict[str, str] = {
    Grade.A: _("The new PACS was asked about every image by its own number (UID)."),
    Grade.B: _("Of some or all images, the new PACS only lists whole series. Each image was looked for in that list."),
    Grade.C: _("Of some or all images, the new PACS says only how many it has, not which. Numbers confirm no image."),
    Grade.D: _("Of some or all images, the new PACS says only whether it has the study. That confirms no image."),
    Grade.E: _("About some or all images, the new PACS was not asked yet, or gave no valid answer."),
}
_NAMED_BUT = _("the new PACS names its number, but that does not say whether it has this file")
_COPY_AGAIN = _("you: copy it again. If it is missing once more, the administrator of the new PACS")


def found(confirmed: int, expected: int) -> str:
    return _("{some} of {all}", some=number(confirmed), all=number(expected))


def missing(missing: int, not_checked: int) -> str:
    """Say how many are missing; the number is not known while some are not checked."""
    if not not_checked:
        return number(missing)
    return _("{count} or more", count=number(missing)) if missing else _("not known")


def study_heading(patient: str, day: str | None, expected: int, missing: int, not_checked: int) -> str:
    """Name the study, and say how many of its images are not confirmed."""
    parts = [
        plural(missing, "{n} missing", "{n} missing") if missing else "",
        _("{count} not checked", count=number(not_checked)) if not_checked else "",
    ]
    some = ", ".join(part for part in parts if part)
    what = plural(expected, "{some} of {n} image", "{some} of {n} images", some=some)
    return f"{patient or shell_texts.NO_NAME}, {date(day)}: " + (what if some else _("every image is confirmed"))


def grade(grade: str) -> str:
    return f"{grade}  {said(GRADES[grade])}"


def grade_means(grade: str, remark: str, extra: int) -> tuple[str, str]:
    """Name the grade of a study and its meaning, with a remark and the number of images that are not in the folders."""
    more = plural(
        extra,
        "The new PACS has {n} more image of this study, which the folders do not hold.",
        "The new PACS has {n} more images of this study, which the folders do not hold.",
    )
    sentences = (GRADE_MEANS[grade], f"{begun(said(remark))}." if remark else "", more if extra else "")
    heading = _("Proof {grade}, {means}.", grade=grade, means=said(GRADES[grade]))
    return heading, " ".join(sentence for sentence in sentences if sentence)


def why_not(bucket: str, reason: str, named: int | None) -> str:
    """Say why an image is not confirmed: why it was not sent, or how the new PACS answered."""
    if bucket in ARRIVED:
        return NOT_CHECKED if named is None else NOT_NAMED
    if bucket == Bucket.PENDING:
        return _("left waiting: {reason}", reason=said(reason)) if reason else _("not sent yet")
    what = copy_texts.what_became(bucket, reason)
    if named == 1:
        return f"{what.rstrip('.')}; {_NAMED_BUT}"
    return f"{what.rstrip('.')}; {NOT_NAMED}" if bucket == Bucket.UNKNOWN and named == 0 else what


def who_acts(bucket: str, who: str, named: int | None) -> str:
    if bucket in ARRIVED:
        return _("you: check again") if named is None else _COPY_AGAIN
    return _("you: copy it") if bucket == Bucket.PENDING else said(who)


def answer(status: int, sentence: str) -> str:
    return f"{copy_texts.status(status)}, {said(sentence)}"


def file_details(path: str, answer: str, comment: str, uid: str) -> str:
    """List the details of a file for support, a line each, but for its outcome, which is on show already."""
    lines = copy_texts.details(path, "", "", answer, comment, uid)
    return "\n".join(f"{label}: {value}" for label, value in lines)


# Further proof

MORE_PROOF, SHOW = _("More proof…"), _("Show")
COMMITMENT = _("Storage commitment")
READ_BACK = _("Read some images back")
OLD_LIST = _("Compare with a list of the old PACS")
READ_BACK_MEANS = _(
    "Images picked at random are fetched from the new PACS and compared with their files. It proves that these are "
    "the same, and nothing about the others."
)
OLD_LIST_MEANS = _(
    "A table (CSV) of the studies that the old PACS knows. It proves whether the folders hold them all; the new PACS "
    "is not asked."
)
PORT, COUNT, LIST_FILE = _("Port of this computer"), _("How many"), _("File")
ASK_COMMITMENT, READ_THEM_BACK, COMPARE = _("Ask for storage commitment"), _("Read them back"), _("Compare")
LETTER = _("Text for the administrator…")
PORT_WRONG = _("Type a port: a number from 1 to 65535, such as 11112.")
COUNT_WRONG = _("Type how many images, such as 20.")
FILE_MISSING = _("Choose the file of the list, or type where it is.")
#: The headings of the list of failures.
WENT_WRONG: dict[str, str] = {
    "commitment": _("Storage commitment: what the new PACS has not promised to keep"),
    "read_back": _("Read back: what is not identical"),
    "old_list": _("Where the list of the old PACS and the folders differ"),
}
#: The results of reading an image back.
READ_BACK_RESULTS: dict[str, str] = {
    ReadBack.SAME_VALUES: _("the same values in another encoding"),
    ReadBack.DIFFERENT: _("different"),
    ReadBack.NOT_CHECKED: _("not checked"),
}
#: Who must act on a difference between the list of the old PACS and the folders: nobody, if the folders hold more.
SEARCHES: dict[str, str] = {
    "not in the folders": _("you, with the maker of the old PACS: find out where it is"),
    "fewer": _("you, with the maker of the old PACS: find out where the others are"),
}


def commitment_means(calling_ae: str) -> str:
    return _(
        "The new PACS is asked to promise that it keeps every image that was copied. It answers to this computer, "
        "under our AE title {calling_ae}. It proves what the new PACS says of itself.",
        calling_ae=calling_ae,
    )


def read_back(result: str, details: str) -> str:
    return f"{READ_BACK_RESULTS[result]}: {said(details)}" if details else READ_BACK_RESULTS[result]


def listed(what: str, listed: int | None, here: int | None) -> str:
    """Say how the list of the old PACS and the folders differ in a study."""
    in_list = (
        plural(listed, "the list has it with {n} image", "the list has it with {n} images")
        if listed is not None
        else _("the list has it")
    )
    in_folders = plural(here or 0, "the folders hold {n} image of it", "the folders hold {n} images of it")
    if what == "not in the folders":
        return f"{said(what)}; {in_list}"
    return f"{said(what)}; {in_folders}" if what == "not in the list" else f"{in_list}, {in_folders}"


def study_details(study_uid: str, accession: str, line: int | None) -> str:
    lines = (
        ("Study Instance UID", study_uid),
        (_("Accession number"), accession),
        (_("Line of the list"), "" if line is None else number(line)),
    )
    return "\n".join(f"{label}: {value}" for label, value in lines if value)
