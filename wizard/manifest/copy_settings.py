"""The copy settings of a person.

The manifest keeps them, so that a resumed migration uses the same ones and a change in the window takes effect while
images are copied.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from wizard.manifest.manifest import Manifest

AUTOMATIC = 0
MOST_ASSOCIATIONS = 16


@dataclass(frozen=True)
class CopySettings:
    """The settings of one migration.

    Attributes
    ----------
    associations : int
        Associations at a time, 1 to 16; 0 leaves the number to the program.
    speed_limit : float
        Megabytes (1 000 000 bytes) a second, over all associations; 0 is without limit.
    hours : str
        The hours of the day in which images are sent, "19:00-06:00"; "" is always.
    newest_first : bool
        Studies are sent in the order of their dates, the latest first, instead of the order of the source.
    skip_existing : bool
        The destination is queried first, and the instances that it names are left out.
    """

    associations: int = AUTOMATIC
    speed_limit: float = 0.0
    hours: str = ""
    newest_first: bool = False
    skip_existing: bool = False


def read(manifest: Manifest) -> CopySettings:
    """Return the settings of this migration."""
    return CopySettings(**manifest.get("wishes", {}))


def keep(manifest: Manifest, settings: CopySettings) -> None:
    """Store the settings; a copy that runs takes them up."""
    manifest.put(wishes=asdict(settings))
