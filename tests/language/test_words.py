"""The rules of the words: what can be tested of them, in English and in German, with real values in every sentence."""

from __future__ import annotations

import re
from typing import Iterator

import pytest

from tests.language import templates
from tests.language.likely import LIKELY
from tests.language.templates import Translation, all_sentences, names, spoken
from wizard.language import LANGUAGES

GERMAN = "de"
_QUOTED = re.compile(r"“([^”{}]+)”")
_GERMAN_QUOTED = re.compile(r"„([^“{}]+)“")

#: Words that another word of the glossary stands for, with that word.
FORBIDDEN = {
    r"the archive\b|\barchives?\b": "old PACS, new PACS, source folder, or container",
    r"\bpapers?\b": "report files",
    r"\bverdicts?\b": "result",
    r"\brefus(e|es|ed|al|ing)\b": "reject",
    r"\b(takes|took|taken|take) (images|this|the image|it|no|in|these|more)\b": "accept",
    r"\bkinds?\b": "image type",
    r"\bidentit(y|ies)\b(?! conflict)": "UID, unless it is about a patient",
    r"\blabels?\b": "header",
    r"\bexceptions?\b": "open items",
    r"\b(go|goes|going|went) on\b": "resume, continue",
    r"\bmakers?\b": "vendor",
    r"\bheld back\b": "on hold",
    r"\bleft out\b|\bleave out\b": "excluded",
    r"\bremarks?\b(?!:)": "warning",
    r"\bwho must act\b": "action by",
    r"(?<!--)\bmanifests?\b": "migration record",
    r"\bhand(s|ed|ing)? over\b": "return",
    r"\bnothing is lost\b|\bnothing was lost\b": "(not said)",
    r"\binvented\b": "fictitious",
    r"\bmend\b": "solve",
    r"\bPress (?!Ctrl)": "Select",
    r"\bType (a|an|the|it|in)\b": "Enter",
    r"\b(e\.g\.|i\.e\.|etc\.)": "for example",
    r"(?<!Move )\bdestinations?\b": "new PACS, saved PACS",
    r"\bschedule\b|\bthe hours\b": "time window",
    r"\bqueried (for|about|which)\b": "ask about",
    r"\brecord of the (old PACS|migration)\b": "list of the old PACS, migration record",
    r"\bturn encryption\b": "the box “Use an encrypted connection (TLS)”",
    r"(?-i:\b(in|to) (Source|Check|Copy|Verify)\b)": "the name of the step in quotation marks",
}
#: What sentences quote that is no label: words that are typed, and what stands in a file or an answer.
NO_LABELS = ("local", "check", "source", "-----BEGIN", "Received")
#: Parts of lines, with spaces that other parts follow.
PARTS = ("wizard/cli/parser_words.py", "wizard/cli/terminal_texts.py")
#: Sentences in which such a word is right, with the reason.
ALLOWED: dict[str, str] = {
    **dict.fromkeys(("Remarks", "Remarks removed", "Remarks set: {text}"), "the field for what a person wants to say"),
    "Unclear patient identities": "identity is for patients",
}
GERMAN_FORBIDDEN = {
    r"\bdas Archiv\b|\bArchive?s?\b": "altes PACS, neues PACS, Containerdatei",
    r"\bKennung(en)?\b": "UID",
    r"\bEtikett(en)?\b": "Dateikopf",
    r"\bAusnahmen?\b": "offene Punkte",
    r"\bManifeste?s?\b": "Migrationsdatei",
    r"\bLöschmeldung(en)?\b": "Rejection Note",
    r"\bauflegen\b|\blegt auf\b": "die Verbindung schließen",
    r"\b[Nn]achprüfen\b|\bNachprüfung\b": "abgleichen",
    r"\bzurückgehalten": "zurückgestellt",
    r"\bausgelassen|\bauslassen\b": "ausgeschlossen",
    r"\b[Aa]b(ge)?hak": "den Haken entfernen (abhaken heißt, einen Haken zu setzen)",
    r"\büberlastet": "ausgelastet",
    r"\bBetrachter\b": "Viewer",
    r"[Kk]odier": "Codierung",
    r"\bgespeicherten? Ziele?n?\b": "gespeicherte PACS",
    r"\bVerzeichnis(ses)? des alten PACS\b": "Liste des alten PACS",
    r"\bnach (jedem|allen|den|seinen) \w+ (mit \w+ \w+ )?abgefragt\b": "(„nach“ klingt nach „danach“)",
    r"(?<!\()\bAccession Number": "Auftragsnummer (Accession Number)",
    r"\bdu\b|\bdein|\beuch\b|\beuer\b": "Sie",
    r"ß(?=s)|[^\x00-\x7fÄÖÜäöüßé„“‚‘’–…·×→←✓✕⟦⟧•\u00a0\u202f]": "(no such letter)",
}


def is_button(place: str, text: str) -> bool:
    """Whether a text begins with a verb in the imperative and is short, as buttons and headings are."""
    return "/ui/" in place and not text.endswith((".", "?", "!", ":")) and len(text) < 60


