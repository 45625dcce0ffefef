"""The layout: nothing goes round in a circle, no floor plan is crowded, and each name stands for one thing."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests import import_graph
from tests.import_graph import Graph
from wizard.start.bootstrap import ROOT

MOST_ROOMS = 12
"""On each floor plan of the engine and of the window."""

EACH_STEP_HAS_ONE = ("__init__", "__main__", "step", "page", "texts")
STEPS = ("discover", "source", "check", "copy", "verify", "export")


@pytest.fixture(scope="module")
def program() -> Graph:
    return import_graph.read(ROOT / "wizard")


@pytest.fixture(scope="module")
def plans(program: Graph) -> dict[str, Graph]:
    """The floor plan of each folder, by its dotted name."""
    return import_graph.floor_plans(program)


def test_no_module_needs_itself_by_way_of_others(program: Graph) -> None:
    assert import_graph.circles(program) == []


def test_no_folder_needs_itself_by_way_of_others(plans: dict[str, Graph]) -> None:
    assert {folder: found for folder, plan in plans.items() for found in [import_graph.circles(plan)] if found} == {}


def test_no_floor_plan_of_the_engine_or_the_window_is_crowded(plans: dict[str, Graph]) -> None:
    floors = {name: len(rooms) for name, rooms in plans.items() if name.startswith(("wizard.engine", "wizard.ui"))}
    assert len(floors) > 10
    assert {name: rooms for name, rooms in floors.items() if rooms > MOST_ROOMS} == {}


def test_each_step_has_a_folder_in_the_engine_in_the_window_and_in_their_tests(plans: dict[str, Graph]) -> None:
    for step in STEPS:
        assert "step" in plans[f"wizard.engine.{step}"]
        assert {"page", "texts"} <= set(plans[f"wizard.ui.{step}"])
        for tests in (ROOT / "tests" / "engine" / step, ROOT / "tests" / "ui" / step):
            assert list(tests.glob("test_*.py")), tests


def test_what_a_folder_of_a_step_hands_on_is_its_run_alone() -> None:
    for step in STEPS:
        tree = ast.parse((ROOT / "wizard" / "engine" / step / "__init__.py").read_text("utf-8"))
        (only,) = (node for node in tree.body if not isinstance(node, ast.Expr))
        assert isinstance(only, ast.ImportFrom) and only.module == f"wizard.engine.{step}.step"
        assert [name.name for name in only.names] == ["run"]


def test_no_two_public_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for path in (ROOT / "wizard").rglob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_two_files_have_one_name_but_those_that_each_step_has() -> None:
    names = Counter(path.stem for path in (ROOT / "wizard").rglob("*.py") if path.stem not in EACH_STEP_HAS_ONE)
    assert [name for name, count in names.items() if count > 1] == []


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
