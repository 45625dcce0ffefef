"""Whole runs over encrypted connections, to real servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.certificates import Certificates
from tests.faults.overheard import Overheard
from tests.peers import servers
from tests.running import Ended, to, wizard
from wizard.dicom.destination import Destination
from wizard.practice.archive import PROBLEM_FILES, make_archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls") / "archive"
    make_archive(folder)
    return folder


def run(archive: Path, destination: Destination, folder: Path, *options: object) -> Ended:
    job = ["--source", archive, *to(destination), "--manifest", folder / "m.sqlite", "--export", folder / "out"]
    return wizard("run", *job, "--tls", "--json", "--quiet", *options)


def expect_all_copied(ended: Ended) -> None:
    buckets = ended.summary["buckets"]
    assert buckets["copied"] >= ended.summary["entries"] - len(PROBLEM_FILES), ended.stderr
    assert buckets["unknown"] == buckets["pending"] == 0
    assert ended.summary["destination"].endswith(", encrypted (TLS)")


@pytest.mark.orthanc
@pytest.mark.parametrize("shown", [False, True], ids=["nobody asks who comes", "it wants a certificate"])
def test_all_images_are_copied_to_orthanc_and_confirmed(
    shown: bool, archive: Path, certificates: Certificates, tmp_path: Path
) -> None:
    ours = ["--cert", certificates.client.certificate, "--key", certificates.client.key] if shown else []
    settings = servers.orthanc_tls(certificates.good, certificates.authority if shown else None)
    with servers.orthanc(tmp_path / "orthanc", **settings) as destination:
        ended = run(archive, destination, tmp_path, "--ca-file", certificates.authority, *ours)
    expect_all_copied(ended)
    assert ended.summary["instances"]["confirmed"] == ended.summary["buckets"]["copied"]


@pytest.mark.dcmtk
def test_all_images_are_copied_to_storescp_and_none_goes_in_the_clear(
    archive: Path, certificates: Certificates, tmp_path: Path
) -> None:
    options = servers.storescp_tls(certificates.good, certificates.authority)
    ours = ["--cert", certificates.client.certificate, "--key", certificates.client.key]
    at_once = {"TCP_NODELAY": "1"}  # or each image waits for a delayed acknowledgement of the relay
    server = servers.storescp(tmp_path, *options, environment=at_once)
    with server as destination, Overheard(destination.port) as line:
        through = Destination("127.0.0.1", line.port, destination.called_ae)
        # One connection after the other, so that what was overheard is in order.
        more = ["--ca-file", certificates.authority, *ours, "--no-verify", "--associations", "1"]
        ended = run(archive, through, tmp_path, *more)
        assert line.only_tls()
    expect_all_copied(ended)
    assert len(list((tmp_path / "received").iterdir())) == ended.summary["buckets"]["copied"]


@pytest.mark.dcmtk
@pytest.mark.parametrize(
    ("shown", "says"),
    [
        ("", "requires a certificate from this computer"),
        ("unknown_client", "does not accept the certificate of this computer"),
    ],
)
def test_storescp_that_wants_another_certificate_gets_nothing(
    shown: str, says: str, archive: Path, certificates: Certificates, tmp_path: Path
) -> None:
    issued = getattr(certificates, shown) if shown else None
    ours = ["--cert", issued.certificate, "--key", issued.key] if issued else []
    with servers.storescp(tmp_path, *servers.storescp_tls(certificates.good, certificates.authority)) as destination:
        ended = run(archive, destination, tmp_path, "--ca-file", certificates.authority, *ours)
    assert ended.code == 4
    assert says in ended.stderr and "Action by: the administrator of the new PACS." in ended.stderr
    assert list((tmp_path / "received").iterdir()) == []


@pytest.mark.dcmtk
@pytest.mark.parametrize("encrypted", [False, True], ids=["to a port for TLS", "to a port without TLS"])
def test_the_wrong_kind_of_port_is_said_to_be_one(
    encrypted: bool, archive: Path, certificates: Certificates, tmp_path: Path
) -> None:
    options = [] if encrypted else servers.storescp_tls(certificates.good)
    with servers.storescp(tmp_path, *options) as destination:
        job = ["--source", archive, *to(destination), "--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
        ended = wizard("run", *job, *(["--tls", "--ca-file", certificates.authority] if encrypted else []))
    assert ended.code == 4
    said = "closed the connection when encryption (TLS) was requested"
    assert (
        said if encrypted else "accepts only encrypted connections (TLS). Tick “Use an encrypted connection (TLS)”"
    ) in ended.stderr
    assert list((tmp_path / "received").iterdir()) == []
