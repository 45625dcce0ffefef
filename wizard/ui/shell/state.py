"""What the six pages share: the destination, the folders, the open manifest, and how far the person has come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Mapping

from wizard.engine import migration
from wizard.ui.shell.manifest_reader import ManifestReader

if TYPE_CHECKING:
    from wizard.dicom.contexts import PresentationKind
    from wizard.dicom.destination import Destination
    from wizard.manifest.manifest import Manifest
    from wizard.practice.practice_session import PracticeSession


class State:
    """The answers so far. A change that makes a later answer void takes that one back.

    `questions` are those that the window asks the manifest; `takes` is what the destination said in the connection test
    that it takes, until that is in the manifest.
    """

    def __init__(self, manifest_reader: ManifestReader) -> None:
        self._manifest_reader = manifest_reader
        self._retired: list[Manifest] = []
        self.destination: Destination | None = None
        self._unencrypted = False
        self.folders: list[Path] = []
        self.acknowledged = False
        self.read = False
        self.checked = False
        self.verified = False
        self.manifest: Manifest | None = None
        self.session: PracticeSession | None = None
        self.supported_kinds: Mapping[PresentationKind, int] = {}

    def set_destination(self, destination: Destination, unencrypted: bool = False) -> None:
        """`unencrypted`: the person has switched the encryption off, also for a migration that was encrypted."""
        self._unencrypted = unencrypted
        if destination != self.destination:
            self.destination = destination
            self.supported_kinds = {}
            self._retire_manifest()

    def manifest_for(self, destination: Destination) -> Manifest | None:
        """The open manifest, if it is one of this destination."""
        known = self.destination
        return self.manifest if known is not None and known.is_same_pacs(destination) else None

    def set_folders(self, folders: list[Path]) -> None:
        if folders != self.folders:
            self.folders = folders
            self._retire_manifest()

    def open_manifest(self) -> Manifest:
        """The manifest of these folders to that destination; opened, or begun, when it is not open yet.

        A migration that was encrypted stays so, unless the person has switched that off: the destination is then the
        one of the manifest. May wait for a slow share: call it in a worker's thread.

        Raises
        ------
        WizardError
            As `migration.open_migration` does.
        """
        self.close_retired()
        if self.manifest is None:
            path = self.session.manifest if self.session else None
            manifest = migration.open_migration(self.folders, self.destination, path, self._unencrypted)
            self.destination = migration.destination_of(manifest)
            self.manifest = manifest
        if self.supported_kinds:
            from wizard.engine.discover import supported_kinds

            supported_kinds.keep(self.manifest, self.supported_kinds)
            self.supported_kinds = {}
        return self.manifest

    def adopt(self, path: Path) -> None:
        """Go on with a migration that was begun before. May wait, as `open_manifest` may."""
        self._retire_manifest()
        self.close_retired()
        manifest = migration.open_migration(path=path)
        self.destination = migration.destination_of(manifest)
        self._unencrypted = False
        self.folders = migration.source_folders(manifest)
        self.acknowledged = manifest.get("acknowledged", False)
        self.manifest = manifest

    def release(self) -> None:
        """Give everything back: the manifest to others, the practice PACS to rest."""
        self._retire_manifest()
        self.close_retired()
        if self.session is not None:
            self.session.close()

    def _retire_manifest(self) -> None:
        """What was learned with the manifest no longer holds. It is closed later, where waiting is no harm."""
        self.read = self.checked = self.verified = False
        if self.manifest is not None:
            self._manifest_reader.forget()
            self._retired.append(self.manifest)
            self.manifest = None

    def close_retired(self) -> None:
        """Let others have what is not needed here any more.

        Waits until nothing is being asked: call it in a worker's thread.
        """
        with self._manifest_reader.quiet():
            while self._retired:
                self._retired.pop().close()
