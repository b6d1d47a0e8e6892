"""The whole pipeline on sample texts: nothing is lost, nothing differs, everything resumes."""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from runs import ROOT, SAMPLES, contents, few, polyvox, settings

from pipeline.config import AggregateConfig, Config, DetectConfig, load
from pipeline.engines.local import LocalEngine
from pipeline.errors import ConfigError
from pipeline.progress import Silent
from pipeline.run import Run
from pipeline.stages import STAGES
from pipeline.tables import BY_NAME
from pipeline.work import Task


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An undisturbed run with one worker; the folder holds out/, few.jsonl and small.toml."""
    folder = tmp_path_factory.mktemp("run")
    done = polyvox("run", few(folder), "--out", folder / "out", "--config", settings(folder), "--workers", 1)
    assert done.returncode == 0, done.stderr
    return folder


@dataclass
class Recording:
    """An engine that does nothing but remember which tasks it was given together."""

    workers: int = 2
    given: list[list[str]] = field(default_factory=list)

    def map(self, function: object, tasks: Sequence[Task]) -> list[int]:
        self.given.append([task.stage for task in tasks])
        return [0] * len(tasks)


def test_conclusions_of_a_large_run_are_drawn_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Recording()
    run = Run(tmp_path, Config(), engine, Silent())
    run._conclude("key", 0, run.config)
    monkeypatch.setattr("pipeline.run.MANY", 0)
    run._conclude("key", 0, run.config)
    assert engine.given == [["estimates", "decisions", "terms"], ["estimates"], ["decisions"], ["terms"]]


def test_every_stage_requires_only_what_an_earlier_one_yields() -> None:
    there: set[str] = set()
    for stage in STAGES:
        assert {spec.name for spec in stage.requires} <= there, stage.name
        there |= {spec.name for spec in stage.yields}
    assert there == set(BY_NAME) - {"labelled"}  # what a person labels, read back by `polyvox learn`


def test_every_row_ends_in_the_texts_or_in_the_rejects(finished: Path) -> None:
    counts = json.loads((finished / "out" / "run.json").read_text())["counts"]
    assert counts["records"] == 60 == counts["texts"] + counts["rejects"]


def test_every_table_keeps_its_promise_and_every_offset_points_at_what_was_written(finished: Path) -> None:
    out = finished / "out"
    documents = {row["doc_id"]: row["text"] for row in pq.read_table(out / "documents").to_pylist()}
    aspects = pq.read_table(out / "aspects").to_pylist()
    assert len(aspects) > 30
    for row in aspects:
        if row["term"] is not None:
            assert documents[row["doc_id"]][row["start"] : row["end"]] == row["term"]
    for row in pq.read_table(out / "sentiment").to_pylist():
        assert 0 <= row["start"] < row["end"] <= len(documents[row["doc_id"]])
        assert sum(row[f"p_{label}"] for label in ("negative", "neutral", "positive", "mixed")) == pytest.approx(1, abs=1e-4)


def test_two_workers_give_the_same_bytes_as_one(finished: Path, tmp_path: Path) -> None:
    done = polyvox("run", finished / "few.jsonl", "--out", tmp_path / "out", "--config", finished / "small.toml", "--workers", 2)
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(finished / "out")


@pytest.mark.parametrize(
    ("limit", "value", "summaries", "workers"), [("TOGETHER", 1, 3, 1), ("TOGETHER", 2, 2, 2), ("MOST_BYTES", 1, 3, 1)]
)
def test_summaries_of_any_size_end_in_the_same_tables_and_report(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, summaries: int, workers: int
) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished / "out", out)
    monkeypatch.setattr(f"pipeline.work.{limit}", value)
    run = Run(out, load(finished / "small.toml"), LocalEngine(workers), Silent())
    (out / ".work" / "report.json").unlink()
    for stage in ("aggregate", "report"):
        run.stage(stage)
    assert len(list((finished / "out" / ".work" / "counts").iterdir())) == 1
    assert len(list((out / ".work" / "counts").iterdir())) == summaries
    tables, there = ({file.name: file.read_bytes() for file in folder.glob("*.csv")} for folder in (finished / "out", out))
    assert there == tables and len(tables) > 10
    assert (out / "report.html").read_bytes() == (finished / "out" / "report.html").read_bytes()


def test_a_second_run_makes_nothing(finished: Path) -> None:
    before = contents(finished / "out")
    done = polyvox("run", finished / "few.jsonl", "--out", finished / "out", "--config", finished / "small.toml")
    assert done.returncode == 0
    assert set(json.loads((finished / "out" / "run.json").read_text())["made"].values()) == {0}
    assert contents(finished / "out") == before


def test_a_run_that_is_killed_again_and_again_ends_with_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    rng = random.Random(4)
    command = [sys.executable, "-m", "pipeline", "run", finished / "few.jsonl", "--out", tmp_path / "out"]
    command += ["--config", finished / "small.toml", "--workers", "2", "--quiet"]
    for _ in range(4):
        running = subprocess.Popen(list(map(str, command)), cwd=ROOT)
        time.sleep(rng.uniform(0.3, 6))
        running.kill()
        running.wait()
    done = polyvox(*command[3:])
    assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "out") == contents(finished / "out")


def test_a_changed_setting_remakes_what_depends_on_it_and_no_more(finished: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.toml"
    changed.write_text((finished / "small.toml").read_text() + "[aggregate]\nmin_n = 5\n", encoding="utf-8")
    polyvox("run", finished / "few.jsonl", "--out", tmp_path / "out", "--config", finished / "small.toml")
    done = polyvox("run", finished / "few.jsonl", "--out", tmp_path / "out", "--config", changed)
    assert done.returncode == 0
    made = json.loads((tmp_path / "out" / "run.json").read_text())["made"]
    assert made["read"] == made["clean"] == made["detect"] == made["analyse"] == 0
    assert made["aggregate"] > 0 and made["report"] == 1


def test_rows_added_at_the_end_leave_full_earlier_parts_as_they_are(finished: Path, tmp_path: Path) -> None:
    lines = (finished / "few.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    grown = tmp_path / "few.jsonl"
    config = finished / "small.toml"
    grown.write_text("".join(lines[:50]), encoding="utf-8")
    polyvox("run", grown, "--out", tmp_path / "out", "--config", config)
    grown.write_text("".join(lines), encoding="utf-8")
    assert polyvox("run", grown, "--out", tmp_path / "out", "--config", config).returncode == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["made"]["analyse"] == 1  # 50 rows are two full parts of 25


def test_the_messy_sample_loses_nothing_and_says_why(tmp_path: Path) -> None:
    done = polyvox("run", SAMPLES / "messy.csv", "--out", tmp_path / "out", "--json")
    assert done.returncode == 3, done.stderr
    said = json.loads(done.stdout)
    assert said["records"] == said["texts"] + said["rejects"] and said["rejects"] > 0
    rejects = pq.read_table(tmp_path / "out" / "rejects").to_pylist()
    assert len(rejects) == said["rejects"] and all(row["reason"] and row["line"] > 0 for row in rejects)


@pytest.mark.parametrize(
    ("rows", "code", "says"),
    [("", 1, "empty.csv holds no row"), ("text\n", 1, "empty.csv holds no row"), ("text\n...\n!!!\n", 3, "None of 2 rows could be used")],
    ids=["no byte", "a header", "rejects only"],
)
def test_a_run_without_a_text_says_so_and_so_does_its_report(tmp_path: Path, rows: str, code: int, says: str) -> None:
    (tmp_path / "empty.csv").write_text(rows, encoding="utf-8")
    done = polyvox("run", tmp_path / "empty.csv", "--out", tmp_path / "out", "--json", "--workers", 1)
    assert done.returncode == code, done.stderr
    assert says in done.stderr and "Traceback" not in done.stderr
    said = json.loads(done.stdout)
    assert not said["ok"] and says in said["error"] and said["records"] == said["texts"] + said["rejects"]
    lead = (tmp_path / "out" / "report.html").read_text(encoding="utf-8").split('<p class="lead">')[1][:200]
    assert "Not a single comment could be used" in lead


def test_a_report_is_never_made_from_two_inputs(finished: Path, tmp_path: Path) -> None:
    """A run on other data that ends early leaves nothing that a later `report` could take for finished."""
    out = tmp_path / "out"
    shutil.copytree(finished / "out", out)
    assert polyvox("read", SAMPLES / "cy.csv", "--out", out).returncode == 0
    for command in ("report", "aggregate", "analyse", "detect"):
        done = polyvox(command, "--out", out)
        assert done.returncode == 2 and "no finished" in done.stderr, command


def test_a_missing_model_is_said_before_anything_is_read(finished: Path, tmp_path: Path) -> None:
    done = polyvox("run", finished / "few.jsonl", "--out", tmp_path / "out", "--model", "best")
    assert done.returncode == 1 and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Config(detect=DetectConfig(detector="hal")), "hal"),
        (Config(aggregate=AggregateConfig(groupings=("lang+shop",))), "shop"),
        (Config(aggregate=AggregateConfig(margins={"channel": {"web": 0.6, "shop": 0.6}})), "add up to 1"),
    ],
)
def test_settings_that_cannot_be_are_said_before_anything_is_read(wrong: Config, message: str, tmp_path: Path) -> None:
    run = Run(tmp_path / "out", wrong, LocalEngine(1), Silent())
    with pytest.raises(ConfigError, match=message):
        run.until("report", [str(SAMPLES / "cy.csv")], None)
    assert not (tmp_path / "out").exists()


def test_a_corrected_column_reaches_the_estimates_though_the_texts_are_the_same(finished: Path, tmp_path: Path) -> None:
    out, changed = tmp_path / "out", tmp_path / "few.jsonl"
    shutil.copytree(finished / "out", out)
    changed.write_text((finished / "few.jsonl").read_text(encoding="utf-8").replace('"brand": "cy"', '"brand": "Caffi"'), encoding="utf-8")
    assert polyvox("run", changed, "--out", out, "--config", finished / "small.toml").returncode == 0
    assert "Caffi" in (out / "estimates.csv").read_text(encoding="utf-8-sig")
    assert json.loads((out / "run.json").read_text())["made"]["analyse"] == 0


@pytest.mark.parametrize(
    "lost",
    [
        "rejects/part-read-00000.parquet",
        ".work/coverage/part-00000.json",
        "estimates.csv",
        ".work/term_quotes/part-00000.parquet",
        ".work/report.json",
    ],
)
def test_a_lost_file_is_made_again(finished: Path, tmp_path: Path, lost: str) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished / "out", out)
    (out / lost).unlink()
    done = polyvox("run", finished / "few.jsonl", "--out", out, "--config", finished / "small.toml")
    assert done.returncode == 0, done.stderr
    assert contents(out) == contents(finished / "out")


def _older(out: Path, table: str) -> Path:
    """The table as a version wrote it that did not know its last column; its key stays."""
    path = next((out / table).glob("*.parquet"))
    whole = pq.ParquetFile(path).read()
    pq.write_table(whole.drop_columns([whole.column_names[-1]]), path)
    return path


@pytest.mark.parametrize(("command", "table"), [("report", "profiles"), ("aggregate", "sentiment"), ("plan", "texts")])
def test_a_table_of_another_version_is_said_with_what_to_do(finished: Path, tmp_path: Path, command: str, table: str) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished / "out", out)
    path = _older(out, table)
    shutil.rmtree(out / ".work" / "counts")  # so that the tables are read again,
    (out / "report.html").unlink()  # by either command
    done = polyvox(command, *(("--out", out) if command != "plan" else (out,)))
    assert done.returncode == 1 and "Traceback" not in done.stderr and "bug" not in done.stderr
    for part in (
        str(path),
        f"is not {table}/ as this version of Polyvox writes it",
        "missing ['",
        "Run `polyvox run` again with the same input",
    ):
        assert part in done.stderr


def test_a_report_of_tables_of_another_version_asks_for_aggregate_which_makes_them_anew(finished: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(finished / "out", out)
    note = out / ".work" / "estimates.json"
    known = json.loads(note.read_text())
    for code, says in (
        ("of another version", f"Run `polyvox aggregate --out {out}` first"),
        (None, "it does not say code. Run `polyvox run` again"),
    ):
        note.write_text(json.dumps({**known, "code": code} if code else {"parts": known["parts"]}))
        done = polyvox("report", "--out", out)
        assert done.returncode == 1 and "another version of Polyvox" in done.stderr and says in done.stderr
    for command in ("aggregate", "report"):
        assert polyvox(command, "--out", out, "--config", finished / "small.toml").returncode == 0
    assert contents(out) == contents(finished / "out")
