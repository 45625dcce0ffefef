"""The reasons that verifying gives: remarks about a study, and why an image that was read back is not the same."""

from __future__ import annotations

from wizard.reasons.explained import Explained
from wizard.vocabulary import Grade, ReadBack, Who

_ADMINISTRATOR = Who.PACS_ADMINISTRATOR
_NOT_CHECKED = ReadBack.NOT_CHECKED
_QUERIES = (
    "Ask the PACS administrator to allow queries for single images (C-FIND, IMAGE level), then select “Verify again” "
    "in “Verify”."
)
_READ_AGAIN = "Select “Read again” in “Source”."
_READ_BACK = "Select “Read back” in “Verify” again."

EXPLAINED: dict[str, Explained] = {
    # About a study
    "elsewhere": Explained(
        *(Grade.A, _ADMINISTRATOR, "The new PACS has {n} of the images under another Study Instance UID."),
        "Ask the PACS administrator whether the new PACS merged or split this study on purpose.",
        "The new PACS has {n} of the images under another Study Instance UID.",
    ),
    "some_not_answered": Explained(
        Grade.E, _ADMINISTRATOR, "The new PACS gave no valid answer for some images.", _QUERIES
    ),
    "no_study": Explained(
        *(Grade.D, _ADMINISTRATOR, "The new PACS reports that it does not have this study."),
        "Select “Copy missing images again” in “Verify”.",
    ),
    "only_study": Explained(
        Grade.D, _ADMINISTRATOR, "The new PACS reports only that it has the study, not which images.", _QUERIES
    ),
    "same_number": Explained(
        *(Grade.C, _ADMINISTRATOR, "The new PACS reports {n} image, as many as expected."),
        _QUERIES,
        "The new PACS reports {n} images, as many as expected.",
    ),
    "other_number": Explained(
        *(Grade.C, _ADMINISTRATOR, "The new PACS reports {n} image instead of {expected}."),
        _QUERIES,
        "The new PACS reports {n} images instead of {expected}.",
    ),
    # Read back
    "not_read_back_yet": Explained(_NOT_CHECKED, "", "The image was not read back yet."),
    "file_changed": Explained(_NOT_CHECKED, Who.YOU, "The file has changed since it was read.", _READ_AGAIN),
    "file_not_as_copied": Explained(
        *(_NOT_CHECKED, Who.YOU),
        "The file is not the one that was copied: its content has changed, although its size and time are the same.",
        _READ_AGAIN,
    ),
    "file_not_readable": Explained(
        *(_NOT_CHECKED, Who.YOU, "The file could not be read: {why}."),
        "Check that the drive or share is connected, then select “Read back” in “Verify” again.",
    ),
    "too_large_to_compare": Explained(
        *(_NOT_CHECKED, ""),
        "The bytes are not the same, and the image is too large to be compared value by value.",
    ),
    "not_comparable": Explained(
        *(_NOT_CHECKED, ""), "The bytes are not the same, and the file cannot be read value by value."
    ),
    "theirs_not_readable": Explained(
        *(ReadBack.DIFFERENT, _ADMINISTRATOR, "The image that the new PACS returned cannot be read."),
        "Open this image in the viewer of the new PACS.",
    ),
    "other_compression": Explained(
        *(_NOT_CHECKED, ""),
        "The pixel data that the new PACS returned is compressed in another way and was not compared. Everything else "
        "is the same.",
    ),
    "differs": Explained(
        *(ReadBack.DIFFERENT, _ADMINISTRATOR, "These attributes are not the same: {attributes}."),
        "Ask the PACS administrator whether the new PACS is meant to change these attributes.",
    ),
    "differs_and_other_compression": Explained(
        *(ReadBack.DIFFERENT, _ADMINISTRATOR),
        "These attributes are not the same: {attributes}. The pixel data that the new PACS returned is compressed in "
        "another way and was not compared.",
        "Ask the PACS administrator whether the new PACS is meant to change these attributes.",
    ),
    "connection_lost": Explained(
        _NOT_CHECKED, _ADMINISTRATOR, "The connection was lost while the image was read back.", _READ_BACK
    ),
    "too_large_to_fetch": Explained(_NOT_CHECKED, "", "The image is too large to be read back."),
    "not_retrievable": Explained(
        *(_NOT_CHECKED, _ADMINISTRATOR, "The new PACS does not allow this computer to retrieve images."),
        "Ask the PACS administrator to allow C-GET or C-MOVE for this computer.",
    ),
    "move_place_not_known": Explained(
        *(_NOT_CHECKED, _ADMINISTRATOR),
        "The new PACS does not know this computer as a place to send images to (status {status}).",
        "Ask the PACS administrator to register this computer for C-MOVE (as Move Destination).",
    ),
    "not_returned": Explained(
        _NOT_CHECKED, _ADMINISTRATOR, "The new PACS did not return the image.", "Look for this image in the new PACS."
    ),
    "not_returned_status": Explained(
        *(_NOT_CHECKED, _ADMINISTRATOR, "The new PACS did not return the image (status {status})."),
        "Look for this image in the new PACS.",
    ),
}
