"""The state that the six pages share: the destination, the folders, the open manifest, and the steps that are done."""

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
    """The answers of the person so far. A change of one answer resets the later ones that depend on it.

    Attributes
    ----------
    supported_kinds : mapping
        The kinds of images that the destination has accepted or rejected in the connection test, until the manifest
        holds them.
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
        """Set it. `unencrypted`: the person has switched the encryption off, even if the migration was encrypted."""
        self._unencrypted = unencrypted
        if destination != self.destination:
            self.destination = destination
            self.supported_kinds = {}
            self._retire_manifest()

    def manifest_for(self, destination: Destination) -> Manifest | None:
        """Give the open manifest, if it belongs to this destination."""
        known = self.destination
        return self.manifest if known is not None and known.is_same_pacs(destination) else None

    def set_folders(self, folders: list[Path]) -> None:
        if folders != self.folders:
            self.folders = folders
            self._retire_manifest()

    def open_manifest(self) -> Manifest:
        """Give the manifest of these folders and that destination; open or create it, if it is not open yet.

        A migration that was encrypted stays so, unless the person has switched that off: the destination is then the
        one of the manifest. The call may wait for a slow share, so no thread but a worker's makes it.

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
        """Resume a migration that was begun before. The call may wait, as that of `open_manifest` may."""
        self._retire_manifest()
        self.close_retired()
        manifest = migration.open_migration(path=path)
        self.destination = migration.destination_of(manifest)
        self._unencrypted = False
        self.folders = migration.source_folders(manifest)
        self.acknowledged = manifest.get("acknowledged", False)
        self.manifest = manifest

    def release(self) -> None:
        """Close the manifest, so that others may open it, and stop the practice PACS."""
        self._retire_manifest()
        self.close_retired()
        if self.session is not None:
            self.session.close()

    def _retire_manifest(self) -> None:
        """Reset the steps that were done with the manifest. `close_retired` closes it, in a thread that may wait."""
        self.read = self.checked = self.verified = False
        if self.manifest is not None:
            self._manifest_reader.forget()
            self._retired.append(self.manifest)
            self.manifest = None

    def close_retired(self) -> None:
        """Close the manifests that are not needed any more, so that others may open them.

        The call waits until no question is being asked, so no thread but a worker's makes it.
        """
        with self._manifest_reader.quiet():
            while self._retired:
                self._retired.pop().close()
