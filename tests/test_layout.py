"""Nothing in the program goes round in a circle, and the parts of the window are built on each other in one order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import import_graph
from tests.import_graph import Graph
from wizard.start.bootstrap import ROOT

#: What each module of the window belongs to.
PARTS = {
    "widgets": "theme palette icons fields lists widths widgets viewer words verdict widgettexts",
    "shell": "frame pages.base panel state bridge questions preferences crash appearance help letter texts",
    "discover": "pages.discover discovertexts ladder pacsfields findservice moresettings savedpanel lookpanel "
    "unfinished",
    "source": "pages.source dropping sourcetexts",
    "check": "pages.check filterfields tree treemenu checktexts",
    "copy": "pages.copy copytexts chart ledger speed wishes",
    "verify": "pages.verify verifytexts countdown moreproof proofs reasons",
    "export": "pages.export exporttexts",
    "": "steps app",
}
STEPS = ("discover", "source", "check", "copy", "verify", "export")


@pytest.fixture(scope="module")
def program() -> Graph:
    return import_graph.read(ROOT / "wizard")


@pytest.fixture(scope="module")
def window() -> Graph:
    """The modules of the window, each in the folder of the part that it belongs to."""
    names = {f"wizard.ui.{name}": _in_part(name, part) for part, of_it in PARTS.items() for name in of_it.split()}
    names.update({"wizard.ui": "wizard.ui", "wizard.ui.pages": "wizard.ui.pages"})
    graph = import_graph.read(ROOT / "wizard" / "ui")
    return {names[name]: {names[other] for other in imported} for name, imported in graph.items()}


def _in_part(name: str, part: str) -> str:
    return ".".join(filter(None, ("wizard.ui", part, name.replace(".", "_"))))


def test_no_module_needs_itself_by_way_of_others(program: Graph) -> None:
    assert import_graph.circles(program) == []


def test_no_folder_needs_itself_by_way_of_others(program: Graph, window: Graph) -> None:
    plans = import_graph.floor_plans(program)
    plans["wizard.ui"] = _floor_plan_of_the_window(window)
    assert {folder: found for folder, plan in plans.items() for found in [import_graph.circles(plan)] if found} == {}


def test_the_parts_of_the_window_know_only_what_they_are_built_on(window: Graph) -> None:
    plan = _floor_plan_of_the_window(window)
    assert plan["widgets"] == set()
    assert plan["shell"] == {"widgets"}
    assert all(plan[step] <= {"widgets", "shell", "copy"} for step in STEPS)
    assert plan["steps"] <= {"shell", *STEPS}
    assert plan["app"] == {"widgets", "shell", "steps"}


def test_of_another_step_only_the_sentences_of_copy_are_known(window: Graph) -> None:
    known = {
        other
        for name, imported in window.items()
        for other in imported
        if _part(name) in STEPS and _part(other) in STEPS and _part(name) != _part(other)
    }
    assert known <= {"wizard.ui.copy.copytexts"}


def _floor_plan_of_the_window(window: Graph) -> Graph:
    """Which of its parts imports which."""
    folders: Graph = {f"wizard.ui.{part}": set() for part in PARTS if part}
    return import_graph.floor_plans({**folders, **window})["wizard.ui"]


def _part(name: str) -> str:
    return (name.split(".") + [""] * 3)[2]


# The graph itself


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package with a folder, and no imports yet."""
    for name in ("__init__", "door", "kitchen/__init__", "kitchen/stove", "kitchen/table"):
        path = tmp_path / "house" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", "utf-8")
    return tmp_path / "house"


@pytest.mark.parametrize(
    "line",
    [
        "import house.kitchen.stove",
        "from house.kitchen import stove",
        "from house.kitchen import stove as oven, other",
        "from house.kitchen.stove import fire",
        "from .kitchen import stove",
        "from .kitchen.stove import fire",
        "if TYPE_CHECKING:\n    from house.kitchen.stove import Fire",
        "def cook():\n    from house.kitchen import stove",
    ],
)
def test_an_import_is_seen_however_it_is_written(house: Path, line: str) -> None:
    (house / "door.py").write_text(line, "utf-8")
    assert import_graph.read(house)["house.door"] - {"house.kitchen"} == {"house.kitchen.stove"}


def test_what_a_folder_itself_hands_on_is_known_as_the_folder(house: Path) -> None:
    (house / "door.py").write_text("import os\nfrom house.kitchen import meal", "utf-8")
    (house / "kitchen" / "__init__.py").write_text("from .stove import meal", "utf-8")
    assert import_graph.read(house) == {
        "house": set(),
        "house.door": {"house.kitchen"},
        "house.kitchen": {"house.kitchen.stove"},
        "house.kitchen.stove": set(),
        "house.kitchen.table": set(),
    }


def test_circles_are_found_between_modules_and_between_rooms(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (house / "door.py").write_text("from house.kitchen import stove", "utf-8")
    (house / "kitchen" / "table.py").write_text("def f():\n    from house import door", "utf-8")
    graph = import_graph.read(house)
    assert import_graph.circles(graph) == []
    assert import_graph.circles(import_graph.floor_plans(graph)["house"]) == [["door", "kitchen"]]
    (house / "kitchen" / "stove.py").write_text("from . import table", "utf-8")
    all_three = ["house.door", "house.kitchen.stove", "house.kitchen.table"]
    assert import_graph.circles(import_graph.read(house)) == [all_three]
    import_graph.main(house)
    printed = capsys.readouterr().out
    assert "house  rooms: 2  arrows: 2\n    door -> kitchen\n    kitchen -> door\n" in printed
    assert "house.kitchen  rooms: 2  arrows: 1\n    stove -> table\n    table\n" in printed
    assert "CIRCLE between rooms: door, kitchen" in printed
    assert f"CIRCLE between modules: {', '.join(all_three)}" in printed
