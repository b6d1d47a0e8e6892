"""A model adapted to labels of one's own: a folder that every command takes, told honestly and never in silence."""

import json
from pathlib import Path

import numpy as np
import pytest
from runs import ROOT, polyvox

from pipeline import artifacts, models
from pipeline.adapting import LEAST, adapt_model
from pipeline.config import AnalyseConfig
from pipeline.errors import UsageError
from pipeline.evaluate.corpora import load
from pipeline.evaluate.readings import borders

TURNED = {"negative": "positive", "positive": "negative"}


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short German and Tagalog sentences whose labels are turned round: a house rule that the model cannot know, and can learn."""
    lines = (ROOT / "data" / "corpus" / "de.jsonl").read_text(encoding="utf-8").splitlines()
    lines += (ROOT / "data" / "corpus" / "tl.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    short = sorted((row for row in rows if row["label"] in TURNED), key=lambda row: (len(row["text"]), row["id"]))
    path = tmp_path_factory.mktemp("labelled") / "own.jsonl"
    keep = [{"id": r["id"], "lang": r["lang"], "text": r["text"], "label": TURNED[r["label"]]} for r in short[:160]]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in keep), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def mine(labelled: Path) -> Path:
    out = labelled.parent / "mine"
    done = polyvox("adapt", "--corpus", labelled, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "160 texts, each read by a model that was fitted without it" in done.stdout
    assert "the adapted model is better than first in German" in done.stdout
    return out


def test_only_the_document_head_differs_from_the_model_it_came_from(mine: Path) -> None:
    with np.load(artifacts.find("first").folder / "heads.npz") as before, np.load(mine / "heads.npz") as after:
        changed = {name for name in before.files if not np.array_equal(before[name], after[name])}
    assert changed == {"document.value.weight", "document.value.bias"}
    assert artifacts.file_sha256(mine / "encoder.onnx") == artifacts.file_sha256(artifacts.find("first").folder / "encoder.onnx")


def test_what_was_fitted_is_what_the_model_reads(mine: Path, labelled: Path) -> None:
    """The vectors of the fit times the new head are the probabilities that a run gets."""
    texts = load([labelled], {}, {})[:12]
    analyser = models.analyser(AnalyseConfig(model=str(mine)))
    spans = [borders(text) for text in texts]
    readings = analyser.analyse([text.text for text in texts], spans, [text.lang for text in texts])
    vectors = analyser.document_vectors([text.text for text in texts], spans)  # type: ignore[attr-defined]
    with np.load(mine / "heads.npz") as arrays:
        logits = (vectors * arrays["document.value.weight"]).sum(axis=2) + arrays["document.value.bias"]
    heat = json.loads((mine / "model.json").read_text(encoding="utf-8"))["temperatures"]
    p = np.exp(logits / np.array([heat[text.lang] for text in texts])[:, None])
    assert np.array([reading.document for reading in readings]) == pytest.approx(p / p.sum(axis=1, keepdims=True), abs=1e-4)


def test_its_errors_are_counted_on_texts_left_out_and_unknown_elsewhere(mine: Path) -> None:
    values = json.loads((mine / "evaluation.json").read_text(encoding="utf-8"))
    errors = values["errors"]
    assert np.array(errors["document"]["de"]).sum() + np.array(errors["document"]["tl"]).sum() == 160
    assert not np.array(errors["document"]["cy"]).any()
    assert errors["mention"] == models.evaluation("first")["errors"]["mention"]
    assert {row["split"] for row in values["scores"]} == {"left out in turn"} and all("signature" in row for row in values["scores"])


def test_an_evaluation_on_the_texts_it_learnt_from_says_so(mine: Path) -> None:
    from pipeline.evaluate.measuring import Asked, _learnt

    texts = load([mine.parent / "own.jsonl"], {}, {})
    (note,) = _learnt(Asked((), mine, model=str(mine), against="first"), texts)
    assert "was adapted to 160 of these 160 texts: its scores here are too good" in note


def test_a_run_takes_it(mine: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("text\nDas Personal war nett.\nAlles viel zu teuer!\n", encoding="utf-8")
    done = polyvox("run", few, "--model", mine, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr


def test_where_no_change_helps_nothing_is_written(tmp_path: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.stats.adaptation.REACHES", (0.0,))
    found = adapt_model([labelled], {}, {}, model="first", out=tmp_path / "mine")
    assert found.folder is None and not (tmp_path / "mine").exists()
    assert all("cannot be told apart" in sentence for sentence in found.words)


def test_too_few_texts_and_a_folder_that_is_there_are_said(tmp_path: Path, labelled: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(labelled.read_text(encoding="utf-8").splitlines()[:20]) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match=f"20 texts to learn from, .* at least {LEAST} texts"):
        adapt_model([few], {}, {}, model="first", out=tmp_path / "mine")
    with pytest.raises(UsageError, match="is there already"):
        adapt_model([labelled], {}, {}, model="first", out=tmp_path)


def test_texts_held_for_measuring_are_not_learnt_from(tmp_path: Path, labelled: Path) -> None:
    rows = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()[:80]]
    path = tmp_path / "split.jsonl"
    path.write_text("".join(json.dumps({**row, "split": "test" if i % 2 else ""}) + "\n" for i, row in enumerate(rows)), encoding="utf-8")
    with pytest.raises(UsageError, match="40 texts to learn from"):
        adapt_model([path], {}, {}, model="first", out=tmp_path / "mine")
