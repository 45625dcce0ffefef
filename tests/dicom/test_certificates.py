"""Test the files of an encrypted connection: a wrong file gives a sentence, and nobody is asked for anything."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from tests.faults.certificates import Certificates
from wizard.dicom.certificates import context
from wizard.dicom.destination import Tls
from wizard.errors import UsageError


def subjects(checked: ssl.SSLContext) -> list[bytes]:
    return checked.get_ca_certs(binary_form=True)


def test_certificate_and_name_are_always_checked_and_old_versions_never_spoken(certificates: Certificates) -> None:
    for files in (
        Tls(),
        Tls(str(certificates.authority)),
        Tls("", str(certificates.client.certificate), str(certificates.client.key)),
    ):
        checked = context(files)
        assert (checked.verify_mode, checked.check_hostname) == (ssl.CERT_REQUIRED, True)
        assert checked.minimum_version == ssl.TLSVersion.TLSv1_2
        assert not checked.verify_flags & ssl.VERIFY_X509_STRICT  # or Python 3.13 would refuse what others accept


def test_authorities_are_read_however_they_are_exported(certificates: Certificates, tmp_path: Path) -> None:
    pem = certificates.authority.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem)
    (tmp_path / "windows.cer").write_bytes(der)
    (tmp_path / "several.pem").write_text(
        f"Behörde Ä\n{pem}\n# und noch eine\r\n{certificates.stranger.read_text()}", "utf-8"
    )
    assert subjects(context(Tls(str(certificates.authority)))) == [der]
    assert subjects(context(Tls(str(tmp_path / "windows.cer")))) == [der]
    assert der in subjects(context(Tls(str(tmp_path / "several.pem"))))
    assert len(subjects(context(Tls(str(tmp_path / "several.pem"))))) == 2


def test_certificate_and_key_may_share_a_file(certificates: Certificates, tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(certificates.client.certificate.read_bytes() + certificates.client.key.read_bytes())
    context(Tls("", str(both)))


def wrong(certificates: Certificates, folder: Path) -> list[tuple[Tls, str]]:
    missing, letter, empty = (str(folder / name) for name in ("missing.pem", "letter.txt", "empty.pem"))
    Path(letter).write_text("Dear colleagues,")
    Path(empty).touch()
    certificate, key = str(certificates.client.certificate), str(certificates.client.key)
    no_file = "access was denied" if os.name == "nt" else "it is a folder"
    return [
        (Tls(missing), f"The file {missing} cannot be read: the file or folder was not found."),
        (
            Tls(str(folder)),
            f"The file {folder} cannot be read: {no_file}.",
        ),
        (Tls("a\0b"), "The text “a\0b” is not a file name."),
        (Tls(letter), f"There is no certificate in {letter}."),
        (Tls(empty), f"There is no certificate in {empty}."),
        (Tls(key), f"There is no certificate in {key}."),
        (Tls("", missing, key), f"The file {missing} cannot be read"),
        (Tls("", certificate, missing), f"The file {missing} cannot be read"),
        (Tls("", key, key), f"There is no certificate in {key}. It must be a PEM file"),
        (Tls("", certificate), f"There is no key in {certificate}. It must be a PEM file"),
        (Tls("", certificate, letter), f"There is no key in {letter}. It must be a PEM file"),
        (
            Tls("", certificate, str(certificates.good.key)),
            f"The key in {certificates.good.key} does not belong to the certificate in",
        ),
        (
            Tls("", certificate, str(certificates.locked_key)),
            f"The key in {certificates.locked_key} is protected by a passphrase",
        ),
    ]


def test_what_is_wrong_with_a_file_is_said_in_a_sentence(certificates: Certificates, tmp_path: Path) -> None:
    for files, sentence in wrong(certificates, tmp_path):
        with pytest.raises(UsageError) as caught:
            context(files)
        assert sentence in str(caught.value.sentence)
        assert str(caught.value.sentence).endswith(".")


def test_details_for_the_log_name_no_file(certificates: Certificates, tmp_path: Path) -> None:
    for files, _ in wrong(certificates, tmp_path):
        with pytest.raises(UsageError) as caught:
            context(files)
        assert "/" not in caught.value.details


def test_a_broken_certificate_or_key_is_said_to_be_unusable(certificates: Certificates, tmp_path: Path) -> None:
    for files in (Tls(str(tmp_path / "broken")), Tls("", str(tmp_path / "broken"), str(certificates.client.key))):
        lines = certificates.client.certificate.read_text().splitlines()
        (tmp_path / "broken").write_text("\n".join([*lines[:3], "no base64!", *lines[4:]]))
        with pytest.raises(UsageError):
            context(files)


def test_a_store_of_this_computer_that_cannot_be_read_is_said_to_be_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where one broken certificate in the store is enough."""

    def broken(*_: object, **__: object) -> None:
        raise ssl.SSLError("nested asn1 error")

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", broken)
    with pytest.raises(UsageError, match="certificates that this computer trusts cannot be read"):
        context(Tls())


def test_a_binary_from_another_distribution_finds_the_authorities_of_this_one(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssl, "create_default_context", lambda **_: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    monkeypatch.setattr("wizard.dicom.certificates._BUNDLES", ("/no/such/file", str(certificates.authority)))
    assert not context(Tls()).get_ca_certs()
    monkeypatch.setattr("wizard.start.bootstrap.is_compiled", lambda: True)
    assert len(context(Tls()).get_ca_certs()) == 1
