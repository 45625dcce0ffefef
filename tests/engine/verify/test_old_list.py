"""The list of the old PACS is read as it was meant, or it is said why not, with the line and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.engine.stage import Watcher, image, opened, read
from wizard import language
from wizard.engine.job import Control
from wizard.engine.verify import old_list as step
from wizard.errors import Stopped, UsageError
from wizard.manifest import old_studies
from wizard.manifest.manifest import Manifest
from wizard.manifest.old_studies import OldListSummary

ONE, TWO, THREE = (f"1.2.826.0.1.3680043.8.498.{number}" for number in (1, 2, 3))


@pytest.fixture
def manifest(source: Path) -> Iterator[Manifest]:
    """Two studies in the folders: ONE with two images and accession number 0123, TWO with one image."""
    for number in (1, 2):
        (source / f"{number}.dcm").write_bytes(
            image(f"{ONE}.1.{number}", ONE, f"{ONE}.1", AccessionNumber="0123 ", PatientName="Müster^Anna")
        )
    (source / "3.dcm").write_bytes(image(f"{TWO}.1.1", TWO, f"{TWO}.1", AccessionNumber="77"))
    with read(source) as manifest:
        yield manifest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "Studien 2019.csv"


def compare(manifest: Manifest, path: Path, text: str, watcher: Watcher | None = None) -> OldListSummary:
    path.write_text(text, "utf-8")
    return step.run(manifest, path, Control(), watcher or Watcher())


def listed(manifest: Manifest) -> list[tuple[object, ...]]:
    return [tuple(row) for row in manifest.rows("SELECT * FROM listed ORDER BY line")]


def expect_refusal(manifest: Manifest, path: Path, text: str, *words: str) -> None:
    """It is refused in these words, and the list before is kept."""
    compare(manifest, path, f"StudyInstanceUID\n{TWO}\n")
    before = listed(manifest)
    with pytest.raises(UsageError) as caught:
        compare(manifest, path, text)
    for word in words:
        assert word in str(caught.value)
    assert listed(manifest) == before
    assert manifest.value("SELECT outcome FROM run WHERE step = 'old_list' ORDER BY id DESC") == "failed"


# What is found


def test_the_list_and_the_folders_are_compared(manifest: Manifest, path: Path) -> None:
    watcher = Watcher()
    text = f"Study Instance UID;Number of images\n{ONE};3\n{THREE};10\n"
    assert compare(manifest, path, text, watcher) == OldListSummary(2, 1, 1, 0, 1, 1, 0)
    assert [(row["line"], row["study_uid"], row["what"]) for row in old_studies.differences(manifest)] == [
        (3, THREE, "not in the folders"),
        (2, ONE, "fewer"),
        (None, TWO, "not in the list"),
    ]
    assert watcher.notes == []
    assert {state.step for state in watcher.states} == {"old_list"}
    assert old_studies.name(manifest) == path.name
    assert manifest.value("SELECT outcome FROM run WHERE step = 'old_list'") == "done"


def test_an_accession_number_is_compared_without_the_blanks_around_it(manifest: Manifest, path: Path) -> None:
    text = 'Auftragsnummer;Bilder\n \'0123 ;2\n="77";1\n'
    assert compare(manifest, path, text) == OldListSummary(2, 2, 0, 0, 0, 0, 0)


def test_a_study_without_a_uid_in_the_list_is_known_by_its_accession_number(manifest: Manifest, path: Path) -> None:
    text = f"Accession Number,StudyInstanceUID\n0123,\n77,{TWO}\n88,NULL\n"
    assert compare(manifest, path, text) == OldListSummary(3, 2, 0, 0, 1, 0, 2)


# Columns


@pytest.mark.parametrize(
    "name",
    [
        *("Study Instance UID", "StudyInstanceUID", "study_instance_uid", "STUDY UID", "study_iuid"),
        *("0020,000D", "(0020,000d)", "Study Instance UID (0020,000D)", "Studien-UID", "Studieninstanz-UID"),
        *("Untersuchungs-UID", "UID der Studie"),
    ],
)
def test_the_column_of_the_uid_has_many_names(name: str, manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f'Name;"{name}";x\n"Muster";1.2;x\n')
    assert listed(manifest) == [(2, "1.2", "", None)]


@pytest.mark.parametrize(
    "name",
    [
        *("Accession Number", "AccessionNumber", "accession_no", "Accession #", "Acc. No.", "Accession-Nr."),
        *("0008,0050", "Auftragsnummer", "Auftrags-Nr.", "Anforderungsnummer", "Zugangsnummer", "AUFTRAGSNR"),
    ],
)
def test_the_column_of_the_accession_number_has_many_names(name: str, manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f'Name;"{name}";x\n"Muster";A-7;x\n')
    assert listed(manifest) == [(2, "", "A-7", None)]


@pytest.mark.parametrize(
    "name",
    [
        *("NumberOfStudyRelatedInstances", "Number of Study Related Instances", "0020,1208", "Images"),
        *("#Images", "# Instances", "No. of images", "Image Count", "num_instances", "Bilder", "Anzahl Bilder"),
        *("Anzahl der Bilder", "Bildanzahl", "Anz. Bilder", "Objekte", "Images in study", "Instanzen gesamt"),
        "Total images",
    ],
)
def test_the_column_of_the_images_has_many_names(name: str, manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f'Study UID;"{name}"\n1.2;7\n')
    assert listed(manifest) == [(2, "1.2", "", 7)]


@pytest.mark.parametrize(
    "name",
    [
        *("Study ID", "Series Instance UID", "SOP Instance UID", "Number of Study Related Series"),
        *("Image Type", "Instance Number", "Instance Availability", "Patient ID", "Bildpfad"),
        *("Study Description", "UID", "Access", "Anzahl Serien", "Number"),
    ],
)
def test_other_columns_are_not_mistaken(name: str, manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f"{name};StudyInstanceUID\n5;1.2\n")
    assert listed(manifest) == [(2, "1.2", "", None)]


def test_a_title_above_the_names_of_the_columns_is_passed_over(manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f"All studies of 2019\n\nPatient;Study UID;Images\nMuster, A;{ONE};2\n")
    assert listed(manifest) == [(4, ONE, "", 2)]


def test_the_head_of_another_page_is_passed_over(manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f"Study UID;Images\n{ONE};2\nStudy UID;Images\n{TWO};1\n")
    assert listed(manifest) == [(2, ONE, "", 2), (4, TWO, "", 1)]


@pytest.mark.parametrize(("first", "line"), [("", 1), ("Patient;Estudio;Imagenes\n", 2)])
def test_without_names_the_column_of_uids_is_recognised_by_them(
    first: str, line: int, manifest: Manifest, path: Path
) -> None:
    watcher = Watcher()
    compare(manifest, path, f"{first}Muster, Anna;{ONE};24.12.2019\nMuster, Anna;{TWO};10.0.0.5\n", watcher)
    assert listed(manifest) == [(line, ONE, "", None), (line + 1, TWO, "", None)]
    assert watcher.notes == ["The list does not have the numbers of images of the studies, so these were not compared."]


def test_a_list_of_one_column_needs_nothing_between_columns(manifest: Manifest, path: Path) -> None:
    assert compare(manifest, path, f"{ONE}\n{TWO}\n") == OldListSummary(2, 2, 0, 0, 0, 0, 2)


def test_the_names_that_are_proposed_are_understood_in_every_language(manifest: Manifest, path: Path) -> None:
    before = language.now()
    try:
        for code in language.LANGUAGES:
            language.use(code)
            uid, accession, images = (language.render(step._HEADINGS[role]) for role in step._NAMES)
            compare(manifest, path, f"{uid};{accession};{images}\n{ONE};7;2\n")
            assert listed(manifest) == [(2, ONE, "7", 2)]
    finally:
        language.use(before)


# Cells


@pytest.mark.parametrize("cell", [f"'{ONE}", f'="{ONE}"', f" {ONE} ", f"{ONE[:9]} {ONE[9:]}", f"\u00a0{ONE}"])
def test_a_uid_is_read_as_it_was_meant(cell: str, manifest: Manifest, path: Path) -> None:
    assert compare(manifest, path, f"Study UID;Images\n{cell};2\n") == OldListSummary(1, 1, 0, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("cell", "images"),
    [
        *(("0", 0), ("1200", 1200), ("1.200", 1200), ("1,200", 1200), ("1'200", 1200), ("1 200", 1200)),
        *(("1\u202f200", 1200), ("12.0", 12), ("12,00", 12), ("1.234.567", 1234567)),
        *(("", None), ("-", None), ("NULL", None), ("\\N", None)),
    ],
)
def test_a_number_is_read_as_it_was_meant(cell: str, images: int | None, manifest: Manifest, path: Path) -> None:
    compare(manifest, path, f"Study UID;Images\n{ONE};{cell}\n")
    assert listed(manifest) == [(2, ONE, "", images)]


def test_a_study_that_is_listed_twice_is_said_to_be(manifest: Manifest, path: Path) -> None:
    watcher = Watcher()
    text = f"Study UID;Images\n{ONE};2\n{TWO};1\n{ONE};2\n{TWO};9\n"
    assert compare(manifest, path, text, watcher) == OldListSummary(2, 2, 0, 0, 0, 0, 1)
    assert len(watcher.notes) == 1 and watcher.notes[0].startswith("2 lines of the list repeat a study.")


# What is wrong with it


@pytest.mark.parametrize("row", ["1.23E+15;x;2", ";1,23E+15;2", f"{ONE};A-1;1E+03"])
def test_what_a_spreadsheet_has_rounded_is_said_and_not_guessed(row: str, manifest: Manifest, path: Path) -> None:
    text = f"Study UID;Accession;Images\n{TWO};77;1\n{row}\n"
    expect_refusal(manifest, path, text, "Studien 2019.csv, line 3: a spreadsheet has rounded a number")


def test_a_rounded_accession_number_is_no_obstacle_beside_a_uid(manifest: Manifest, path: Path) -> None:
    assert compare(manifest, path, f"Study UID;Accession\n{ONE};1.23E+15\n").found == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (";;5", "neither a Study Instance UID nor an accession number"),
        ("Total;;5", "the Study Instance UID is not valid"),
        (f"{ONE};;many", "the number of images is not a number"),
        (f"{ONE};;2.5", "the number of images is not a number"),
        (f"{ONE};;-2", "the number of images is not a number"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(row: str, says: str, manifest: Manifest, path: Path) -> None:
    expect_refusal(manifest, path, f"Study UID;Accession;Images\n{TWO};77;1\n\n{row}\n", ", line 4: ", says)


def test_all_lines_with_mistakes_are_told_at_once(manifest: Manifest, path: Path) -> None:
    text = "Study UID;Images\n" + "\n".join([f"{ONE};x", "a;1", "1.2E+9;1", *["b;1"] * 7])
    expect_refusal(
        *(manifest, path, text),
        "Studien 2019.csv, line 2: the number of images",
        "Studien 2019.csv, line 4: a spreadsheet has rounded a number",
        "Studien 2019.csv, 8 lines (3, 5, 6, 7, 8, …): the Study Instance UIDs",
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Patient;Images\nMuster;2\n", "no column of Study Instance UIDs or accession numbers"),
        (f"{ONE};{ONE}.1\n{TWO};{TWO}.1\n", "more than one column of UIDs"),
        (f"Study UID;StudyInstanceUID\n{ONE};{TWO}\n", "more than one column “Study Instance UID”"),
        (f"Study UID;Images;Instances\n{ONE};2;2\n", "more than one column “Number of images”"),
        ("", "no column of Study Instance UIDs"),
        ("StudyInstanceUID;Images\n\n;;\n", "contains no study"),
        (f"{ONE};a\n;b\n", ", line 2: there is neither a Study Instance UID"),
        (f"12345\n{ONE}\n", ", line 1: the Study Instance UID is not valid"),
    ],
)
def test_a_list_that_cannot_be_understood_is_said_not_to_be(
    text: str, says: str, manifest: Manifest, path: Path
) -> None:
    expect_refusal(manifest, path, text, path.name, says)


def test_folders_that_were_not_read_are_not_compared(source: Path, path: Path) -> None:
    with opened(source) as manifest, pytest.raises(UsageError, match="Read them first"):
        compare(manifest, path, f"Study UID\n{ONE}\n")


def test_it_can_be_stopped(manifest: Manifest, path: Path) -> None:
    control = Control()
    control.stop()
    path.write_text(f"Study UID\n{ONE}\n", "utf-8")
    with pytest.raises(Stopped):
        step.run(manifest, path, control, Watcher())
    assert manifest.value("SELECT outcome FROM run WHERE step = 'old_list'") == "stopped"
    assert old_studies.summary(manifest) is None


@pytest.mark.long
def test_a_hundred_thousand_lines_are_read(manifest: Manifest, path: Path) -> None:
    lines = [f'"{ONE[:-1]}{number}";"Müster, {number}";{number % 900}' for number in range(1, 100_001)]
    summary = compare(manifest, path, "\r\n".join(["Study UID;Patient;Bilder", *lines]))
    assert (summary.listed, summary.found) == (100_000, 2)
