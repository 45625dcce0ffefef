"""Whether a migration is for practice: of invented images, or to the practice PACS. One that is stays so."""

from __future__ import annotations

from wizard.manifest.manifest import Manifest


def mark(manifest: Manifest) -> None:
    """Write that this migration is for practice."""
    if not is_practice(manifest):
        manifest.put(practice=True)


def is_practice(manifest: Manifest) -> bool:
    """Whether this migration proves nothing about a real PACS."""
    return bool(manifest.get("practice", False))
