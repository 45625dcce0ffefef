"""Make certificates for the tests of encrypted connections: a good one, and one for each way to be wrong.

They are made anew for each run, so that none of them expires, except the expired one.
"""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = ("127.0.0.1", "localhost")
_NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
_DAY = datetime.timedelta(days=1)
_VALID = (_NOW - _DAY, _NOW + 30 * _DAY)
_PEM = serialization.Encoding.PEM


class Issued(NamedTuple):
    """A certificate and its key in two PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates; `file` is its own.

    Parameters
    ----------
    folder : Path
        The folder for the files of all issued certificates, each named by its purpose.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = _named(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        certificate = _unsigned(self._name, self._name, self._key, self._key, _VALID)
        certificate = certificate.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        certificate = certificate.add_extension(_key_usage(signs_certificates=True), critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(certificate.sign(self._key, hashes.SHA256()).public_bytes(_PEM))

    def issue(
        self,
        name: str,
        hosts: tuple[str, ...] = HOSTS,
        valid: tuple[datetime.datetime, datetime.datetime] = _VALID,
        signs_itself: bool = False,
    ) -> Issued:
        """Issue a certificate of a server, or of a client, for these hosts."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, signing = (_named(name), key) if signs_itself else (self._name, self._key)
        certificate = _unsigned(_named(name), issuer, key, signing, valid)
        certificate = certificate.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        certificate = certificate.add_extension(_key_usage(signs_certificates=False), critical=True)
        certificate = certificate.add_extension(x509.SubjectAlternativeName(list(map(_host, hosts))), critical=False)
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        certificate = certificate.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        issued = Issued(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        issued.certificate.write_bytes(certificate.sign(signing, hashes.SHA256()).public_bytes(_PEM))
        issued.key.write_bytes(_private(key, serialization.NoEncryption()))
        return issued


class Certificates:
    """All certificates of the tests as files in `folder`: issued by a clinic's authority, and by a stranger.

    Attributes
    ----------
    authority, stranger : Path
        The certificates of the two authorities.
    good, other_name, expired, not_yet : Issued
        Of servers, by the authority. All but `other_name` are for 127.0.0.1 and localhost.
    by_name : Issued
        For localhost alone, without an address.
    unknown, self_signed : Issued
        Of servers, by the stranger, and by nobody.
    client, unknown_client : Issued
        Of this computer.
    locked_key : Path
        The key of `client` behind a pass phrase.
    """

    def __init__(self, folder: Path) -> None:
        authority, stranger = Authority(folder, "authority"), Authority(folder, "stranger")
        self.authority, self.stranger = authority.file, stranger.file
        self.good = authority.issue("good")
        self.other_name = authority.issue("other name", ("pacs.clinic.example", "192.0.2.1"))
        self.by_name = authority.issue("by name", ("localhost",))
        self.expired = authority.issue("expired", valid=(_NOW - 30 * _DAY, _NOW - _DAY))
        self.not_yet = authority.issue("not yet", valid=(_NOW + _DAY, _NOW + 30 * _DAY))
        self.unknown = stranger.issue("unknown")
        self.self_signed = stranger.issue("self-signed", signs_itself=True)
        self.client = authority.issue("client")
        self.unknown_client = stranger.issue("unknown client")
        self.locked_key = folder / "locked.key"
        key = serialization.load_pem_private_key(self.client.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.locked_key.write_bytes(_private(key, serialization.BestAvailableEncryption(b"a pass phrase")))


def server_context(server: Issued, clients: Path | None = None) -> ssl.SSLContext:
    """Make the context of a TLS server; with `clients`, it requires a client certificate of that authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.certificate, server.key)
    if clients is not None:
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def _unsigned(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    valid: tuple[datetime.datetime, datetime.datetime],
) -> x509.CertificateBuilder:
    own, issuers = key.public_key(), signing.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Test: {name}")])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _private(key: ec.EllipticCurvePrivateKey, encryption: serialization.KeySerializationEncryption) -> bytes:
    return key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, encryption)
