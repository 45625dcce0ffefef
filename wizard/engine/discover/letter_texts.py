"""The sentences of the texts for the PACS administrator. "You" is that administrator, "we" the clinic that copies."""

from __future__ import annotations

from wizard.language.message import Message, Private

CONNECTION = Message("Connection for copying the images of our old PACS")
COMMITMENT = Message("Storage commitment for the images of our old PACS")

THEIR_AE, THEIR_PORT = Message("AE title of the new PACS"), Message("Port of the new PACS")
OUR_AE, OUR_PORT = Message("Our AE title"), Message("Our port")
COMPUTER, ADDRESS = Message("Our computer"), Message("Our address")
TEST, STORE, QUERY = Message("Test"), Message("Store"), Message("Query")
CLASSES_BELOW = Message("SOP classes: see below")

UNKNOWN = Message("(unknown)")
FROM_HERE = Message(
    "All connections are opened by our computer; any firewall in between must allow them. Each image is sent in the "
    "transfer syntax in which it is stored. Afterwards we query each image at IMAGE level by its SOP Instance UID."
)
NOT_READ = Message(
    "The SOP classes of the images are not known yet, because the folders have not been read. Please allow all Storage "
    "SOP classes, uncompressed and compressed."
)
KINDS = Message("SOP classes of the images, each with its transfer syntaxes:")
REPORTS = Message(
    "The new PACS sends its reports (N-EVENT-REPORT) to that address and port over a connection that it opens itself. "
    "Any firewall in between, or on our computer, must allow that connection. The port is open only while we wait for "
    "reports. Requests (N-ACTION) come from our computer under the same AE title."
)


def copying_to(called_ae: str, address: str) -> Message:
    return Message(
        "We would like to copy the images of our old PACS to {called_ae} at {address}. Please register our computer as "
        "a DICOM client there:",
        called_ae=called_ae,
        address=address,
    )


def committing(called_ae: str, address: str) -> Message:
    return Message(
        "We copy the images of our old PACS to {called_ae} at {address}. Before anything is decided about the old "
        "PACS, the new PACS should confirm by storage commitment (DICOM PS3.4, Annex J, push model) that it has taken "
        "over the images. Please register our computer as a storage commitment SCU there:",
        called_ae=called_ae,
        address=address,
    )


def tcp_port(port: str) -> Message:
    return Message("{port} (TCP)", port=port)


def encrypted_port(port: str) -> Message:
    return Message("{port} (TCP), encrypted (TLS 1.2 or newer)", port=port)


def one_of(addresses: str) -> Message:
    """Several addresses of this computer, of which the PACS sees one."""
    return Message("{addresses} (it is unknown which one you will see)", addresses=Private(addresses))


def queried_at(model: str, called_ae: str, address: str) -> Message:
    """The query service, where it is another system."""
    return Message("{model}, at {called_ae}, {address}", model=model, called_ae=called_ae, address=address)
