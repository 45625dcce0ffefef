"""The files that an encrypted connection needs: whom this computer trusts, and what it shows of itself.

Whatever is wrong with a file is said when a connection is about to be made, and never asked about on a terminal.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import NoReturn

from wizard.dicom.destination import Tls
from wizard.errors import UsageError
from wizard.start import bootstrap

_BEGIN = b"-----BEGIN"
_BUNDLES = (  # where the distributions of Linux keep the authorities that they trust
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"),
    *("/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"),
)
_PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN; Python names it from 3.10 on


def context(tls: Tls) -> ssl.SSLContext:
    """TLS 1.2 or newer with these files. The same certificates are accepted on every Python.

    Raises
    ------
    UsageError
        A file is missing, or does not hold what it should. Nobody is asked for a pass phrase.
    """
    made = _trusting(tls.ca_file) if tls.ca_file else _trusting_as_this_computer_does()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    # The certificate of the PACS itself may be named as the one to trust. Rules of form are for its authority.
    made.verify_flags = ssl.VerifyFlags((made.verify_flags | _PARTIAL_CHAIN) & ~ssl.VERIFY_X509_STRICT)
    if tls.certificate:
        _show(made, tls.certificate, tls.key or tls.certificate)
    return made


def _trusting_as_this_computer_does() -> ssl.SSLContext:
    try:
        made = ssl.create_default_context()
        if bootstrap.is_compiled() and not made.get_ca_certs():  # it looks where its builder has them
            for bundle in filter(os.path.isfile, _BUNDLES):
                made.load_verify_locations(bundle)
        return made
    except ssl.SSLError as error:  # one broken certificate in the store of Windows is enough
        sentence = "The authorities that this computer trusts cannot be read. Name a file with the right one (CA file)."
        raise UsageError(sentence, str(error)) from error


def _trusting(file: str) -> ssl.SSLContext:
    """Trusting the certificates of a file alone: PEM with whatever text between them, or DER as Windows exports it."""
    content = _content(file)
    try:
        if not content:  # it would count as no file at all
            raise ssl.SSLError("the file is empty")
        made = ssl.create_default_context(cadata=content.decode("ascii", "ignore") if _BEGIN in content else content)
        if not made.cert_store_stats()["x509"]:
            raise ssl.SSLError("the file holds something else")
        return made
    except ssl.SSLError as error:
        raise UsageError(f"There is no certificate in {file}.", str(error)) from error


def _show(made: ssl.SSLContext, certificate: str, key: str) -> None:
    """Let this computer show a certificate."""

    def never_ask() -> NoReturn:
        raise UsageError(
            f"The key in {key} is protected by a pass phrase, which this program does not ask for. Save it without one."
        )

    for file, marker, what in ((certificate, b"CERTIFICATE-----", "certificate"), (key, b"PRIVATE KEY-----", "key")):
        if marker not in _content(file):
            raise UsageError(
                f"There is no {what} in {file}. It must be a PEM file: a text with “-----BEGIN”. Others, such as .pfx, "
                "can be converted; ask your IT department."
            )
    try:
        made.load_cert_chain(certificate, key, never_ask)
    except ssl.SSLError as error:
        if "MISMATCH" in str(error).upper():
            sentence = f"The key in {key} does not belong to the certificate in {certificate}."
        else:
            sentence = f"The certificate in {certificate} and the key in {key} cannot be used together."
        raise UsageError(sentence, str(error)) from error


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no name of a file"
        raise UsageError(f"The file {file} cannot be read: {reason}.", reason) from error
