"""The sentences about a port that accepted a connection during a search of the network."""

from __future__ import annotations

from wizard.language.message import Message

ACCEPTS = Message("This system uses DICOM and accepts this computer.")
ABORTS = Message("This system uses DICOM and aborts the connection.")
OTHER = Message("This system responds, but not in DICOM.")
SILENT = Message("This system accepts the connection and does not respond in DICOM.")
ONLY_ONE = Message("This system accepted one connection and then no other.")
CLOSES = Message("This system accepts the connection and closes it at once.")
NO_TLS = Message("This system does not use encryption (TLS), or does not respond.")
NOT_TRUSTED = Message(
    "This system uses encryption (TLS). It was not checked whether it uses DICOM: this computer cannot check its "
    "certificate."
)
WANTS_CERTIFICATE = Message(
    "This system uses encryption (TLS). It was not checked whether it uses DICOM: it requires a certificate from this "
    "computer."
)
NOT_ENCRYPTED = Message(
    "This system uses encryption (TLS). It was not checked whether it uses DICOM: no encrypted connection was possible."
)


def rejects(source: int, reason: int, called: str, calling: str) -> Message:
    """Say why a system that speaks DICOM rejected an association, by the codes of PS3.8 table 9-21."""
    if (source, reason) in ((1, 1), (2, 1)):
        return Message("This system uses DICOM and rejected the connection without giving a reason.")
    if (source, reason) == (1, 2):
        return Message("This system uses DICOM with another application context.")
    if (source, reason) == (1, 3):
        return Message(
            "This system uses DICOM and does not know this computer. Our AE title “{calling}” must be registered "
            "there.",
            calling=calling,
        )
    if (source, reason) == (1, 7):
        return Message(
            "This system uses DICOM and does not recognise the AE title “{called}”. Ask its administrator for the "
            "correct one.",
            called=called,
        )
    if (source, reason) == (2, 2):
        return Message("This system uses DICOM with another protocol version.")
    if (source, reason) == (3, 1):
        return Message("This system uses DICOM and is busy at the moment.")
    if (source, reason) == (3, 2):
        return Message("This system uses DICOM and accepts no more connections at the moment.")
    return Message("This system uses DICOM and rejected the connection.")
