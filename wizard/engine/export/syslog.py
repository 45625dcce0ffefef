"""Send the audit messages of a migration to a syslog server, encrypted (PS3.15 A.6; RFC 5424, RFC 5425).

Syslog has no answers: the messages count as received when the server has closed the connection in order. Messages of an
earlier sending to the same server are not sent again; after a failed one all of its messages are.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import socket
import ssl
import time
from dataclasses import dataclass, field

from wizard.dicom import certificates
from wizard.dicom.destination import Tls, host_and_port
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import SyslogFailed
from wizard.language.message import Message
from wizard.manifest import audit
from wizard.manifest.manifest import Manifest
from wizard.report import audit_xml
from wizard.report.names import Names

PORT = 6514  # RFC 5425 4.1
_PRIORITY = 10 * 8 + 5  # security and authorization, a normal but significant condition (PS3.15 A.6)
_APPLICATION, _MESSAGE = "dicom-pacs-migrator", "DICOM+RFC3881"
_CONNECT, _REFUSAL, _SEND, _END = 10.0, 1.0, 30.0, 5.0  # seconds
_AT_A_TIME = 1 << 16  # bytes


@dataclass(frozen=True)
class Server:
    """The address of the syslog server, and the files for encryption."""

    host: str
    port: int = PORT
    tls: Tls = field(default_factory=Tls)

    @classmethod
    def parse(cls, address: str, tls: Tls) -> Server:
        """Read "HOST:PORT", or "HOST" for the usual port.

        Raises
        ------
        UsageError
        """
        return cls(*host_and_port(address if ":" in address.rpartition("]")[2] else f"{address}:{PORT}"), tls)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def send(manifest: Manifest, server: Server, control: Control, events: Events, names: Names) -> int:
    """Send the messages that this server does not have yet, and return their number.

    Raises
    ------
    SyslogFailed
        The server cannot be reached, cannot be trusted, or ended the connection.
    UsageError
        A file for the encryption is missing or wrong.
    Stopped
    """
    context = certificates.context(server.tls)
    sent = manifest.get("syslog", {})
    now, count = time.time(), 0
    since = sent.get(str(server), 0.0)
    if since > now:  # the clock was put back: messages are rather sent twice than not at all
        since = 0.0
    try:
        plain = socket.create_connection((server.host, server.port), _CONNECT)
        with plain, context.wrap_socket(plain, server_hostname=server.host) as secure, control.closing(secure.close):
            _await_refusal(secure)
            secure.settimeout(_SEND)
            buffer = bytearray()
            for count, message in enumerate(audit_xml.messages(manifest, names, since), 1):
                control.check()
                buffer += framed(message)
                if len(buffer) >= _AT_A_TIME:
                    secure.sendall(buffer)
                    buffer.clear()
                    events.state(Progress("syslog", count))
            secure.sendall(buffer)
            _end(secure)
    except OSError as error:
        control.check()  # raises Stopped if the person closed the connection
        raise SyslogFailed(_why(server, error), f"{type(error).__name__}: {error}") from error
    with manifest.writing():
        manifest.put(syslog={**sent, str(server): now})
        manifest.note(audit.SENT, str(server), messages=count)
    return count


def framed(message: str) -> bytes:
    """Return one message with its header (RFC 5424 6), behind its length (RFC 5425 4.3)."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    computer = re.sub(r"[^!-~]", "", platform.node())[:255] or "-"
    header = f"<{_PRIORITY}>1 {moment} {computer} {_APPLICATION} {os.getpid()} {_MESSAGE} - "
    encoded = header.encode("ascii") + b"\xef\xbb\xbf" + message.encode("utf-8")
    return b"%d " % len(encoded) + encoded


def _await_refusal(secure: ssl.SSLSocket) -> None:
    """Wait for a refusal: in TLS 1.3 a server may refuse our certificate after we have begun to send."""
    secure.settimeout(_REFUSAL)
    with contextlib.suppress(socket.timeout):  # a syslog server that accepts it sends nothing
        if not secure.recv(1):
            raise ConnectionResetError("it closed the connection before anything was sent")


def _end(secure: ssl.SSLSocket) -> None:
    """Close the connection, and make sure that the server has not ended it before."""
    secure.settimeout(_END)
    with contextlib.suppress(ssl.SSLEOFError, ssl.SSLZeroReturnError, socket.timeout):  # many close without an alert
        secure.unwrap()


def _why(server: Server, error: OSError) -> Message:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Message(
            "The audit trail was not sent to the syslog server {server}: its certificate is not trusted or belongs to "
            "another server. Specify the right CA file (--syslog-ca-file), or ask IT. The report files are not "
            "affected.",
            server=str(server),
        )
    if isinstance(error, ssl.SSLError):
        return Message(
            "The audit trail was not sent to the syslog server {server}: no encrypted connection could be established. "
            "Ask IT which port is encrypted, and whether it requires a certificate. The report files are not affected.",
            server=str(server),
        )
    if isinstance(error, socket.gaierror):
        return Message(
            "The audit trail was not sent to the syslog server {server}: its name has no address. Check the name. The "
            "report files are not affected.",
            server=str(server),
        )
    return Message(
        "The audit trail was not sent to the syslog server {server}: it cannot be reached, or it closed the "
        "connection. Ask IT whether a syslog server is running there. The report files are not affected.",
        server=str(server),
    )
