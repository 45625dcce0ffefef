"""Make the destination, the encryption, the server for audit messages, the filter and the settings from the options."""

from __future__ import annotations

import argparse
import os

from wizard.dicom import certificates
from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination, Tls, host_and_port
from wizard.engine.export import syslog
from wizard.errors import UsageError
from wizard.language.message import Message
from wizard.manifest import copy_settings, tree


def destination_of(options: argparse.Namespace) -> Destination | None:
    """Make the destination; None where no option names it, because the manifest does.

    Raises
    ------
    UsageError
        An option is missing, or cannot be used.
    """
    tls = tls_of(options)
    if options.to is None and options.called_ae is None:
        if tls or options.no_tls:
            raise UsageError(Message("--tls and --no-tls need --to HOST:PORT and --called-ae AE."))
        if options.find_to or options.find_ae:
            raise UsageError(Message("--find-to and --find-ae need --to HOST:PORT and --called-ae AE."))
        return None
    if options.to is None or options.called_ae is None:
        raise UsageError(Message("Specify both --to HOST:PORT and --called-ae AE."))
    destination = Destination.parse(options.to, options.called_ae, options.calling_ae or DEFAULT_CALLING_AE, tls)
    if options.find_to:
        return destination.queried_at(*host_and_port(options.find_to), options.find_ae or "")
    return destination.queried_at(called_ae=options.find_ae) if options.find_ae else destination


def _absolute(*files: str) -> list[str]:
    return [os.path.abspath(file) if file else "" for file in files]


def syslog_server_of(options: argparse.Namespace) -> syslog.Server | None:
    """Make the server for the audit messages, and check its files before anything else is done.

    Raises
    ------
    UsageError
        A file cannot be used, or there is no server.
    """
    files = _absolute(options.syslog_ca_file, options.syslog_cert, options.syslog_key)
    if options.syslog is None:
        if any(files):
            raise UsageError(Message("--syslog-ca-file, --syslog-cert and --syslog-key need --syslog."))
        return None
    server = syslog.Server.parse(options.syslog, Tls(*files))
    certificates.context(server.tls)
    return server


def tls_of(options: argparse.Namespace) -> Tls | None:
    """Make the encryption that was asked for, and check its files before anything else is done.

    Raises
    ------
    UsageError
        A file cannot be used, or there is no encryption.
    """
    files = _absolute(options.ca_file, options.cert, options.key)
    if not options.tls:
        if any(files):
            raise UsageError(Message("--ca-file, --cert and --key need --tls."))
        return None
    tls = Tls(*files)
    certificates.context(tls)
    return tls


def filter_of(options: argparse.Namespace) -> tree.Filter:
    return tree.Filter(
        text=options.patient,
        modalities=tuple(options.modality),
        from_date=options.from_date or "",
        to_date=options.to_date or "",
        undated=options.undated == "include",
    )


def copy_settings_of(options: argparse.Namespace) -> copy_settings.CopySettings:
    return copy_settings.CopySettings(
        associations=options.associations,
        speed_limit=options.speed_limit,
        hours=options.hours or "",
        newest_first=options.newest_first,
        skip_existing=options.skip_existing,
    )
