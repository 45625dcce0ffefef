"""Write the sections of the report that make gaps visible: by modality, by year, and the speed over time."""

from __future__ import annotations

from typing import Iterator, Sequence

from wizard.manifest import proof, speed
from wizard.manifest.manifest import Manifest
from wizard.report import charts, values
from wizard.report.markup import Markup, element, foreign, note, paragraphs, table
from wizard.report.quantities import size, took
from wizard.report.values import amount, number

_YEARS = 80  # of a chart; a date far away is a typing error, and is in the table
RUNS_LISTED = 200

_LEGEND = (("found", charts.FOUND), ("missing", charts.MISSING), ("not checked", charts.NOT_CHECKED))


def by_kind_and_year(manifest: Manifest) -> Iterator[str]:
    """Count the images to copy and those that the new PACS named, by modality and by year of the study date."""
    years = proof.by_year(manifest)
    if not years:
        yield paragraphs("No image that could be told apart by its UID was to be copied.")
        return
    yield paragraphs("Images to copy, and those of them that the new PACS named when it was asked.")
    yield from _parts("Modality", "no modality", proof.by_modality(manifest))
    yield element("h3", "By year of the study date") + "\n"
    yield _chart(years)
    yield from _parts("Year", "no date", years)


def _parts(heading: str, none: str, parts: Sequence[proof.Part]) -> Iterator[str]:
    most = max(part.expected for part in parts)
    columns = (
        *((heading, "s"), ("", "bar"), ("Studies", "n"), ("To copy", "n")),
        *(("Found", "n"), ("Missing", "n"), ("Not checked", "n")),
    )
    rows = (
        (
            foreign(part.name) or none,
            Markup(f'<i style="width:{100 * part.expected / most:.1f}%"></i>'),
            *(part.studies, part.expected, part.found, part.missing, part.not_checked),
        )
        for part in parts
    )
    return table(columns, rows)


def _chart(years: Sequence[proof.Part]) -> str:
    """Draw a column for each year from the first to the last one, also for years without images."""
    known = {int(part.name): part for part in years if part.name.isdecimal()}
    if not known:
        return ""
    last = max(known)
    shown = range(max(min(known), last - _YEARS + 1), last + 1)
    empty = proof.Part("", 0, 0, 0, 0)
    bars = []
    for year in shown:
        part = known.get(year, empty)
        parts = ((part.found, charts.FOUND), (part.missing, charts.MISSING), (part.not_checked, charts.NOT_CHECKED))
        bars.append(charts.Bar(str(year), parts))
    most = int(max(bar.height for bar in bars))
    about = f"Images to copy by year, {shown[0]} to {last}; the table below has the numbers."
    earlier = sum(part.expected for year, part in known.items() if year < shown[0])
    return charts.columns(about, bars, f"highest: {amount(most, 'image')}", _LEGEND) + (
        note(f"{amount(earlier, 'image')} of earlier years are in the table only.") if earlier else ""
    )


def speed_over_time(manifest: Manifest) -> Iterator[str]:
    """Show the speed of each run, and over time."""
    runs = speed.runs(manifest)
    slots = speed.slots(manifest)
    if not slots:
        yield paragraphs("Nothing was sent.")
        return
    top = max(slot.bytes / slot.seconds for slot in slots)
    bars = [
        charts.Bar(
            values.moment(slot.began)[:10] if slot.first else "",
            ((slot.bytes / slot.seconds, charts.NEUTRAL),),
            marked=slot.first and position > 0,
        )
        for position, slot in enumerate(slots)
    ]
    length = max(slot.seconds for slot in slots)
    yield paragraphs(
        f"Only the time in which it was copied is shown, a column for {took(length)}"
        + (", and a line where a new run began." if len(runs) > 1 else ".")
    )
    yield charts.columns(f"Speed over time, at most {_rate(top)}.", bars, f"highest: {_rate(top)}")
    columns = (("Began", "s"), ("Ended", "s"), ("Took", "s"), ("Answers", "n"), ("Data", "n"), ("On average", "n"))
    rows = (
        (
            values.moment(run.began),
            values.moment(run.ended) or "no end was recorded",
            "" if run.seconds is None else took(run.seconds),
            run.answers,
            size(run.bytes),
            _rate(run.bytes / run.seconds) if run.seconds else "",
        )
        for run in runs[:RUNS_LISTED]
    )
    yield from table(columns, rows)
    if len(runs) > RUNS_LISTED:
        yield note(f"The first {number(RUNS_LISTED)} of {number(len(runs))} are listed here.")


def _rate(bytes_per_second: float) -> str:
    return f"{size(round(bytes_per_second))}/s"
