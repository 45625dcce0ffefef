"""How fast it goes now, and how long the rest will take: measured over the last ten seconds, not since the start."""

from __future__ import annotations

from collections import deque

from wizard.engine.events import Progress

WINDOW = 10.0


class Speed:
    """Fed with each snapshot of a running step."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int]] = deque()

    def add(self, progress: Progress) -> None:
        samples = self._samples
        if samples and progress.seconds <= samples[-1][0]:
            return
        samples.append((progress.seconds, progress.done, progress.bytes_done))
        while len(samples) > 2 and samples[-1][0] - samples[1][0] >= WINDOW:
            samples.popleft()

    @property
    def items(self) -> float:
        """Items per second."""
        return self._rate(1)

    @property
    def octets(self) -> float:
        """Bytes per second."""
        return self._rate(2)

    def left(self, progress: Progress) -> float | None:
        """Seconds to the end at the present speed; None while that cannot be said."""
        if self.octets > 0 and progress.bytes_total:
            return max(0, progress.bytes_total - progress.bytes_done) / self.octets
        if self.items > 0 and progress.total is not None:
            return max(0, progress.total - progress.done) / self.items
        return None

    def _rate(self, column: int) -> float:
        if len(self._samples) < 2:
            return 0.0
        first, last = self._samples[0], self._samples[-1]
        return (last[column] - first[column]) / (last[0] - first[0])
