"""The sentences of step 5, Verify, and of the further evidence that can be asked for there."""

from __future__ import annotations

from wizard.language.message import NOTHING, Message, Private, Value, comment_for_people, together
from wizard.manifest import old_studies
from wizard.manifest.buckets import ARRIVED
from wizard.manifest.proof import GRADES
from wizard.reasons import Reason
from wizard.ui.copy import texts as copy_texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets.formatting import date
from wizard.vocabulary import Bucket, Grade, ReadBack, Result, Who

VERIFY = (
    Message("Verify"),
    Message("Verify what has arrived"),
    Message(
        "The new PACS is asked which images it has. Its answer is compared with the source folders, study by study."
    ),
)
VERIFY_PROMISE = Message("No image is sent from this page.")
#: The paragraphs of "What is this?", for somebody who has never heard of DICOM: heading and paragraph, in order.
HELP = (
    (
        Message("Why verify?"),
        Message(
            "“Received” does not prove that the new PACS kept an image. So it is asked afterwards which images it has, "
            "and the answer is compared with the source folders."
        ),
    ),
    (
        Message("The results"),
        Message(
            "MATCH: every image to be copied was confirmed. MISMATCH: at least one was not found. NOT CHECKED: there "
            "was no usable answer; that is neither good nor bad."
        ),
    ),
    (
        Message("How strong the evidence is"),
        Message(
            "With A and B each image was looked up. With C, D and E it was not: an image count, or the fact that a "
            "study exists, does not show which images are there."
        ),
    ),
)
#: The sentence about each job of this page, while it runs.
RUNNING: dict[str, Message] = {
    "verify": shell_texts.ASKING,
    "commitment": Message("Requesting storage commitment and waiting for the reports…"),
    "read_back": Message("Reading images back and comparing them…"),
    "old_list": Message("Reading the list of the old PACS…"),
}
STUDY_RESULTS: dict[str, Message] = {
    Result.MATCH: Message("MATCH"),
    Result.MISMATCH: Message("MISMATCH"),
    Result.NOT_CHECKED: Message("NOT CHECKED"),
}
STUDY_COLUMNS = (
    Message("Result"),
    Message("Patient"),
    Message("Study"),
    Message("Confirmed"),
    Message("Not found"),
    Message("Extra"),
    Message("Not checked"),
    Message("Evidence"),
)
COPY_MISSING, CHECK_AGAIN = Message("Copy missing images again"), Message("Verify again")
CHECK_LATER, CHECK_NOW = Message("Verify again in 10 minutes"), Message("Verify now")
LESS_DETAILS = Message("Fewer details")


def running(step: str, done: int, total: int | None, rate: float) -> Message:
    """Say what a job of this page does and how far it is; the length of a list is not known before it is read."""
    if step == "old_list":
        so_far = Message("{n} line", "{n} lines", n=done)
    else:
        so_far = copy_texts.copying(done, total or 0)
        if rate >= 1:
            pace = copy_texts.images_a_second(round(rate))
            so_far = Message("{images}  ·  {pace}", images=so_far, pace=pace)
    return Message("{work}  {so_far}", work=RUNNING[step], so_far=so_far)


