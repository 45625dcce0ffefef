"""Define the errors of the program.

    WizardError
    ├── UsageError                 the request cannot be done as it was made         exit code 2
    │   └── ExportError            the export folder cannot be written
    │       └── SyslogFailed       the audit trail did not reach the syslog server
    ├── DestinationError           the new PACS cannot be used                       exit code 4
    │   ├── NameNotResolved        the host name has no address
    │   ├── Unreachable            no TCP connection
    │   │   └── ConnectionRefused  the computer answered, and refused it
    │   ├── AssociationRejected    A-ASSOCIATE-RJ (PS3.8 9.3.4)
    │   ├── AssociationAborted     the connection was closed, reset, or came to nothing in another way
    │   │   ├── AbortedByPeer      A-ABORT (PS3.8 9.3.8)
    │   │   └── NotDicom           bytes that are no DICOM
    │   ├── PeerTimeout            nothing moved for the whole time-out
    │   ├── TlsFailed              no encrypted connection comes about (PS3.15 B.12)
    │   │   ├── NotTrusted         its certificate does not prove that it is the named destination
    │   │   ├── ClientRefused      it requires a certificate of this computer, or another one
    │   │   ├── NoTls              the port does not speak TLS
    │   │   └── TlsWanted          the port speaks TLS alone, and the connection was unencrypted
    │   └── NoContext              no presentation context was accepted
    ├── SourceError                a source folder cannot be read                    exit code 5
    │   └── ReadFailed             one file could not be read while it was sent
    ├── ManifestError              the manifest cannot be used                       exit code 6
    │   ├── NotAManifest           the file is something else, or is broken
    │   ├── NewerManifest          a newer version of this program made it
    │   ├── ManifestInUse          another program has it open
    │   └── OtherMigration         it belongs to other folders or another PACS
    └── Stopped                    the person asked to stop; not a failure           exit code 130

Low-level errors are mapped once, where they arise. The person reads `sentence`, support reads `details`.
"""

from __future__ import annotations

import re

from wizard import system_errors
from wizard.language.message import Foreign, Message, Value
from wizard.reasons import WHO
from wizard.vocabulary import Who

YOU, PACS_ADMINISTRATOR, IT, OLD_PACS = Who.YOU, Who.PACS_ADMINISTRATOR, Who.IT, Who.OLD_PACS


class WizardError(Exception):
    """A failure that is shown to the person.

    Parameters
    ----------
    sentence : Message
        The problem and the next step, in plain words.
    details : str
        Codes and messages for support, in English. Holds no patient data.

    Attributes
    ----------
    code : str
        The name of the class in snake case, for programs: `NameNotResolved` is "name_not_resolved".
    exit_code : int
        That of the command line.
    who : Who
        Who needs to act.
    retry : bool
        Whether trying again after a pause can help.
    """

    exit_code = 1
    who: Who | str = YOU
    """Who needs to act, one of `Who`; "" for nobody."""
    retry = False

    def __init__(self, sentence: Message, details: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details
        self.code = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(self).__name__).lower()

    def __str__(self) -> str:
        return str(self.sentence)

    @property
    def with_who(self) -> Message:
        """The sentence, with who needs to act if that is not the reader."""
        if self.who in ("", YOU):
            return self.sentence
        return Message("{sentence} Action by: {who}.", sentence=self.sentence, who=WHO[self.who])


def why(error: OSError) -> Value:
    """What the operating system reports, for the sentence of an error; or our own reason, where we raised it."""
    ours = error.args[0] if error.args else ""
    if isinstance(ours, Message):
        return ours
    return system_errors.said(error) or Foreign(error.strerror or str(error))


class UsageError(WizardError):
    """What was typed, chosen or asked for is not possible."""

    exit_code = 2


class ExportError(UsageError):
    """A report file could not be written."""


class SyslogFailed(ExportError):
    """The audit messages could not be sent to the syslog server."""

    who = IT


class DestinationError(WizardError):
    """The destination cannot be used, or not in this way."""

    exit_code = 4
    who = PACS_ADMINISTRATOR
    retry = True


class NameNotResolved(DestinationError):
    """Its host name is not known here."""

    who = YOU


class Unreachable(DestinationError):
    """No TCP connection came about at any of its addresses."""

    who = IT


class ConnectionRefused(Unreachable):
    """The computer answered that nothing accepts connections at this port."""

    who = PACS_ADMINISTRATOR


class AssociationRejected(DestinationError):
    """The destination rejected the association (A-ASSOCIATE-RJ).

    Attributes
    ----------
    result, source, reason : int
        The three numbers of PS3.8 table 9-21.
    """

    def __init__(self, sentence: Message, result: int, source: int, reason: int) -> None:
        super().__init__(sentence, f"A-ASSOCIATE-RJ result {result}, source {source}, reason {reason}")
        self.result, self.source, self.reason = result, source, reason
        self.congested = source == 3 or result == 2


class AssociationAborted(DestinationError):
    """The connection ended, or what was received cannot be read."""


class AbortedByPeer(AssociationAborted):
    """The destination sent an A-ABORT (PS3.8 9.3.8)."""


class NotDicom(AssociationAborted):
    """What was received is no protocol data unit (PS3.8 9.3)."""


class PeerTimeout(DestinationError):
    """Nothing was received, or could be sent, within the time-out."""


class TlsFailed(DestinationError):
    """Nothing was sent unencrypted instead; a retry does not help, somebody must act."""

    retry = False


class NotTrusted(TlsFailed):
    """The certificate of the destination was not accepted here."""


class ClientRefused(TlsFailed):
    """The destination requires another certificate of this computer, or any at all."""


class NoTls(TlsFailed):
    """The destination does not speak TLS at this port."""


class TlsWanted(TlsFailed):
    """The destination speaks nothing but TLS at this port, and the connection was not encrypted."""


class NoContext(DestinationError):
    """The destination accepts no presentation context for what is asked of it (PS3.8 9.3.3.2)."""

    retry = False


class SourceError(WizardError):
    """The source folders cannot be read."""

    exit_code = 5


class ReadFailed(SourceError):
    """A file could not be read to its end while it was being sent."""


class ManifestError(WizardError):
    """The manifest cannot be used."""

    exit_code = 6


class NotAManifest(ManifestError):
    """The file is something else."""


class NewerManifest(ManifestError):
    """A newer version of this program wrote it."""


class ManifestInUse(ManifestError):
    """Another process has opened it."""


class OtherMigration(ManifestError):
    """It belongs to other folders or to another destination."""


class Stopped(WizardError):
    """A person stopped the step, or the program was interrupted."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__(Message("Stopped. You can continue later."))
