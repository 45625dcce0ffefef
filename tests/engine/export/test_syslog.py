"""Audit messages to a syslog server: framed as RFC 5425 has it, to one that can be trusted, and each once."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest
from lxml import etree

from tests import find_tool
from tests.faults.certificates import Certificates, Issued
from tests.report.samples import Sample, troubled
from tests.report.test_audit_xml import SCHEMA
from wizard.dicom.destination import Tls
from wizard.engine.events import NoEvents
from wizard.engine.export import syslog
from wizard.engine.export.syslog import Server
from wizard.engine.job import Control
from wizard.errors import IT, Stopped, SyslogFailed, UsageError
from wizard.manifest import audit
from wizard.report import audit_xml
from wizard.report.names import ALL, Names

HEADER = re.compile(rb"<85>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \S+ dicom-pacs-migrator \d+ DICOM\+RFC3881 - \xef\xbb\xbf")


class Receiver:
    """A syslog server over TLS that keeps what it receives; `wants_certificate` is whom a client must be known to."""

    def __init__(self, issued: Issued, wants_certificate: Path | None = None, breaks_off: bool = False) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(issued.certificate, issued.key)
        if wants_certificate:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(wants_certificate)
        self._context, self._breaks_off = context, breaks_off
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.received = b""
        self._ending = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            plain, _ = self._listener.accept()
            with plain:
                if self._ending:
                    return
                plain.settimeout(20)
                try:
                    with self._context.wrap_socket(plain, server_side=True) as secure:
                        while not self._breaks_off:
                            piece = secure.recv(1 << 16)
                            if not piece:
                                break
                            self.received += piece
                except OSError:
                    continue

    def close(self) -> None:
        if self._thread.is_alive():
            self._ending = True
            socket.create_connection(("127.0.0.1", self.port)).close()  # what waits there wakes up, on every system
            self._thread.join(20)
            self._listener.close()

    def messages(self) -> list[bytes]:
        """What came, taken apart by the lengths in front."""
        found, rest = [], self.received
        while rest:
            length, _, rest = rest.partition(b" ")
            found.append(rest[: int(length)])
            rest = rest[int(length) :]
        return found


@pytest.fixture(autouse=True)
def near(monkeypatch: pytest.MonkeyPatch) -> None:
    """On this computer a refusal comes at once."""
    monkeypatch.setattr(syslog, "_REFUSAL", 0.2)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        sample.manifest.announce(program="test")
        yield sample


@pytest.fixture
def receive(certificates: Certificates) -> Iterator[Callable[..., Receiver]]:
    opened: list[Receiver] = []

    def open_one(*arguments: object, **named: object) -> Receiver:
        opened.append(Receiver(*(arguments or (certificates.good,)), **named))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def send(sample: Sample, port: int, tls: Tls, names: Names = ALL) -> int:
    return syslog.send(sample.manifest, Server("127.0.0.1", port, tls), Control(), NoEvents(), names)


def trusting(certificates: Certificates) -> Tls:
    return Tls(ca_file=str(certificates.authority))


def test_each_message_arrives_with_its_header_and_its_length(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    expected = list(audit_xml.messages(sample.manifest, ALL))
    receiver = receive()
    assert send(sample, receiver.port, trusting(certificates)) == len(expected) > 5
    receiver.close()
    arrived = receiver.messages()
    assert all(HEADER.match(message) for message in arrived)
    assert [HEADER.sub(b"", message).decode("utf-8") for message in arrived] == expected


def test_what_a_server_was_told_it_is_not_told_again(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    first, other = receive(), receive()
    everything = send(sample, first.port, trusting(certificates))
    assert send(sample, first.port, trusting(certificates)) == 0
    sample.manifest.note("exported", "with names", files={"ledger.csv": "0"})
    assert send(sample, first.port, trusting(certificates)) == 1
    assert send(sample, other.port, trusting(certificates)) == everything + 1
    sent = [record.subject for record in audit.records(sample.manifest) if record.action == audit.SENT]
    assert sent == [f"127.0.0.1:{first.port}"] * 3 + [f"127.0.0.1:{other.port}"]


def test_after_the_clock_was_put_back_all_of_it_is_told_once_more(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    receiver = receive()
    everything = send(sample, receiver.port, trusting(certificates))
    with sample.manifest.writing():
        sample.manifest.put(syslog={f"127.0.0.1:{receiver.port}": time.time() + 3600})
    assert send(sample, receiver.port, trusting(certificates)) >= everything
    assert send(sample, receiver.port, trusting(certificates)) == 0


def test_without_names_no_name_leaves(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    receiver = receive()
    send(sample, receiver.port, trusting(certificates), Names(shown=False))
    receiver.close()
    assert b"Muster" not in receiver.received
    assert b"patient 1" in receiver.received


def test_nothing_is_sent_to_who_cannot_be_trusted(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    for issued in (certificates.unknown, certificates.self_signed, certificates.other_name, certificates.expired):
        receiver = receive(issued)
        with pytest.raises(SyslogFailed, match="certificate is not trusted") as caught:
            send(sample, receiver.port, trusting(certificates))
        assert caught.value.who == IT
        receiver.close()
        assert receiver.received == b""
    assert sample.manifest.get("syslog") is None  # all of it is to be told yet


def test_a_server_that_wants_a_certificate_gets_it_or_refuses(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates
) -> None:
    receiver = receive(certificates.good, wants_certificate=certificates.authority)
    with pytest.raises(SyslogFailed, match="was not sent"):
        send(sample, receiver.port, trusting(certificates))
    files = (str(certificates.authority), str(certificates.client.certificate), str(certificates.client.key))
    assert send(sample, receiver.port, Tls(*files)) > 5


def test_a_server_that_is_not_there_or_breaks_off_is_one_sentence(
    sample: Sample, receive: Callable[..., Receiver], certificates: Certificates, free_port: int
) -> None:
    with pytest.raises(SyslogFailed, match="cannot be reached"):
        send(sample, free_port, trusting(certificates))
    for _ in range(3000):  # more than fits into the buffers on the way
        sample.manifest.note("exported", "with names", files=dict.fromkeys(map(str, range(10)), "0"))
    receiver = receive(certificates.good, breaks_off=True)
    with pytest.raises(SyslogFailed, match="The report files are not affected"):
        send(sample, receiver.port, trusting(certificates))
    assert sample.manifest.get("syslog") is None


def test_stopping_is_no_failure(sample: Sample, receive: Callable[..., Receiver], certificates: Certificates) -> None:
    control = Control()
    control.stop()
    server = Server("127.0.0.1", receive().port, trusting(certificates))
    with pytest.raises(Stopped):
        syslog.send(sample.manifest, server, control, NoEvents(), ALL)


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("syslog.example", ("syslog.example", 6514)),
        ("a:514", ("a", 514)),
        ("[::1]:99", ("::1", 99)),
        ("[::1]", ("::1", 6514)),
    ],
)
def test_an_address_may_leave_out_the_port(address: str, known: tuple[str, int]) -> None:
    server = Server.parse(address, Tls())
    assert (server.host, server.port) == known
    with pytest.raises(UsageError):
        Server.parse("host:port", Tls())


@pytest.mark.syslog
def test_rsyslog_receives_every_message_whole(
    sample: Sample, certificates: Certificates, tmp_path: Path, free_port: int
) -> None:
    expected = list(audit_xml.messages(sample.manifest, ALL))
    written = tmp_path / "received.log"
    configuration = tmp_path / "rsyslog.conf"
    configuration.write_text(
        f"""
        global(workDirectory="{tmp_path}" maxMessageSize="64k" DefaultNetstreamDriver="gtls"
               DefaultNetstreamDriverCAFile="{certificates.authority}"
               DefaultNetstreamDriverCertFile="{certificates.good.certificate}"
               DefaultNetstreamDriverKeyFile="{certificates.good.key}")
        module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
        input(type="imtcp" address="127.0.0.1" port="{free_port}")
        template(name="raw" type="string" string="%pri%|%app-name%|%msgid%|%msg%\\n")
        action(type="omfile" file="{written}" template="raw")
        """
    )
    tool = find_tool("rsyslogd")
    assert tool
    with subprocess.Popen([tool, "-n", "-f", str(configuration), "-i", str(tmp_path / "pid")]) as daemon:
        try:
            wait_for(lambda: listens(free_port))
            assert send(sample, free_port, trusting(certificates)) == len(expected)
            wait_for(lambda: written.exists() and written.read_bytes().count(b"</AuditMessage>") == len(expected))
        finally:
            daemon.terminate()
    lines = written.read_text("utf-8").splitlines()
    assert all(line.startswith("85|dicom-pacs-migrator|DICOM+RFC3881|") for line in lines)
    arrived = [line.split("|", 3)[3].lstrip(" \ufeff") for line in lines]
    assert arrived == expected
    for message in arrived:
        SCHEMA.assertValid(etree.fromstring(message.encode("utf-8")))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
