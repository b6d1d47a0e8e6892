"""What the documents say is what the program does."""

import inspect
import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS
from pipeline.config import Config
from pipeline.stages import STAGES
from pipeline.tables import SPECS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_names_every_command_and_table() -> None:
    for name in (*COMMANDS, *(spec.name + "/" for spec in SPECS)):
        assert f"`{name}`" in README or f"polyvox {name}" in README, name


def test_the_readme_names_every_column_that_users_were_promised() -> None:
    for spec in SPECS:
        for column in spec.schema.names:
            assert f"`{column}`" in README or column.startswith("p_"), f"{spec.name}.{column}"


def test_the_table_of_stages_in_the_readme_is_that_of_the_program() -> None:
    for stage in STAGES:
        assert f"| `{stage.name}` | {stage.does} |" in README, stage.name


@pytest.mark.parametrize("section", fields(Config), ids=lambda section: section.name)
def test_every_setting_is_documented_with_its_default_and_a_reason_and_no_other(section) -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").split(f"## [{section.name}]")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    code = inspect.getsource(section.default_factory)
    assert rows.keys() == {setting.name for setting in fields(section.default_factory)}
    for name, shown in rows.items():
        (written,) = re.search(rf"^    {name}: .*?= (.*?)  # ", code, re.MULTILINE).groups()
        default = {"field(default_factory=dict)": "`{}`", "(": "see `pipeline/config.py`"}.get(written, f"`{written}`")
        assert re.fullmatch(rf"{re.escape(default)} \| .+", shown), name


def test_every_statistical_method_has_its_line() -> None:
    text = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8").split("## Every method in a line")[1]
    named = {name for line in text.splitlines() if line.startswith("| `") for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    assert named == {path.stem for path in (ROOT / "pipeline" / "stats").glob("*.py")} - {"__init__"}


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    assert files == set(re.findall(r"\((0\d{3}-[\w-]+\.md)\)", index))


def test_make_alone_lists_every_target_that_people_call() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "test", "test-all", "check", "bench", "documents", "texts", "languages", "analysis", "estimates", "report"):
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_scores_in_the_readme_are_those_of_the_evaluation() -> None:
    from pipeline.train.card import own_test_table

    values = json.loads((ROOT / "models" / "first" / "evaluation.json").read_text(encoding="utf-8"))
    assert own_test_table(values) in README


def test_the_card_is_made_from_the_evaluation_beside_it() -> None:
    from pipeline.train.card import card

    for path in sorted((ROOT / "models").glob("*/evaluation.json")):
        made = card(path.parent.name, json.loads(path.read_text(encoding="utf-8")))
        assert made == (path.parent / "card.md").read_text(encoding="utf-8"), f"{path.parent.name}/card.md is stale"
