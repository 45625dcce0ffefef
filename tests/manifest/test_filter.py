"""The filter: what is shown of the tree, and so what may be sent."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.manifest.trees import branch, grow, names
from tests.report.samples import Sample
from wizard.manifest import tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.tree import Filter


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample.manifest


def studies_shown(manifest: Manifest, filter: Filter) -> set[str]:
    tree.set_filter(manifest, filter)
    found = [tree.studies(manifest, patient.id) for patient in tree.patients(manifest)]
    return {study.code for study in itertools.chain.from_iterable(found)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {"Müster, Anna", "Beispiel, Bernd", "Ωmega, Otto\\Öttinger", "Straße, Ida"}),
        ("  ", {"Müster, Anna", "Beispiel, Bernd", "Ωmega, Otto\\Öttinger", "Straße, Ida"}),
        ("mÜSTER", {"Müster, Anna"}),
        (" anna ", {"Müster, Anna"}),
        ("muster", set()),
        ("STRASSE", {"Straße, Ida"}),
        ("straße", {"Straße, Ida"}),
        ("ΩMEGA", {"Ωmega, Otto\\Öttinger"}),
        ("ωmega", {"Ωmega, Otto\\Öttinger"}),
        ("b_2", {"Beispiel, Bernd"}),
        ("a_1", set()),
        ("%", {"Ωmega, Otto\\Öttinger"}),
        ("_", {"Beispiel, Bernd"}),
        ("\\", {"Ωmega, Otto\\Öttinger"}),
        ("o\\ö", {"Ωmega, Otto\\Öttinger"}),
        ("50%", {"Ωmega, Otto\\Öttinger"}),
        ("5%", set()),
        ("' OR 1", set()),
    ],
)
def test_a_text_is_looked_for_in_name_and_id_as_it_is_typed(text: str, found: set[str], manifest: Manifest) -> None:
    tree.set_filter(manifest, Filter(text=text))
    assert set(names(manifest)) == found


@pytest.mark.parametrize(
    ("modalities", "found"),
    [
        ((), {"1.1", "1.2", "2.1", "2.2", "3.1", "4.1"}),
        (("CT",), {"1.1", "2.1", "4.1"}),
        (("MR", "SR"), {"1.1", "1.2", "3.1"}),
        (("",), {"2.2"}),
        (("US",), set()),
    ],
)
def test_modalities_are_filtered(modalities: tuple[str, ...], found: set[str], manifest: Manifest) -> None:
    assert studies_shown(manifest, Filter(modalities=modalities)) == found


def test_a_filter_by_modality_shows_only_those_series_of_a_study(manifest: Manifest) -> None:
    tree.set_filter(manifest, Filter(modalities=("SR",)))
    study = branch(manifest, "A-1", "1.1")
    assert (study.series, study.images, study.modalities) == (1, 1, "SR")


@pytest.mark.parametrize(
    ("first", "last", "undated", "found"),
    [
        ("", "", True, {"1.1", "1.2", "2.1", "2.2", "3.1", "4.1"}),
        ("", "", False, {"1.1", "1.2", "2.1", "3.1"}),
        ("20200101", "", False, {"1.2", "2.1", "3.1"}),
        ("20200102", "", False, {"3.1"}),
        ("", "20200101", False, {"1.1", "1.2", "2.1"}),
        ("", "20191231", True, {"1.1", "2.2", "4.1"}),
        ("20190302", "20190302", False, {"1.1"}),
        ("20220101", "", True, {"2.2", "4.1"}),
        ("20210101", "20200101", False, set()),
    ],
)
def test_dates_are_filtered_with_both_ends_and_the_undated_apart(
    first: str, last: str, undated: bool, found: set[str], manifest: Manifest
) -> None:
    assert studies_shown(manifest, Filter(from_date=first, to_date=last, undated=undated)) == found


def test_conditions_are_taken_together(manifest: Manifest) -> None:
    filter = Filter(text="anna", modalities=("MR", "CT"), from_date="20200101", undated=False)
    assert studies_shown(manifest, filter) == {"1.2"}


def written(manifest: Manifest, work: Callable[[], object]) -> int:
    """How many series a piece of work writes."""
    with manifest.writing() as db:
        db.execute("CREATE TEMP TABLE written (series INTEGER)")
        db.execute("CREATE TEMP TRIGGER note AFTER UPDATE ON series BEGIN INSERT INTO written VALUES (old.id); END")
        work()
        (count,) = db.execute("SELECT COUNT(*) FROM written").fetchone()
        db.execute("DROP TRIGGER note")
        db.execute("DROP TABLE written")
    return int(count)


def test_only_the_series_that_come_or_go_are_written(manifest: Manifest) -> None:
    """A million of them take most of a second."""
    assert written(manifest, lambda: tree.set_filter(manifest, Filter())) == 0
    assert written(manifest, lambda: tree.set_filter(manifest, Filter(modalities=("CT", "MR")))) == 2
    assert written(manifest, lambda: tree.set_filter(manifest, Filter(modalities=("CT",)))) == 2
    assert written(manifest, lambda: tree.tick(manifest, "study", 1, False)) == 1
    assert written(manifest, lambda: tree.tick_all(manifest, False)) == 2
    assert written(manifest, lambda: tree.tick_all(manifest, False)) == 0


def test_the_filter_is_kept(tmp_path: Path) -> None:
    chosen = Filter(text="Änna_%", modalities=("CT", "MR"), from_date="20190101", to_date="20201231", undated=False)
    with Sample(tmp_path / "m.sqlite") as sample:
        assert tree.get_filter(sample.manifest) == Filter()
        tree.set_filter(sample.manifest, chosen)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert tree.get_filter(manifest) == chosen
