"""The documents: their links lead somewhere, and what they name in the source is there.

A path is what stands in backticks and begins with wizard/ or tests/, such as `wizard/errors.py`. Commands in backticks
are no paths: they hold a blank.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from wizard import __version__
from wizard.start.bootstrap import ROOT

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("changes/*.md"),
        *ROOT.glob(".github/**/*.md"),
    )
)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:wizard|tests)/[^`\s]*)`")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_NO_PROSE = ("docs/command-line.md",)  # its tables are as long as they are
LONGEST = 200  # lines


def prose(text: str) -> str:
    """What is no example."""
    return _FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """The places of the headings, as forges name them."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(folder: Path, text: str) -> list[str]:
    """The relative links that lead nowhere, from a document in `folder`."""
    found = []
    for link in _LINK.findall(prose(text)):
        file, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        target = (folder / file).resolve()
        there = target.exists()
        if there and anchor:
            there = anchor in anchors(target.read_text(encoding="utf-8") if file else text)
        if not there:
            found.append(link)
    return found


def lost_paths(text: str) -> list[str]:
    """The paths of the source that a document names and that are not there."""
    paths = [path.split("::")[0] for path in _PATH.findall(text)]
    return [path for path in paths if not (list(ROOT.glob(path)) if "*" in path else (ROOT / path).exists())]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    assert broken_links(path.parent, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_of_the_source_are_there(document: str) -> None:
    assert lost_paths((ROOT / document).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if name.startswith("docs/")])
def test_a_document_has_one_title_and_a_first_line_that_says_what_it_is_for(document: str) -> None:
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[1] == "" and re.match(r"[A-Z*]", lines[2])
    assert sum(line.startswith("# ") for line in prose("\n".join(lines)).splitlines()) == 1
    assert document in _NO_PROSE or len(lines) <= LONGEST


def test_every_document_can_be_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        links = _LINK.findall(prose(path.read_text(encoding="utf-8")))
        targets = ((path.parent / link.split("#")[0]).resolve() for link in links if not re.match(r"\w+:|#", link))
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]
    expected = {ROOT / name for name in DOCUMENTS if not name.startswith((".github", "changes/"))}
    assert expected <= seen, sorted(path.name for path in expected - seen)


def test_a_lost_link_and_a_lost_path_are_found() -> None:
    """The checks themselves."""
    text = "# A title\n\n[there](README.md) [gone](gone.md) [here](#a-title) [nowhere](#b) `wizard/errors.py`\n"
    assert broken_links(ROOT, text) == ["gone.md", "#b"]
    assert lost_paths(text + "`wizard/gone.py` `tests/*.py` `wizard/gone/*.py` `python3 -m tests tests/gone.py`") == [
        "wizard/gone.py",
        "wizard/gone/*.py",
    ]


@pytest.mark.parametrize("fragment", sorted(path.name for path in ROOT.glob("changes/*")))
def test_a_change_is_named_by_its_kind_and_says_itself_in_lines_with_a_dash(fragment: str) -> None:
    assert re.fullmatch(r"(added|changed|fixed|removed|security)-[a-z0-9-]+\.md", fragment)
    lines = (ROOT / "changes" / fragment).read_text(encoding="utf-8").splitlines()
    assert lines and lines[0].startswith("- ")
    assert all(re.match(r"(- |  )\S", line) for line in lines)


def test_the_newest_version_in_the_list_of_changes_is_the_program_s() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None and newest.group(1) == __version__


@pytest.mark.parametrize("file", ["pyproject.toml", "build_nuitka.py", ".github/workflows/build.yml"])
def test_no_other_file_of_the_build_names_the_version(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert __version__ not in text
    assert re.search(r"^version = \"", text, re.MULTILINE) is None
