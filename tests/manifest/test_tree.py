"""The tree of patients, studies and series: what is shown and ticked is what is sent."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.manifest.trees import BERND, branch, grow, names
from tests.report.samples import Sample
from wizard.manifest import ledger, queue, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.study_order import StudyOrder
from wizard.manifest.tree import Filter, Totals


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def tick(manifest: Manifest, ticked: bool, *codes: str) -> None:
    level = ("patient", "study", "series")[len(codes) - 1]
    tree.tick(manifest, level, branch(manifest, *codes).id, ticked)


# What is shown


def test_every_branch_says_what_is_below_it(manifest: Manifest) -> None:
    anna = branch(manifest, "A-1")
    assert (anna.title, anna.date, anna.studies, anna.series, anna.images) == ("Müster, Anna", "20190302", 2, 3, 4)
    assert (anna.bytes, anna.problems, anna.modalities) == (4 * 868, 0, "CT, MR, SR")
    first = branch(manifest, "A-1", "1.1")
    assert (first.title, first.date, first.studies, first.series, first.images) == ("1.1", "20190302", 1, 2, 3)
    report = branch(manifest, "A-1", "1.1", "1.1.2")
    assert (report.series, report.images, report.modalities) == (1, 1, "SR")


def test_a_series_without_a_modality_adds_none_to_the_list(manifest: Manifest) -> None:
    assert branch(manifest, "B_2").modalities == "CT"
    assert branch(manifest, "B_2", "2.2").modalities == ""


def test_patients_come_by_name_studies_by_date_series_by_number(sample: Sample) -> None:
    for number in ("10", "2", "", "x"):
        sample.image(study_uid="2.1", series_uid=f"2.1.{number}", series_number=number, study_date="20200101", **BERND)
    manifest = sample.manifest
    assert names(manifest) == ["Beispiel, Bernd", "Müster, Anna", "Straße, Ida", "Ωmega, Otto\\Öttinger"]
    assert [study.code for study in tree.studies(manifest, branch(manifest, "B_2").id)] == ["2.2", "2.1"]
    series = tree.series(manifest, branch(manifest, "B_2", "2.1").id)
    assert [one.extra for one in series] == ["", "x", "1", "2", "10"]


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        ("date", False, ["Straße, Ida", "Müster, Anna", "Beispiel, Bernd", "Ωmega, Otto\\Öttinger"]),
        ("date", True, ["Ωmega, Otto\\Öttinger", "Beispiel, Bernd", "Müster, Anna", "Straße, Ida"]),
        ("images", True, ["Müster, Anna", "Beispiel, Bernd", "Straße, Ida", "Ωmega, Otto\\Öttinger"]),
        ("bytes", False, ["Straße, Ida", "Ωmega, Otto\\Öttinger", "Beispiel, Bernd", "Müster, Anna"]),
        ("name", True, ["Ωmega, Otto\\Öttinger", "Straße, Ida", "Müster, Anna", "Beispiel, Bernd"]),
    ],
)
def test_patients_are_sorted_as_is_wished_equal_ones_by_name(
    order: str, descending: bool, expected: list[str], manifest: Manifest
) -> None:
    assert [one.title for one in tree.sorted_patients(manifest, order, descending)] == expected
    pages = [tree.sorted_patients(manifest, order, descending, 3, start) for start in (0, 3)]
    assert [one.title for page in pages for one in page] == expected


def test_only_what_is_shown_is_sorted(manifest: Manifest) -> None:
    tree.set_filter(manifest, Filter(modalities=("MR",)))
    assert [one.images for one in tree.sorted_patients(manifest, "images", True)] == [1, 1]


def test_names_are_in_the_order_of_letters_whether_large_or_small(sample: Sample) -> None:
    for name in ("van Beispiel, Vera", "MUSTER, ANTON", "Zacharias, Zoe"):
        sample.image(patient_id=name, name=name, study_uid=name, series_uid=name)
    assert names(sample.manifest) == [
        *("Beispiel, Bernd", "MUSTER, ANTON", "Müster, Anna", "Straße, Ida"),
        *("van Beispiel, Vera", "Zacharias, Zoe", "Ωmega, Otto\\Öttinger"),
    ]


@pytest.mark.parametrize("far", [1, 5, 5000])
@pytest.mark.parametrize(("text", "count"), [("", 29), ("xaver 3", 5), ("zacharias", 0)])
def test_patients_are_read_in_pages(
    text: str, count: int, far: int, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):  # those of the same name have the same ID too
        name, birth_date = f"Xaver {number % 5}", f"19700{101 + number}"
        sample.image(patient_id="X", name=name, birth_date=birth_date, study_uid=f"9.{number}", series_uid="9.9")
    manifest = sample.manifest
    tree.set_filter(manifest, Filter(text=text))
    whole = [one.id for one in tree.patients(manifest)]
    monkeypatch.setattr(tree, "FAR", far)
    pages = [tree.patients(manifest, limit=4)]
    while pages[-1]:
        pages.append(tree.patients(manifest, limit=4, after=pages[-1][-1].id))
    assert len(whole) == count
    assert [one.id for one in itertools.chain.from_iterable(pages)] == whole
    assert all(len(page) == 4 for page in pages[:-2])


def test_modalities_come_with_their_images_most_first(manifest: Manifest) -> None:
    assert tree.modalities(manifest) == [("CT", 5), ("MR", 2), ("", 1), ("SR", 1)]


# Ticks


def test_everything_is_ticked_at_first(manifest: Manifest) -> None:
    assert all(patient.state is True for patient in tree.patients(manifest))
    assert tree.chosen(manifest) == tree.shown(manifest) == Totals(4, 6, 7, 9, 9 * 868, 0)


def test_a_branch_is_ticked_unticked_or_partly_ticked(manifest: Manifest) -> None:
    tick(manifest, False, "A-1", "1.1", "1.1.2")
    assert branch(manifest, "A-1", "1.1", "1.1.2").state is False
    assert branch(manifest, "A-1", "1.1", "1.1.1").state is True
    assert branch(manifest, "A-1", "1.1").state is None
    assert branch(manifest, "A-1", "1.2").state is True
    assert branch(manifest, "A-1").state is None
    assert branch(manifest, "B_2").state is True
    tick(manifest, False, "A-1", "1.1")
    assert branch(manifest, "A-1", "1.1").state is False
    assert branch(manifest, "A-1").state is None
    tick(manifest, False, "A-1")
    assert branch(manifest, "A-1").state is False
    tick(manifest, True, "A-1")
    assert branch(manifest, "A-1", "1.1", "1.1.2").state is True


def test_all_that_is_shown_is_ticked_at_once(manifest: Manifest) -> None:
    tree.tick_all(manifest, False)
    assert tree.chosen(manifest) == Totals(0, 0, 0, 0, 0, 0)
    tree.tick_all(manifest, True)
    assert tree.chosen(manifest) == tree.shown(manifest)


def test_ticking_below_a_filter_touches_only_what_is_shown(manifest: Manifest) -> None:
    tree.set_filter(manifest, Filter(modalities=("SR", "MR")))
    tick(manifest, False, "A-1")
    tree.set_filter(manifest, Filter())
    assert branch(manifest, "A-1", "1.1", "1.1.1").state is True
    assert branch(manifest, "A-1", "1.1", "1.1.2").state is False
    assert branch(manifest, "A-1", "1.2").state is False

    tree.set_filter(manifest, Filter(text="beispiel"))
    tree.tick_all(manifest, False)
    tree.set_filter(manifest, Filter())
    assert branch(manifest, "B_2").state is False
    assert branch(manifest, "50%").state is True


def test_what_the_filter_hides_is_not_chosen_even_if_it_is_ticked(manifest: Manifest) -> None:
    tree.set_filter(manifest, Filter(text="Anna"))
    assert tree.chosen(manifest) == tree.shown(manifest) == Totals(1, 2, 3, 4, 4 * 868, 0)
    assert queue.waiting(manifest) == (4, 4 * 868)


def test_a_study_with_nothing_to_send_is_shown_but_does_not_count_as_one_to_copy(sample: Sample) -> None:
    sample.image("damaged", study_uid="5.1", series_uid="5.1.1", patient_id="Z", name="Zacharias")
    sample.read()
    manifest = sample.manifest
    assert branch(manifest, "Z").problems == 1
    assert tree.chosen(manifest) == Totals(4, 6, 7, 9, 9 * 868, 1)


# What is shown and ticked is what is sent

Choice = st.lists(
    st.one_of(
        st.tuples(st.just("study"), st.integers(1, 6), st.booleans()),
        st.tuples(st.just("series"), st.integers(1, 7), st.booleans()),
        st.tuples(st.just("patient"), st.integers(1, 4), st.booleans()),
        st.builds(
            Filter,
            text=st.sampled_from(["", "anna", "e"]),
            modalities=st.sampled_from([(), ("CT",), ("MR", "")]),
            from_date=st.sampled_from(["", "20200101"]),
            undated=st.booleans(),
        ),
    ),
    max_size=6,
)


@given(choice=Choice)
@settings(max_examples=60, derandomize=True)
def test_what_is_shown_and_ticked_is_exactly_what_is_handed_out(
    choice: list[Filter | tuple[str, int, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    with grow(tmp_path_factory.mktemp("tree") / "m.sqlite") as sample:
        manifest = sample.manifest
        for one in choice:
            if isinstance(one, Filter):
                tree.set_filter(manifest, one)
            else:
                tree.tick(manifest, *one)
        chosen = tree.chosen(manifest)
        ticked = [
            series
            for patient in tree.patients(manifest)
            for study in tree.studies(manifest, patient.id)
            for series in tree.series(manifest, study.id)
            if series.state
        ]
        assert chosen.series == len(ticked)
        assert chosen.images == sum(series.images for series in ticked)
        assert queue.waiting(manifest) == (chosen.images, chosen.bytes)
        assert sum(kind.count for kind in queue.kinds(manifest)) == chosen.images
        turns = StudyOrder(manifest, 0)
        studies = [place.study for place in iter(turns.next, None)]
        assert len(studies) == queue.waiting_studies(manifest) == chosen.studies
        kinds = [kind.id for kind in queue.kinds(manifest)]
        with manifest.writing() as db:
            tickets = [ticket for study in studies for ticket in queue.hand_out(db, study, None, kinds, 100)]
        assert len(tickets) == chosen.images
        out = {ticket.entry for ticket in tickets}
        assert len(out) == len(tickets)
        everything = list(ledger.rows(manifest))
        assert {row["series_uid"] for row in everything if row["id"] in out} == {series.code for series in ticked}
        assert out == {row["id"] for row in everything if row["final_bucket"] == "pending"}
        assert ledger.balance(manifest).buckets["left_out"] == 9 - chosen.images
