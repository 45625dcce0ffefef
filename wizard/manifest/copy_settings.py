"""How the person wants the copying to go. Kept in the manifest, so that going on later goes on the same way, and so
that a change in the window takes effect while it copies."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from wizard.manifest.manifest import Manifest

AUTOMATIC = 0
MOST_ASSOCIATIONS = 16


@dataclass(frozen=True)
class CopySettings:
    """Attributes
    ----------
    associations : int
        How many at a time, 1 to 16; 0 leaves it to the program.
    speed_limit : float
        Megabytes (1 000 000 bytes) a second, over all associations; 0 is without limit.
    hours : str
        The hours of the day in which it may run, "19:00-06:00"; "" is always.
    newest_first : bool
        Studies in the order of their dates, the latest first, instead of the order of the archive.
    skip_existing : bool
        Ask the destination first, and leave out the instances that it names.
    """

    associations: int = AUTOMATIC
    speed_limit: float = 0.0
    hours: str = ""
    newest_first: bool = False
    skip_existing: bool = False


def read(manifest: Manifest) -> CopySettings:
    """The wishes of this migration."""
    return CopySettings(**manifest.get("wishes", {}))


def keep(manifest: Manifest, wishes: CopySettings) -> None:
    """From now on it goes this way; also for a copy that runs."""
    manifest.put(wishes=asdict(wishes))
