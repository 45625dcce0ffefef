"""The reasons that reading and checking the source give: why a file is no image, or cannot be copied as it is."""

from __future__ import annotations

from wizard.reasons.explained import Explained
from wizard.vocabulary import Bucket, Who

_DAMAGED = (
    "Look for an undamaged copy in the old PACS or a backup. To copy the file as it is, choose “Copy last” in “Check”."
)
_HELD = "To copy the file as it is, choose “Copy last” in “Check”."
_NO_UID = "Ask for a new export of this image from the old PACS: without a UID no PACS can accept it."
_UNSURE = "Look at the file in a viewer. To copy it as it is, choose “Copy” or “Copy last” in “Check”."
_READ_AGAIN = "Select “Read again” in “Source”."

EXPLAINED: dict[str, Explained] = {
    # No images
    "empty": Explained(Bucket.NOT_DICOM, "", "The file is empty."),
    "not_dicom": Explained(Bucket.NOT_DICOM, "", "The file is not a DICOM file."),
    "link": Explained(
        *(Bucket.NOT_DICOM, Who.YOU, "This is a link to another place, and links are not followed."),
        "If the old PACS keeps images there, add that folder in “Source”.",
    ),
    "device": Explained(Bucket.NOT_DICOM, "", "This is a device or a pipe, not a file. It was not opened."),
    "dicomdir": Explained(Bucket.INDEX, "", "This is a DICOMDIR, the list of the files on a disc, not an image."),
    # Not readable
    "unreadable": Explained(
        *(Bucket.UNREADABLE, Who.YOU, "The file could not be read: {why}."),
        "Check that this user may read the file and that the disk works, then select “Read again” in “Source”.",
    ),
    "not_read_to_end": Explained(
        *(Bucket.UNREADABLE, Who.YOU, "The file could not be read to its end while it was being copied."),
        "Check that the disk works, then select “Read again” in “Source”.",
    ),
    "folder_not_opened": Explained(
        *(Bucket.UNREADABLE, Who.YOU, "The folder could not be opened: {why}."),
        "Check that this user may open the folder, then select “Read again” in “Source”.",
    ),
    "folder_not_finished": Explained(
        *(Bucket.UNREADABLE, Who.YOU, "The folder could not be read to its end: {why}."),
        "Check that the drive or share is connected and works, then select “Read again” in “Source”.",
    ),
    "folder_leads_back": Explained(
        Bucket.UNREADABLE, "", "The folder leads back to one above it, and was not entered."
    ),
    # Damaged
    "no_content": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "The file is cut off: it has a header and no content.", _DAMAGED
    ),
    "cut_off": Explained(
        *(Bucket.DAMAGED, Who.OLD_PACS, "The file is cut off. Bytes present: {there}, bytes missing: {missing}."),
        _DAMAGED,
    ),
    "cut_off_in_value": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "The file is cut off: it ends inside a value, at byte {at}.", _DAMAGED
    ),
    "no_end": Explained(
        *(Bucket.DAMAGED, Who.OLD_PACS),
        "The pixel data or a sequence has no end: the file is cut off or was written wrongly.",
        _DAMAGED,
    ),
    "compressed_no_end": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "The file is cut off: its compressed content has no end.", _DAMAGED
    ),
    "compressed_broken": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "The compressed content of the file is broken: {why}.", _DAMAGED
    ),
    "nested_too_deep": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "Sequences are nested more than {most} levels deep.", _DAMAGED
    ),
    "no_items": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "At byte {at} a sequence contains something other than items.", _DAMAGED
    ),
    "fragment_without_length": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "At byte {at} a fragment of the pixel data has no length.", _DAMAGED
    ),
    "no_sense": Explained(
        Bucket.DAMAGED, Who.OLD_PACS, "The content of the file cannot be understood from byte {at} on.", _DAMAGED
    ),
    "no_picture": Explained(Bucket.DAMAGED, Who.OLD_PACS, "The pixel data is missing.", _DAMAGED),
    "no_document": Explained(Bucket.DAMAGED, Who.OLD_PACS, "The document inside the file is missing.", _DAMAGED),
    "set_aside": Explained(
        Bucket.CHANGED, "", "The file was written in the last two minutes. It is read after all others."
    ),
    "still_being_written": Explained(
        Bucket.CHANGED, Who.YOU, "The file is still being written.", "Select “Read again” in “Source” later."
    ),
    "being_written": Explained(
        *(Bucket.DAMAGED, Who.YOU),
        "The file was written less than two minutes before it was read, and may not have been complete. {found}",
        _READ_AGAIN,
    ),
    # On hold
    "too_much_to_read": Explained(
        *(Bucket.HELD_BACK, Who.YOU),
        "It was not checked whether the file is complete: more than {most} of it would have to be read.",
        _UNSURE,
    ),
    "too_much_inflated": Explained(
        *(Bucket.HELD_BACK, Who.YOU),
        "It was not checked whether the file is complete: uncompressed, it is larger than {most}.",
        _UNSURE,
    ),
    "too_many_parts": Explained(
        *(Bucket.HELD_BACK, Who.YOU),
        "It was not checked whether the file is complete: it has more elements than any usual image.",
        _UNSURE,
    ),
    "too_many_header_parts": Explained(
        *(Bucket.HELD_BACK, Who.YOU),
        "It was not checked whether the file is complete: its header has more elements than any usual header.",
        _UNSURE,
    ),
    "odd_length": Explained(
        *(Bucket.HELD_BACK, Who.OLD_PACS),
        "The content of the file has an odd number of bytes ({bytes}); a PACS may close the connection because of it.",
        _HELD,
    ),
    "disagree": Explained(
        Bucket.HELD_BACK, Who.OLD_PACS, "The header and the content of the file do not match.", _HELD
    ),
    "no_uid": Explained(Bucket.HELD_BACK, Who.OLD_PACS, "The file does not have: {missing}.", _NO_UID),
    "bad_uid": Explained(Bucket.HELD_BACK, Who.OLD_PACS, "The {name} of the file is not a valid UID.", _NO_UID),
    "rejection_note": Explained(
        *(Bucket.HELD_BACK, Who.PACS_ADMINISTRATOR),
        "This is a rejection note ({code}): it tells a PACS to hide or to delete images.",
        "Ask the PACS administrator whether the new PACS should have it. To copy it after all images, choose “Copy "
        "last” in “Check”.",
    ),
    # Remarkable, and copied all the same
    "unusual_uid": Explained(
        *(Bucket.PENDING, Who.OLD_PACS, "The {name} of the file is unusual: {how}."),
        "No action is needed unless the new PACS rejects the image.",
    ),
    # Several files with one UID
    "duplicate": Explained(Bucket.DUPLICATE, "", "This is the same image as in another file, which is copied."),
    "conflict": Explained(
        *(Bucket.CONFLICT, Who.YOU, "{n} image has this UID."),
        "Find out which of the files is right. To copy the first of them, choose “Copy the first of each” in “Check”.",
        "{n} different images have the same UID.",
    ),
    "conflict_with_copied": Explained(
        *(Bucket.CONFLICT, Who.YOU),
        "Another file with this UID was copied and is not there any more. Whether both are the same image is not "
        "known.",
        "Compare the image in the new PACS with this file.",
    ),
    # Changed, and gone
    "gone": Explained(
        *(Bucket.UNREADABLE, Who.YOU, "The file was there when the source was read before, and is not there now."),
        "If it should be there, check that the drive or share is connected, then select “Read again” in “Source”.",
    ),
    "changed": Explained(Bucket.CHANGED, Who.YOU, "The file has changed since it was read.", _READ_AGAIN),
    "changed_while_sent": Explained(
        Bucket.CHANGED, Who.YOU, "The file changed while it was being copied.", _READ_AGAIN
    ),
    # Excluded by a person
    "outside_filter": Explained(Bucket.LEFT_OUT, "", "The image is outside the filter."),
    "unticked": Explained(Bucket.LEFT_OUT, "", "The image is not ticked."),
    "by_decision": Explained(Bucket.LEFT_OUT, "", "The image was excluded by a decision in “Check”."),
    # Written by earlier versions
    "earlier_version": Explained(Bucket.PENDING, "", "{sentence}"),
}