def checking_again(seconds: float) -> Message:
    """Say when it is verified again; `seconds` are left until then."""
    if seconds < 60:
        return Message("Verifying again in less than a minute.")
    return Message("Verifying again in {n} minute.", "Verifying again in {n} minutes.", n=int(-(-seconds // 60)))


# A study, and its images that are not confirmed

SELECT_STUDY = Message("Select a study to see which images are not confirmed")
NOT_NAMED = Message("Not found in the new PACS.")
NOT_CHECKED = Message("Not checked.")
#: The meaning of each grade, which is that of the weakest evidence among the images of a study.
GRADE_MEANS: dict[str, Message] = {
    Grade.A: Message("Every image was looked up by its own UID."),
    Grade.B: Message(
        "For some or all images the new PACS only lists whole series. Each image was looked up in that list."
    ),
    Grade.C: Message(
        "For some or all images the new PACS only reports a count, not which images it has. A count confirms no image."
    ),
    Grade.D: Message(
        "For some or all images the new PACS only reports whether it has the study. This confirms no image."
    ),
    Grade.E: Message("For some or all images the new PACS has not been queried yet or gave no usable answer."),
}
_NAMED_BUT = Message("The new PACS has this UID, but that does not show that it has this file.")


def found(confirmed: int, expected: int) -> Message:
    return Message("{some} of {all}", some=confirmed, all=expected)


def missing(missing: int, not_checked: int) -> Message:
    """Say how many were not found; the number is not known while some are not checked."""
    if not not_checked:
        return Message("{count}", count=missing)
    return Message("{count} or more", count=missing) if missing else Message("unknown")


def patient_and_day(patient: str, day: str | None) -> Message:
    return Message("{patient}, {date}", patient=Private(patient) if patient else shell_texts.NO_NAME, date=date(day))


def study_heading(patient: str, day: str | None, expected: int, missing: int, not_checked: int) -> Message:
    """Name the study, and say how many of its images are not confirmed."""
    study = patient_and_day(patient, day)
    if missing and not_checked:
        return Message(
            "{study}: {missing} of {n} image not found, {not_checked} not checked",
            "{study}: {missing} of {n} images not found, {not_checked} not checked",
            n=expected,
            study=study,
            missing=missing,
            not_checked=not_checked,
        )
    if missing:
        return Message(
            "{study}: {missing} of {n} image not found",
            "{study}: {missing} of {n} images not found",
            n=expected,
            study=study,
            missing=missing,
        )
    if not_checked:
        return Message(
            "{study}: {not_checked} of {n} image not checked",
            "{study}: {not_checked} of {n} images not checked",
            n=expected,
            study=study,
            not_checked=not_checked,
        )
    return Message("{study}: every image is confirmed", study=study)


def grade(grade: str) -> Message:
    return Message("{grade}  {means}", grade=str(grade), means=GRADES[grade])


def grade_means(grade: str, extra: int) -> tuple[Message, Message]:
    """Name the grade of a study and its meaning, with the number of images that are not in the folders."""
    more = Message(
        "The new PACS has {n} more image in this study that is not in the folders.",
        "The new PACS has {n} more images in this study that are not in the folders.",
        n=extra,
    )
    heading = Message("Evidence {grade}: {means}.", grade=str(grade), means=GRADES[grade])
    return heading, together(GRADE_MEANS[grade], more if extra else NOTHING)


def why_not(bucket: str, reason: Reason | None, named: int | None) -> Message:
    """Say why an image is not confirmed: why it was not copied, or how the new PACS answered."""
    if bucket in ARRIVED:
        return NOT_CHECKED if named is None else NOT_NAMED
    if bucket == Bucket.PENDING:
        return together(Message("Not copied yet."), reason or NOTHING)
    outcome = copy_texts.outcome(bucket, reason)
    whole = outcome if reason else Message("{outcome}.", outcome=outcome)
    if named == 1:
        return together(whole, _NAMED_BUT)
    return together(whole, NOT_NAMED) if bucket == Bucket.UNKNOWN and named == 0 else whole


def next_step(bucket: str, reason: Reason | None, named: int | None) -> Message:
    """Say what can be done about an image that is not confirmed."""
    if bucket in ARRIVED and named is None:
        return Message("Select “{again}”.", again=CHECK_AGAIN)
    if bucket in ARRIVED:
        return Message(
            "Select “{copy}”. If the image is still not found then, tell the PACS administrator.", copy=COPY_MISSING
        )
    if bucket == Bucket.PENDING:
        return Message("Go back to “Copy” and copy it.")
    return reason.next_step if reason else NOTHING


def who_acts(bucket: str, reason: Reason | None) -> str:
    """Give who needs to act about an image that is not confirmed, one of `Who`; "" for nobody."""
    if bucket in ARRIVED or bucket == Bucket.PENDING:
        return Who.YOU
    return reason.who if reason else ""


def file_details(path: str, status: int | None, comment: str, uid: str, code: str) -> Message:
    """List the details of a file for support, a line each, but for its outcome, which is on show already."""
    answer = copy_texts.answer_details(status, comment, uid, code)
    return _lines((copy_texts.FILE_COLUMNS[0], Private(path)), *answer)


def _lines(*details: tuple[Message, Value]) -> Message:
    """Put labels and values into lines."""
    whole = NOTHING
    for label, value in details:
        if value != "":
            line = Message("{label}: {value}", label=label, value=value)
            whole = Message("{lines}\n{line}", lines=whole, line=line) if whole else line
    return whole


# Further evidence

MORE_PROOF, SHOW = Message("More evidence…"), Message("Show")
COMMITMENT = Message("Storage commitment")
READ_BACK = Message("Read back a sample")
OLD_LIST = Message("Compare with the list of the old PACS")
READ_BACK_MEANS = Message(
    "Randomly chosen images are fetched from the new PACS and compared with their files. This says nothing about the "
    "other images."
)
OLD_LIST_MEANS = Message(
    "A CSV list of all studies of the old PACS. The comparison shows whether the folders contain them all. The new "
    "PACS is not queried."
)
PORT, COUNT, LIST_FILE = Message("Port of this computer"), Message("How many"), Message("File")
ASK_COMMITMENT, READ_THEM_BACK = Message("Request storage commitment"), Message("Read back")
COMPARE = Message("Compare")
LETTER = Message("For the administrator…")
PORT_WRONG = Message("Enter a port from 1 to 65535, for example 11112.")
COUNT_WRONG = Message("Enter the number of images, for example 20.")
FILE_MISSING = Message("Enter or choose the file of the list.")
#: The headings of the list of failures.
WENT_WRONG: dict[str, Message] = {
    "commitment": Message("Storage commitment: images not committed"),
    "read_back": Message("Read back: images that are not identical or not checked"),
    "old_list": Message("Differences between the list of the old PACS and the folders"),
}
#: The results of reading an image back.
READ_BACK_RESULTS: dict[str, Message] = {
    ReadBack.SAME_VALUES: Message("Same values, another encoding"),
    ReadBack.DIFFERENT: Message("Different"),
    ReadBack.NOT_CHECKED: Message("Not checked"),
}
#: What can be done about a difference between the record of the old PACS and the folders: nothing, if these hold more.
SEARCHES: dict[str, Message] = {
    old_studies.NOT_IN_FOLDERS: Message("Find out with the vendor of the old PACS where the study is."),
    old_studies.FEWER: Message("Find out with the vendor of the old PACS where the other images are."),
}


def commitment_means(calling_ae: str) -> Message:
    return Message(
        "The new PACS is asked to commit to keeping every copied image. It replies to this computer under our AE title "
        "{calling_ae}. The reply is the new PACS’s own statement.",
        calling_ae=calling_ae,
    )


def read_back(result: str, reason: Reason | None) -> Message:
    if reason is None:
        return READ_BACK_RESULTS[result]
    return Message("{result}: {reason}", result=READ_BACK_RESULTS[result], reason=reason)


def listed(what: str, listed: int | None, here: int | None) -> Message:
    """Say how the record of the old PACS and the folders differ in a study."""
    if what == old_studies.NOT_IN_FOLDERS:
        if listed is None:
            return Message("In the list of the old PACS, not in the folders.")
        return Message(
            "In the list of the old PACS with {n} image, not in the folders.",
            "In the list of the old PACS with {n} images, not in the folders.",
            n=listed,
        )
    if what == old_studies.NOT_IN_LIST:
        return Message(
            "In the folders with {n} image, not in the list of the old PACS.",
            "In the folders with {n} images, not in the list of the old PACS.",
            n=here or 0,
        )
    return Message(
        "In the folders with {n} image, in the list of the old PACS with {listed}.",
        "In the folders with {n} images, in the list of the old PACS with {listed}.",
        n=here or 0,
        listed=listed or 0,
    )


def study_details(study_uid: str, accession: str, line: int | None) -> Message:
    return _lines(
        (Message("Study Instance UID"), study_uid),
        (Message("Accession number"), Private(comment_for_people(accession))),
        (Message("Line of the list"), "" if line is None else line),
    )
