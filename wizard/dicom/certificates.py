"""Read the files of an encrypted connection: trusted authorities, and the certificate and key of this computer.

A wrong file raises an error before a connection is made. Nobody is asked for anything on a terminal.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import NoReturn

from wizard.dicom.destination import Tls
from wizard.errors import UsageError, why
from wizard.language.message import Message, Private, together
from wizard.start import bootstrap

_BEGIN = b"-----BEGIN"
_MUST_BE_PEM = Message(
    "It must be a PEM file, a text with -----BEGIN in it. Other files, for example .pfx, can be converted; ask your IT "
    "department."
)
_BUNDLES = (  # where the Linux distributions keep their trusted authorities
    *("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"),
    *("/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"),
)
_PARTIAL_CHAIN = 0x80000  # X509_V_FLAG_PARTIAL_CHAIN; Python names it from 3.10 on


def context(tls: Tls) -> ssl.SSLContext:
    """Make a context for TLS 1.2 or newer with these files. Every Python version accepts the same certificates.

    Raises
    ------
    UsageError
        A file is missing or has the wrong content, or the key needs a pass phrase.
    """
    made = _trusting(tls.ca_file) if tls.ca_file else _trusting_as_this_computer_does()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    # The trusted certificate may be that of the PACS itself. VERIFY_X509_STRICT has rules for authorities only.
    made.verify_flags = ssl.VerifyFlags((made.verify_flags | _PARTIAL_CHAIN) & ~ssl.VERIFY_X509_STRICT)
    if tls.certificate:
        _show(made, tls.certificate, tls.key or tls.certificate)
    return made


def _trusting_as_this_computer_does() -> ssl.SSLContext:
    try:
        made = ssl.create_default_context()
        if bootstrap.is_compiled() and not made.get_ca_certs():  # it looks where its build computer has them
            for bundle in filter(os.path.isfile, _BUNDLES):
                made.load_verify_locations(bundle)
        return made
    except ssl.SSLError as error:  # one broken certificate in the store of Windows is enough
        sentence = Message(
            "The certificates that this computer trusts cannot be read. Enter a CA file under “More settings…” (on "
            "the command line: --ca-file or --syslog-ca-file)."
        )
        raise UsageError(sentence, str(error)) from error


def _trusting(file: str) -> ssl.SSLContext:
    """Trust the certificates of one file alone: PEM with any text between them, or DER as Windows exports it."""
    content = _content(file)
    try:
        if not content:  # an empty cadata would count as none
            raise ssl.SSLError("the file is empty")
        made = ssl.create_default_context(cadata=content.decode("ascii", "ignore") if _BEGIN in content else content)
        if not made.cert_store_stats()["x509"]:
            raise ssl.SSLError("the file contains something else")
        return made
    except ssl.SSLError as error:
        raise UsageError(Message("There is no certificate in {file}.", file=Private(file)), str(error)) from error


def _show(made: ssl.SSLContext, certificate: str, key: str) -> None:
    """Load the certificate and the key that this computer presents."""

    def never_ask() -> NoReturn:
        raise UsageError(
            Message(
                "The key in {file} is protected by a passphrase, which this program cannot ask for. Specify a key file "
                "without one.",
                file=Private(key),
            )
        )

    if b"CERTIFICATE-----" not in _content(certificate):
        missing = Message("There is no certificate in {file}.", file=Private(certificate))
        raise UsageError(together(missing, _MUST_BE_PEM))
    if b"PRIVATE KEY-----" not in _content(key):
        missing = Message("There is no key in {file}.", file=Private(key))
        raise UsageError(together(missing, _MUST_BE_PEM))
    try:
        made.load_cert_chain(certificate, key, never_ask)
    except ssl.SSLError as error:
        if "MISMATCH" in str(error).upper():
            sentence = Message(
                "The key in {key} does not belong to the certificate in {certificate}.",
                key=Private(key),
                certificate=Private(certificate),
            )
        else:
            sentence = Message(
                "The certificate in {certificate} and the key in {key} cannot be used together.",
                certificate=Private(certificate),
                key=Private(key),
            )
        raise UsageError(sentence, str(error)) from error


def _content(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        sentence = Message("The file {file} cannot be read: {why}.", file=Private(file), why=why(error))
        raise UsageError(sentence, f"{type(error).__name__}, errno {error.errno}") from error
    except ValueError as error:
        raise UsageError(Message("The text “{file}” is not a file name.", file=Private(file)), str(error)) from error
