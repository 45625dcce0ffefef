"""The command line over encrypted connections: never in the clear by accident, and one clear sentence when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dicom.sending import well_behaved
from tests.engine.stage import series
from tests.faults.certificates import Certificates, server_context
from tests.faults.overheard import Overheard
from tests.faults.server import FaultServer
from tests.running import Ended, wizard
from wizard import settings

pytestmark = pytest.mark.long

WRONG = [
    (
        "other_name",
        "was issued for a name other than “127.0.0.1”",
        "Action by: the administrator of the new PACS.",
    ),
    (
        "expired",
        "has expired, if the date of this computer is right",
        "Action by: the administrator of the new PACS.",
    ),
    ("not_yet", "is not valid yet. Check the date of this computer", ""),
    (
        "unknown",
        "was issued by an authority that this computer does not trust",
        "Action by: the administrator of the new PACS.",
    ),
    ("self_signed", "is self-signed", "Action by: the administrator of the new PACS."),
]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    series(folder, 3)
    return folder


def arguments(port: int, source: Path) -> list[object]:
    where = ["--to", f"127.0.0.1:{port}", "--called-ae", "FAULTY"]
    return ["--source", source, *where, "--manifest", source.parent / "m.sqlite", "--json"]


def technical_log() -> str:
    return (settings.data_folder() / "log" / "technical.log").read_text("utf-8")


def expect_refusal(ended: Ended, *words: str) -> None:
    assert ended.code == ended.summary["exit_code"] == 4, ended.stderr
    assert "Traceback" not in ended.stderr
    for word in words:
        assert word in ended.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(("which", "says", "who"), WRONG)
def test_a_wrong_certificate_ends_the_run_and_not_one_byte_goes_in_the_clear(
    which: str, says: str, who: str, certificates: Certificates, source: Path, tmp_path: Path
) -> None:
    tls = [
        "--tls",
        "--ca-file",
        certificates.authority,
        "--cert",
        certificates.client.certificate,
        "--key",
        certificates.client.key,
    ]
    server = FaultServer(well_behaved, tls=server_context(getattr(certificates, which)))
    with server, Overheard(server.destination.port) as line:
        job = [*arguments(line.port, source), *tls]
        expect_refusal(wizard("run", *job, "--export", tmp_path / "out"), says, who)
        assert wizard("source", *job).summary["buckets"]["pending"] == 3
        expect_refusal(wizard("copy", *job), says, who)
        assert line.only_tls()
    assert server.received == []
    assert "step copy: failed" in technical_log()
    assert str(certificates.client.key.parent) not in technical_log()


def test_what_was_encrypted_once_stays_so_until_it_is_said_that_it_is_not(
    certificates: Certificates, source: Path
) -> None:
    tls = server_context(certificates.good)
    with FaultServer(well_behaved, tls=tls) as server, Overheard(server.destination.port) as line:
        job = arguments(line.port, source)
        read = wizard("source", *job, "--tls", "--ca-file", certificates.authority)
        assert read.summary["destination"].endswith(", encrypted (TLS)")
        copied = wizard("copy", *job, "--associations", "1")
        assert copied.summary["buckets"]["copied"] == 3, copied.stderr
        assert line.only_tls()
    for more in (["--no-tls"], []):
        assert not wizard("source", *job, *more).summary["destination"].endswith("(TLS)")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--ca-file", "ca.pem"], "--ca-file, --cert and --key need --tls."),
        (["--no-tls", "--key", "our.key"], "--ca-file, --cert and --key need --tls."),
        (["--tls", "--key", "our.key"], "A key alone is not enough. Specify the certificate, too."),
        (["--tls", "--ca-file", "no such file"], "cannot be read: the file or folder was not found."),
        (["--tls", "--no-tls"], "not allowed with argument"),
    ],
)
def test_options_that_do_not_go_together_are_said_not_to(options: list[str], says: str, source: Path) -> None:
    ended = wizard("source", *arguments(104, source)[:-1], *options)
    assert ended.code == 2, ended.stderr
    assert says in ended.stderr
    assert not (source.parent / "m.sqlite").exists()


@pytest.mark.parametrize("option", ["--tls", "--no-tls"])
def test_encryption_is_said_together_with_the_destination(option: str, tmp_path: Path) -> None:
    ended = wizard("copy", "--manifest", tmp_path / "m.sqlite", option)
    assert ended.code == 2
    assert "--tls and --no-tls need --to HOST:PORT and --called-ae AE." in ended.stderr


def test_a_key_behind_a_pass_phrase_is_said_to_be_and_nobody_is_asked(certificates: Certificates, source: Path) -> None:
    files = ["--tls", "--cert", certificates.client.certificate, "--key", certificates.locked_key]
    ended = wizard("source", *arguments(104, source)[:-1], *files)
    assert ended.code == 2
    assert "is protected by a passphrase, which this program cannot ask for." in ended.stderr
    assert str(certificates.locked_key) not in technical_log()
