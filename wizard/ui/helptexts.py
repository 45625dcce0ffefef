"""What "What is this?" says on each page: a few paragraphs for somebody who has never heard of DICOM."""

from __future__ import annotations

from typing import Sequence, Tuple

from wizard.language import _

#: Heading and paragraph, in order.
Help = Sequence[Tuple[str, str]]

WHAT_IS_THIS = _("What is this?")

HELP: dict[str, Help] = {
    "discover": (
        (
            _("What a PACS is"),
            _(
                "The computer on which your clinic keeps its X-ray and other medical images. You have a new one, and "
                "this program copies to it what lies in the folders of the old one."
            ),
        ),
        (
            _("What is asked here"),
            _(
                "Where the new PACS is in your network (its name or address, and its port), and two names under which "
                "imaging systems know each other (AE titles): one of the new PACS, one of this program. Whoever looks "
                "after the new PACS knows all four, and must allow this program to send."
            ),
        ),
        (
            _("What the test does"),
            _(
                "It climbs a ladder and says of each rung whether it holds. No image is sent. What is marked red says "
                "who must do something about it."
            ),
        ),
    ),
    "source": (
        (
            _("What is asked here"),
            _(
                "The folders, drives, discs or shares in which the old PACS keeps its images. If you do not know them, "
                "ask your IT or the maker of the old PACS. One folder with everything below it is enough."
            ),
        ),
        (
            _("What happens"),
            _(
                "Every file below these folders is opened and looked at, whatever its name is, and counted. Nothing is "
                "written there. You may stop, and go on another day: what has not changed is not read again."
            ),
        ),
        (
            _("Why the folder is not the PACS"),
            _(
                "When somebody corrected a name or deleted an image in the old PACS, the file often stayed as it was. "
                "Talk to those who look after both systems before you go on."
            ),
        ),
    ),
    "check": (
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
    ),
    "copy": (
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
    ),
    "verify": (
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
    ),
    "export": (
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
    ),
}
