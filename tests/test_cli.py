"""Wrong use gives one clear message and exit code, never a traceback."""

import json
from pathlib import Path

import pytest
from runs import SAMPLES, few, polyvox

from pipeline.cli import COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.cli import main

    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"example: polyvox {command}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "no-such-file.csv", "--out", "OUT"), "no file or folder no-such-file.csv"),
        (("run", SAMPLES / "cy.csv", "--out", "OUT", "--map", "text=Komentar"), "Komentar"),
        (("run", SAMPLES / "cy.csv", "--out", "OUT", "--map", "text"), "FIELD=COLUMN"),
        (("run", SAMPLES / "cy.csv", "--out", "OUT", "--config", "none.toml"), "none.toml"),
        (("run", SAMPLES / "cy.csv", "--out", "OUT", "--workers", "0"), "--workers is 0"),
        (("detect", "--out", "OUT"), "polyvox read"),
    ],
)
def test_wrong_use_is_exit_code_2_and_one_message(arguments: tuple[object, ...], says: str, tmp_path: Path) -> None:
    done = polyvox(*(tmp_path / "out" if each == "OUT" else each for each in arguments))
    assert done.returncode == 2, done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.parquet")), "half a result was left behind"


def test_a_missing_model_is_named_with_those_there_are(tmp_path: Path) -> None:
    done = polyvox("run", few(tmp_path, 1), "--out", tmp_path / "out", "--model", "best")
    assert done.returncode == 1
    assert "no model 'best'" in done.stderr and "first" in done.stderr and "Traceback" not in done.stderr


def test_an_output_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = polyvox("run", few(tmp_path, 1), "--out", tmp_path / "file" / "out")
    assert done.returncode == 2 and "Traceback" not in done.stderr and "is a file. Name a folder" in done.stderr


def test_errors_are_json_where_json_is_wanted() -> None:
    done = polyvox("run", "no-such-file.csv", "--out", "nowhere", "--json")
    assert json.loads(done.stdout)["exit_code"] == 2


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = polyvox("read", "-", "--out", tmp_path / "out", input="text\nGwasanaeth ardderchog.\nSehr gut.\n")
    assert done.returncode == 0, done.stderr
    assert "2 rows read" in done.stdout


def test_stages_and_models_and_doctor_answer() -> None:
    stages = json.loads(polyvox("stages", "--json").stdout)
    assert [row["stage"] for row in stages] == ["read", "clean", "detect", "analyse", "aggregate", "report"]
    assert {row["model"] for row in map(dict, json.loads(polyvox("models", "--json").stdout))} >= {"encoder", "first"}
    doctor = polyvox("doctor")
    assert doctor.returncode == 0, doctor.stdout
    assert "FAIL" not in doctor.stdout
