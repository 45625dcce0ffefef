"""The window in the person's language: German, complete, chosen by the computer or by the person."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable

import polib
import pytest

from tests import import_graph, messages
from tests.ui.person import Person, cut_off, overlaps
from tests.ui.walk import by_keyboard, walk
from wizard import settings
from wizard.dicom import kinds
from wizard.dicom.destination import Destination
from wizard.language import ENGLISH, LANGUAGES, said
from wizard.language.catalogue import ENGINE, Catalogue
from wizard.start.bootstrap import ROOT
from wizard.ui.copy import texts as copy_texts
from wizard.ui.discover import texts as discover_texts
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.preferences import Preferences, use_language
from wizard.ui.widgets import formatting

Opens = Callable[..., Person]
EVERY = kinds.every

#: No German sentence has these words, and hardly an English one is without them.
_ENGLISH = re.compile(r"\b(the|of|and|is|not|are|with|it|to|no|this|be|that|have|has)\b")
_FIELD = re.compile(r"\{(\w*)\}")


@pytest.fixture
def german() -> None:
    use_language("de")


def catalogue(name: str) -> polib.POFile:
    return polib.pofile(str(messages.LOCALE / f"{name}.po"))


others = pytest.mark.parametrize("name", [name for name in LANGUAGES if name != ENGLISH])


@others
def test_every_sentence_has_a_translation_and_none_is_kept_that_is_gone(name: str) -> None:
    found = [*messages.of_the_window(), *messages.of_the_engine()]
    kept = catalogue(name)
    assert {(entry.msgctxt or "", entry.msgid) for entry in kept} == {(one.context, one.one) for one in found}
    for entry in kept:
        assert all(entry.msgstr_plural.values()) if entry.msgid_plural else entry.msgstr, entry.msgid
    assert len(kept) == len({(entry.msgctxt, entry.msgid) for entry in kept})


@others
def test_a_translation_has_a_place_for_each_value_and_for_no_other(name: str) -> None:
    for entry in catalogue(name):
        wanted = set(_FIELD.findall(entry.msgid_plural or entry.msgid))
        for index, translated in (entry.msgstr_plural or {1: entry.msgstr}).items():
            given = set(_FIELD.findall(translated))
            assert given == wanted or (index == 0 and wanted - {"n", "some"} <= given <= wanted), entry.msgid


@others
def test_numbers_and_their_words_stay_on_one_line(name: str) -> None:
    for entry in catalogue(name):
        if not entry.msgctxt and "}\u00a0" in entry.msgid:
            assert entry.msgid.count("}\u00a0") == entry.msgstr.count("}\u00a0"), entry.msgid


def test_every_module_of_sentences_is_made_anew_in_another_language_after_those_that_it_uses() -> None:
    modules, anew = (ROOT / "wizard" / "ui").rglob("*texts.py"), preferences.TEXTS
    assert sorted(anew) == sorted(map(import_graph.dotted_name, modules))
    uses = import_graph.read(ROOT / "wizard" / "ui")
    assert all(uses[name].intersection(anew) <= set(anew[:place]) for place, name in enumerate(anew))


def test_what_is_not_translated_yet_stays_in_english(tmp_path: Path) -> None:
    entries = [
        polib.POEntry(msgid="Back"),
        polib.POEntry(msgctxt=ENGINE, msgid="The folder {folder} is gone."),
        polib.POEntry(msgid="image", msgid_plural="images", msgstr_plural={0: "", 1: ""}),
    ]
    empty = polib.POFile()
    empty.extend(entries)
    empty.save(str(tmp_path / "xx.po"))
    catalogue = Catalogue(tmp_path / "xx.po")
    assert (catalogue.single, catalogue.plural, catalogue.templates) == ({}, {}, [])


@others
def test_what_the_engine_says_is_known_whatever_is_put_into_it(name: str) -> None:
    use_language(name)
    for entry in catalogue(name):
        names = dict.fromkeys(_FIELD.findall(entry.msgid))
        if entry.msgctxt == ENGINE and {"before", "after"}.isdisjoint(names):
            values = {field: f"{number}" for number, field in enumerate(names, 471)}
            if "address" in names:
                values["address"] = "pacs.example:104"
            assert said(entry.msgid.format(**values)) == entry.msgstr.format(**values)


@pytest.mark.parametrize(
    ("sentence", "translated"),
    [
        ("", ""),
        ("/archive/the patient of room 7", "/archive/the patient of room 7"),
        ("Copied.", "Kopiert."),
        ("the file is cut off: 2048 bytes are there, 12,345 are missing", None),
        (
            "21 files are exceptions: the list says why, and who must act.",
            "21 Dateien sind Ausnahmen: Die Liste sagt, warum und wer zuständig ist.",
        ),
        (
            "Not copied: 1\u202f021 files (5 held back, 3 in conflict, 1\u202f004 other); 3 left out by choice.",
            "Nicht kopiert: 1.021 Dateien (5 zurückgehalten, 3 im Widerspruch, 1.004 andere); 3 bewusst ausgelassen.",
        ),
        (
            "The new PACS does not answer to the AE title “OLD and is”. Ask for the right one. New. Copied.",
            "Das neue PACS hört nicht auf den AE-Titel „OLD and is“. Fragen Sie nach dem richtigen. New. Kopiert.",
        ),
        (  # what a PACS said is left as it said it, and what it is called
            "The new PACS does not take this kind of image. It said: “refused”. (status 0122)",
            "Das neue PACS nimmt diese Art von Bildern nicht an. Es sagte: „refused“. (Status 0122)",
        ),
        ("copied at pacs.example:104, encrypted (TLS)", "copied auf pacs.example:104, verschlüsselt (TLS)"),
        (
            "images of a kind that its maker invented (left out)",
            "Bilder einer Art, die ihr Hersteller erfunden hat (ausgelassen)",
        ),
        (
            "the file has no identity (SOP Instance UID) and no kind (SOP Class UID)",
            "die Datei ist ohne Kennung (SOP Instance UID) und ohne Art (SOP Class UID)",
        ),
    ],
)
def test_the_engine_is_understood(german: None, sentence: str, translated: str | None) -> None:
    expected = "die Datei ist abgeschnitten: 2048 Bytes sind da, 12.345 fehlen" if translated is None else translated
    assert said(sentence) == expected


def test_in_english_nothing_is_touched() -> None:
    assert said("21 files are exceptions: the list says why, and who must act.").startswith("21 files")


def test_numbers_sizes_and_dates_are_written_as_the_person_does(german: None) -> None:
    assert formatting.number(9_318_000) == "9.318.000"
    assert formatting.size(4_630_000_000) == "4,6\u00a0GB"
    assert formatting.date("20190302") == "02.03.2019"
    assert copy_texts.copying(3, 1000) == "3 von 1.000\u00a0Bildern"
    assert copy_texts.speed(2.5, 1_250_000, 7200) == (
        "2,5\u00a0Bilder pro Sekunde  ·  1,2\u00a0MB pro Sekunde  ·  noch etwa 2\u00a0Stunden"
    )


@pytest.mark.parametrize("typed", ["31.01.2015", "31.1.2015", "2015-01-31", "20150131"])
def test_a_date_is_read_in_either_form(typed: str) -> None:
    assert formatting.read_date(typed) == "20150131"


def test_a_german_month_means_all_of_its_days() -> None:
    assert (formatting.read_date("02.2016"), formatting.read_date("02.2016", last=True)) == ("20160201", "20160229")


@pytest.mark.screen
@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_the_whole_walk_is_in_german_and_no_word_is_cut_off(open_window: Opens, size: str) -> None:
    preferences.save(Preferences(language="de"))
    person = open_window(practice=True)
    person.window.root.geometry(size)
    for page in walk(person, by_keyboard(person)):
        assert not cut_off(person), f"on the page {page}"
        assert not overlaps(person), f"on the page {page}"
        assert not _ENGLISH.findall(" ".join(line for line in person.reads().splitlines() if "/" not in line)), page
    assert "Nur kopieren" in shell_texts.BADGE


@pytest.mark.screen
@pytest.mark.parametrize("used", [False, True], ids=["first start", "used before"])
def test_a_german_first_page_fits_the_smallest_window(open_window: Opens, used: bool) -> None:
    preferences.save(Preferences(language="de"))
    if used:
        settings.save_destination(Destination("pacs.klinik.example", 104, "NEWPACS"))
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    assert not cut_off(person) and not overlaps(person)


@pytest.mark.screen
def test_german_panels_fit_the_smallest_window(open_window: Opens) -> None:
    preferences.save(Preferences(language="de"))
    settings.save_destination(Destination("pacs.klinik.example", 104, "NEWPACS"))
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    for name in ("look", "settings", "edit_saved", "appearance", "help"):
        person.click(name)
        person.wait(lambda: person.window.page.panel is not None, f"the panel {name}")
        person.settle()
        assert not cut_off(person) and not overlaps(person), name
        person.window.back()
        person.settle()


@pytest.mark.screen
def test_a_german_connection_test_fits_the_smallest_window(open_window: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "every", EVERY)  # what a person sees has more to say
    preferences.save(Preferences(language="de"))
    person = open_window(practice=True)
    person.window.root.geometry("820x560")
    person.settle()
    person.click("test")
    person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the connection test")
    person.settle()
    assert not cut_off(person)


@pytest.mark.screen
@pytest.mark.parametrize(
    ("computer", "expected"),
    [("de_AT.UTF-8", "Weiter"), ("de", "Weiter"), ("en_GB.UTF-8", "Next"), ("tlh_KX", "Next"), ("C", "Next")],
)
def test_the_window_speaks_as_the_computer_does(
    open_window: Opens, monkeypatch: pytest.MonkeyPatch, computer: str, expected: str
) -> None:
    monkeypatch.setenv("LC_ALL", computer)
    person = open_window()
    person.settle()
    assert person.window.frame.forward.cget("text") == expected


@pytest.mark.screen
def test_a_person_chooses_the_language_in_the_window_and_what_was_typed_stays(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    person.click("host")
    person.type("pacs.clinic.example")
    for chosen, expected in (("Deutsch", "Weiter"), ("English", "Next")):
        person.click("appearance")
        person.wait(lambda: person.focus() == "language", "the panel")
        person.find("language").set(chosen)
        person.click("save_appearance")
        person.wait(
            lambda expected=expected: person.window.frame.forward.cget("text") == expected, "the other language"
        )
        person.settle()
        assert not cut_off(person)
        assert person.find("host").get() == "pacs.clinic.example"
    assert preferences.load().language == "en"