@pytest.fixture(scope="module")
def german() -> dict[str, Translation]:
    return {one.one: one for one in templates.in_use(GERMAN)}


def test_each_value_of_each_sentence_has_one_that_could_be_real() -> None:
    unknown = {name: one.place for one in all_sentences() for name in names(one) if name not in LIKELY}
    assert unknown == {}


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_sentence_with_real_values_is_whole(name: str) -> None:
    faults = []
    for sentence, text in spoken(name):
        whole = text if not sentence.place.startswith(PARTS) else " ".join(text.split())
        faults += [f"{sentence.place}: {fault}: {text!r}" for fault in _faults_of(whole)]
    assert faults == []


def _faults_of(text: str) -> Iterator[str]:
    if re.search(r"\{\w*\}", text):
        yield "a value is left open"
    if re.search(r"(?<![·\s])  +(?![·\s])", text.strip()) or text != text.strip():
        yield "too many spaces"
    if re.search(r"\s[,.;:!?](?:\s|$)", text):
        yield "a space before a sign"
    if re.search(r"\.\.(?!\.)|[.!?]\s*[.;,]$|,,|::", text) and "…" not in text:
        yield "two signs in a row"
    if text.count("“") != text.count("”") and "„" not in text:
        yield "a quotation has no end"
    if text.count("(") != text.count(")"):
        yield "a bracket has no end"


def test_a_translation_ends_as_its_sentence_ends() -> None:
    faults = [
        f"{one.file}: {english!r} → {text!r}"
        for one in templates.in_use(GERMAN)
        for english, text in zip((one.one, one.many or one.one), one.texts)
        if _end(english) != _end(text)
    ]
    assert faults == []


def _end(text: str) -> str:
    last = text.rstrip()[-1:]
    return last if last in ".?!:…" else ""


def test_german_never_begins_with_your() -> None:
    texts = [(one.file, text) for one in templates.in_use(GERMAN) for text in one.texts]
    assert [found for found in texts if re.match(r"(Ihre?[rsnm]?|Euer)\b", found[1])] == []


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_english_has_one_word_for_one_thing(pattern: str) -> None:
    faults = [
        f"{sentence.place}: {text!r}"
        for sentence in all_sentences()
        for text in filter(None, (sentence.one, sentence.many))
        if re.search(pattern, re.sub(r"{\w+}", "", text), 0 if pattern[2:3].isupper() else re.IGNORECASE)
        and sentence.one not in ALLOWED
    ]
    assert faults == [], f"say instead: {FORBIDDEN[pattern]}"


@pytest.mark.parametrize("pattern", GERMAN_FORBIDDEN)
def test_german_has_one_word_for_one_thing(pattern: str) -> None:
    faults = [
        f"{one.file}: {text!r}"
        for one in templates.in_use(GERMAN)
        for text in one.texts
        if re.search(pattern, text) and one.one not in ALLOWED
    ]
    assert faults == [], f"say instead: {GERMAN_FORBIDDEN[pattern]}"


def test_no_sentence_opens_with_a_clause_in_place_of_its_subject() -> None:
    opening = re.compile(r"(?:^|[.:] )(What|That|On what|Whatever|Whoever|Which) \w+.*\.$")
    faults = [f"{one.place}: {one.one!r}" for one in all_sentences() if opening.search(one.one)]
    assert faults == []


def test_a_button_has_no_full_stop_and_is_in_sentence_case() -> None:
    faults = [
        f"{one.place}: {one.one!r}"
        for one in all_sentences()
        if is_button(one.place, one.one) and re.search(r"(?<!“)\b[a-z]+ [A-Z][a-z]+ [A-Z][a-z]+\b", one.one)
    ]
    assert faults == []


def test_every_button_or_option_that_a_sentence_names_exists_with_that_label(german: dict[str, Translation]) -> None:
    """The English label is a sentence of the program, and the German one is its translation."""
    labels = {one.one for one in all_sentences()}
    faults = []
    for sentence in all_sentences():
        quoted = _QUOTED.findall(sentence.one)
        faults += [
            f"{sentence.place}: no {label!r}: {sentence.one!r}"
            for label in quoted
            if label not in labels and label not in NO_LABELS
        ]
        translated = german.get(sentence.one)
        if translated is None or not quoted:
            continue
        wanted = [german[label].texts[0] for label in quoted if label in german]
        faults += [
            f"{translated.file}: {label!r} is not named in {translated.texts[0]!r}"
            for label in wanted
            if f"„{label}“" not in translated.texts[0]
        ]
    assert faults == []


def test_german_quotes_as_german_does() -> None:
    faults = [
        f"{one.file}: {text!r}"
        for one in templates.in_use(GERMAN)
        for text in one.texts
        if "”" in text or '"' in text or text.count("„") != text.count("“")
    ]
    assert faults == []


def test_the_steps_and_results_have_one_name_each(german: dict[str, Translation]) -> None:
    steps = {"Discover": "Finden", "Source": "Quelle", "Check": "Prüfen", "Copy": "Kopieren", "Verify": "Abgleichen"}
    assert {step: german[step].texts[0] for step in steps} == steps
