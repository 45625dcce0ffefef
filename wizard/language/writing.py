"""Write numbers, sizes, durations and dates in a language."""

from __future__ import annotations

from typing import NamedTuple


class Writing(NamedTuple):
    """How a language writes figures.

    `thousands` separates groups of three digits, `decimal` the whole part from the rest; `date` is a template of year,
    month and day. `space` stands between a number and its unit, and does not break at the end of a line.
    """

    thousands: str
    decimal: str
    date: str
    space: str = "\u00a0"

    def number(self, value: int) -> str:
        """Write a whole number: `9318` is "9 318"."""
        return f"{value:,}".replace(",", self.thousands)

    def fraction(self, value: float, form: str = "g") -> str:
        """Write a number with its decimal sign; `form` as Python's formats have it."""
        return format(value, form).replace(".", self.decimal)

    def size(self, byte_count: float) -> str:
        """Write a size in decimal units, which disks and networks use: "4.6 GB"."""
        units = ["B", "kB", "MB", "GB", "TB"]
        while byte_count >= 999.5 and len(units) > 1:
            byte_count /= 1000
            del units[0]
        digits = 0 if units[0] == "B" or byte_count >= 100 else 1
        return f"{self.fraction(byte_count, f'.{digits}f')}{self.space}{units[0]}"

    def duration(self, seconds: float) -> str:
        """Write a duration: "1 h 05 min 10 s"."""
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        parts = [f"{hours}{self.space}h"] if hours else []
        parts += [f"{minutes:02}{self.space}min" if hours else f"{minutes}{self.space}min"] if hours or minutes else []
        parts += [f"{rest:02}{self.space}s" if parts else f"{rest}{self.space}s"]
        return " ".join(parts)

    def day(self, dicom: str) -> str:
        """Write YYYYMMDD (PS3.5 6.2, DA) as the language writes dates; "" for none."""
        return self.date.format(dicom[:4], dicom[4:6], dicom[6:8]) if dicom else ""


#: For logs, the manifest and programs, in whatever language the person reads.
PLAIN_ENGLISH = Writing(",", ".", "{0}-{1}-{2}", " ")
