"""What the rows of the tree stand for, and the names they have there."""

from __future__ import annotations

from typing import NamedTuple


class Node(NamedTuple):
    """What a row stands for: "patient", "study" or "series", and its number in the manifest."""

    level: str
    id: int

    @property
    def key(self) -> str:
        return f"{self.level}:{self.id}"


def node_of(key: str) -> Node | None:
    """The node of a row, or None for "Show more" and "Loading"."""
    level, _, identity = key.partition(":")
    return Node(level, int(identity)) if level in ("patient", "study", "series") and identity.isdigit() else None
