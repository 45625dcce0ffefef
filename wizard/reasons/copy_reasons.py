"""The reasons that copying gives: how the new PACS answered, or why it did not.

The answers are those of a C-STORE (PS3.4 B.2.3, PS3.7 Annex C) and of the negotiation (PS3.8 table 9-18);
`wizard.dicom.status` says which status means which.
"""

from __future__ import annotations

from wizard.reasons.explained import Explained
from wizard.vocabulary import Bucket, Who

_COPIED = Bucket.COPIED
_WARNED = Bucket.COPIED_WITH_REMARK
_REFUSED = Bucket.REFUSED
_UNKNOWN = Bucket.UNKNOWN
_ADMINISTRATOR, _OLD = Who.PACS_ADMINISTRATOR, Who.OLD_PACS
_LOOK = "Look at some of these images in the new PACS, and ask the PACS administrator whether the warning matters."
_RETRY = "Ask the PACS administrator to solve this, then select “Retry failed images” in “Copy”."
_FILE = (
    "Tell the PACS administrator and the vendor of the old PACS the path of the file and the status code. To try "
    "again, select “Retry failed images” in “Copy”."
)
_SETTING = "Ask the PACS administrator to enable this in the new PACS, then select “Retry failed images” in “Copy”."
_QUERY = (
    "Select “Retry failed images” in “Copy”: the new PACS is queried first, and the image is copied again only if it "
    "was not found."
)

EXPLAINED: dict[str, Explained] = {
    # Copied
    "found_afterwards": Explained(
        _COPIED, "", "No valid response came when the image was copied. A later query found it in the new PACS."
    ),
    "data_changed": Explained(_WARNED, _ADMINISTRATOR, "The new PACS changed some of the data.", _LOOK),
    "data_discarded": Explained(_WARNED, _ADMINISTRATOR, "The new PACS discarded some of the data.", _LOOK),
    "data_does_not_match": Explained(
        _WARNED, _ADMINISTRATOR, "The new PACS reports that the content does not match the image type.", _LOOK
    ),
    "warning": Explained(_WARNED, _ADMINISTRATOR, "The new PACS returned a warning.", _LOOK),
    "values_not_recognised": Explained(_WARNED, _ADMINISTRATOR, "The new PACS did not recognise some values.", _LOOK),
    "value_out_of_range": Explained(_WARNED, _ADMINISTRATOR, "The new PACS reports a value out of range.", _LOOK),
    # Already there
    "found_before": Explained(
        Bucket.ALREADY_THERE, "", "A query found the image in the new PACS before copying, so it was not copied."
    ),
    "said_and_found": Explained(
        *(Bucket.ALREADY_THERE, ""),
        "The new PACS reported that it already has this image, and a query found it there.",
    ),
    # Rejected
    "full": Explained(_REFUSED, _ADMINISTRATOR, "The new PACS reports that it is full or busy.", _RETRY),
    "rejected_content": Explained(
        *(_REFUSED, _OLD),
        "The new PACS reports an error in this file: the content does not match the image type.",
        _FILE,
    ),
    "not_understood": Explained(_REFUSED, _OLD, "The new PACS does not understand the content of this file.", _FILE),
    "failed": Explained(_REFUSED, _ADMINISTRATOR, "The new PACS could not process this file.", _RETRY),
    "value_not_allowed": Explained(
        _REFUSED, _OLD, "The new PACS reports an error in this file: a value is not allowed.", _FILE
    ),
    "uid_not_allowed": Explained(
        _REFUSED, _OLD, "The new PACS reports an error in this file: its SOP Instance UID is not allowed.", _FILE
    ),
    "value_missing": Explained(
        _REFUSED, _OLD, "The new PACS reports an error in this file: a required value is missing.", _FILE
    ),
    "type_rejected": Explained(_REFUSED, _ADMINISTRATOR, "The new PACS does not accept this image type.", _SETTING),
    "not_allowed": Explained(
        _REFUSED, _ADMINISTRATOR, "The new PACS does not allow this computer to store images.", _SETTING
    ),
    "store_not_offered": Explained(
        _REFUSED, _ADMINISTRATOR, "The new PACS does not recognise the request to store an image.", _SETTING
    ),
    "type_unwanted": Explained(_REFUSED, _ADMINISTRATOR, "The new PACS rejects this image type.", _SETTING),
    "type_without_reason": Explained(
        _REFUSED, _ADMINISTRATOR, "The new PACS does not accept this image type and gave no reason.", _SETTING
    ),
    "sop_class_rejected": Explained(
        _REFUSED, _ADMINISTRATOR, "The new PACS does not accept this image type (SOP class).", _SETTING
    ),
    "transfer_syntax_rejected": Explained(
        _REFUSED, _ADMINISTRATOR, "The new PACS does not accept images in this format (transfer syntax).", _SETTING
    ),
    "not_found_after_tries": Explained(
        *(
            _REFUSED,
            _ADMINISTRATOR,
            "The image was sent {n} time without a valid response, and a query did not find it in the new PACS.",
        ),
        _RETRY,
        "The image was sent {n} times without a valid response, and a query did not find it in the new PACS.",
    ),
    # To be copied again
    "again_after_query": Explained(
        *(Bucket.PENDING, ""),
        "No valid response came when the image was copied, and no query found it. It is copied again.",
    ),
    "again_without_query": Explained(
        *(Bucket.PENDING, ""),
        "No valid response came when the image was copied, and the new PACS could not be queried. It is copied again.",
    ),
    # No response
    "said_there": Explained(_UNKNOWN, _ADMINISTRATOR, "The new PACS reports that it already has this image.", _QUERY),
    "said_twice": Explained(_UNKNOWN, Who.YOU, "The new PACS reports that it received this message twice.", _QUERY),
    "status_not_defined": Explained(
        *(_UNKNOWN, _ADMINISTRATOR, "The new PACS answered with a status code that the DICOM standard does not have."),
        _QUERY,
    ),
    "no_response": Explained(
        *(_UNKNOWN, _ADMINISTRATOR, "No response came for this image: it may or may not have arrived."),
        _QUERY,
    ),
    "program_ended": Explained(
        *(_UNKNOWN, "", "The program ended before a response came: the image may or may not have arrived."),
    ),
    "no_response_no_query": Explained(
        *(_UNKNOWN, _ADMINISTRATOR),
        "No valid response came for this image, and no query was possible.",
        "Ask the PACS administrator to allow queries (C-FIND) from this computer, then select “Retry failed images” "
        "in “Copy”.",
    ),
}
