"""The tree of patients, studies and series: what is shown and ticked is what is sent."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report.samples import Sample
from wizard.manifest import ledger, queue, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.tree import Filter, Totals

ANNA = {"patient_id": "A-1", "name": "Müster, Anna"}
BERND = {"patient_id": "B_2", "name": "Beispiel, Bernd"}
OTTO = {"patient_id": "50%", "name": "Ωmega, Otto\\Öttinger"}
IDA = {"patient_id": "", "name": "Straße, Ida"}


def grow(path: Path) -> Sample:
    """Four patients, six studies, seven series, nine images."""
    sample = Sample(path)
    images(sample, 2, "1.1", "1.1.1", "CT", "20190302", **ANNA)
    images(sample, 1, "1.1", "1.1.2", "SR", "20190302", **ANNA)
    images(sample, 1, "1.2", "1.2.1", "MR", "20200101", **ANNA)
    images(sample, 2, "2.1", "2.1.1", "CT", "20200101", **BERND)
    images(sample, 1, "2.2", "2.2.1", "", None, **BERND)
    images(sample, 1, "3.1", "3.1.1", "MR", "20211231", **OTTO)
    images(sample, 1, "4.1", "4.1.1", "CT", None, **IDA)
    sample.read()
    return sample


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def images(
    sample: Sample, count: int, study: str, series: str, modality: str, date: str | None, **patient: str
) -> None:
    for _ in range(count):
        sample.image(
            study_uid=study, series_uid=series, modality=modality, study_date=date, study_description=study, **patient
        )


def names(manifest: Manifest) -> list[str]:
    return [branch.title for branch in tree.patients(manifest)]


def branch(manifest: Manifest, *codes: str) -> tree.Branch:
    """The branch at the end of a way: patient ID, then Study Instance UID, then Series Instance UID."""
    here = next(one for one in tree.patients(manifest) if one.code == codes[0])
    for level, code in zip((tree.studies, tree.series), codes[1:]):
        here = next(one for one in level(manifest, here.id) if one.code == code)
    return here


def tick(manifest: Manifest, ticked: bool, *codes: str) -> None:
    level = ("patient", "study", "series")[len(codes) - 1]
    tree.tick(manifest, level, branch(manifest, *codes).id, ticked)


def studies_shown(manifest: Manifest, filter: Filter) -> set[str]:
    tree.set_filter(manifest, filter)
    found = [tree.studies(manifest, patient.id) for patient in tree.patients(manifest)]
    return {study.code for study in itertools.chain.from_iterable(found)}


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


def test_names_are_in_the_order_of_letters_whether_large_or_small(sample: Sample) -> None:
    for name in ("van Beispiel, Vera", "MUSTER, ANTON", "Zacharias, Zoe"):
        sample.image(patient_id=name, name=name, study_uid=name, series_uid=name)
    assert names(sample.manifest) == [
        *("Beispiel, Bernd", "MUSTER, ANTON", "Müster, Anna", "Straße, Ida"),
        *("van Beispiel, Vera", "Zacharias, Zoe", "Ωmega, Otto\\Öttinger"),
    ]


def test_patients_are_read_in_pages(sample: Sample) -> None:
    for number in range(25):
        sample.image(patient_id=f"X{number}", name=f"Xaver {number % 5}", study_uid=f"9.{number}", series_uid="9.9")
    manifest = sample.manifest
    whole = [one.id for one in tree.patients(manifest)]
    pages = [[one.id for one in tree.patients(manifest, limit=4, offset=at)] for at in range(0, 40, 4)]
    assert len(whole) == 29
    assert list(itertools.chain.from_iterable(pages)) == whole
    assert pages[-1] == []


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


# The filter


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


def test_the_filter_is_kept(tmp_path: Path) -> None:
    chosen = Filter(text="Änna_%", modalities=("CT", "MR"), from_date="20190101", to_date="20201231", undated=False)
    with Sample(tmp_path / "m.sqlite") as sample:
        assert tree.get_filter(sample.manifest) == Filter()
        tree.set_filter(sample.manifest, chosen)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert tree.get_filter(manifest) == chosen


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
@settings(max_examples=60, deadline=None, derandomize=True)
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
        studies = queue.studies(manifest)
        assert len(studies) == chosen.studies
        kinds = [kind.id for kind in queue.kinds(manifest)]
        with manifest.writing() as db:
            tickets = [ticket for study in studies for ticket in queue.claim(db, study, 0, kinds, 100)]
        sent = {row["series_uid"] for row in ledger.rows(manifest, "unknown")}
        assert len(tickets) == chosen.images
        assert sent == {series.code for series in ticked}
        assert ledger.balance(manifest).buckets["left_out"] == 9 - chosen.images
