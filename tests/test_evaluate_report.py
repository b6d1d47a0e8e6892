"""The three files: what they say, that they are whole, safe and traceable; and the committed evaluation is not stale."""

import json
import re
from pathlib import Path

import pytest
from evaluated import corpus, reader
from runs import ROOT, SAMPLES, polyvox

from pipeline import artifacts
from pipeline.evaluate import readings as kept
from pipeline.evaluate.document import document, stale
from pipeline.evaluate.page import page
from pipeline.protocols import Reading

COMMITTED = ROOT / "docs" / "evaluation.json"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An evaluation of the sample texts, the model against itself, by the command line; a baseline needs no training split here."""
    folder = tmp_path_factory.mktemp("evaluation")
    few = folder / "few.jsonl"
    lines = (SAMPLES / "labelled.jsonl").read_text(encoding="utf-8").splitlines()
    chosen = [line for line in lines if json.loads(line)["lang"] in ("de", "ar")]
    train = [line.replace('"split": "sample"', '"split": "train"') for line in chosen[::3]]
    test = [line.replace('"split": "sample"', '"split": "test"') for i, line in enumerate(chosen) if i % 3]
    few.write_text("\n".join([*train, *test]) + "\n", encoding="utf-8")
    done = polyvox("evaluate", "--corpus", few, "--against", "first", "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    assert "cannot be told apart" in done.stdout
    return folder / "out"


def test_every_number_has_a_signature_and_a_withheld_one_its_reason(made: Path) -> None:
    values = json.loads((made / "evaluation.json").read_text(encoding="utf-8"))
    model = artifacts.find("first").sha256[:12]
    for row in values["scores"]:
        assert (row["value"] is None) == bool(row["reason"])
        assert f"|{row['lang']}" in row["signature"] and f"n={row['n']}" in row["signature"]
        assert f"model=first@{model}" in row["signature"] or row["task"] == "language"
    assert {row["task"] for row in values["scores"]} >= {"document", "sentence", "terms", "categories", "triplets", "direction", "language"}
    assert {row["verdict"] for row in values["comparison"]["rows"]} <= {"same"}


def test_markdown_and_page_are_made_from_the_json_alone(made: Path) -> None:
    values = json.loads((made / "evaluation.json").read_text(encoding="utf-8"))
    assert (made / "evaluation.md").read_text(encoding="utf-8") == document(values)
    assert (made / "evaluation.html").read_text(encoding="utf-8") == page(values)


def test_the_page_asks_for_nothing_and_shows_arabic_from_right_to_left(made: Path) -> None:
    text = (made / "evaluation.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text and not re.search(r"<script|<link|\bsrc=|https?://", text)
    assert '<blockquote lang="ar" dir="rtl">' in text and text.count("<svg") > 5
    assert set(re.findall(r'href="([^"]+)"', text)) <= {f"#{name}" for name in re.findall(r'id="([^"]+)"', text)}


def test_hostile_texts_and_names_stay_text(made: Path) -> None:
    values = json.loads((made / "evaluation.json").read_text(encoding="utf-8"))
    evil = "<img src=x onerror=alert(1)>\u202e"
    values["model"]["name"] = evil
    values["gallery"] = [{**each, "text": evil, "id": evil, "missed": [evil]} for each in values["gallery"][:1]]
    for row in values["scores"]:
        row["within"] = evil if row["side"] else ""
    text = page(values)
    assert "<img" not in text and "\u202e" not in text and "&lt;img" in text


def test_a_reading_is_kept_and_a_line_that_was_cut_off_is_read_again(tmp_path: Path) -> None:
    texts = corpus(each=5)
    expected = reader(texts, 0.5)
    calls: list[int] = []

    class Known:
        def analyse(self, given: list[str], spans: object, langs: object = None) -> list[Reading]:
            calls.append(len(given))
            return [expected[[text.text for text in texts].index(each)] for each in given]

    first = kept.read(Known, "key", texts, tmp_path)
    again = kept.read(Known, "key", texts, tmp_path)
    assert calls == [15] and [r.document.tolist() for r in first] == [
        r.document.tolist() for r in again
    ]  # three languages share their texts, each with its own calibration
    (file,) = tmp_path.glob("*.jsonl")
    file.write_text(file.read_text()[:-40])
    kept.read(Known, "key", texts, tmp_path)
    assert calls == [15, 1] and first[0].opinions == again[0].opinions
    kept.read(Known, "another key", texts, tmp_path)
    assert calls == [15, 1, 15]


def test_wrong_use_is_said(tmp_path: Path) -> None:
    done = polyvox("evaluate", "--corpus", tmp_path / "nothing", "--out", tmp_path / "out")
    assert (done.returncode, "There is no corpus at" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_stale_evaluation_says_what_to_run(made: Path) -> None:
    values = json.loads((made / "evaluation.json").read_text(encoding="utf-8"))
    text, model, data = document(values), values["model"]["sha256"], values["corpora"][0]["sha256"]
    assert stale(values, text, model, data) is None
    assert "Run `make evaluate`" in str(stale(values, text, "0" * 64, data))
    assert "another test split" in str(stale(values, text, model, "0" * 64))
    assert "python -m pipeline.evaluate docs/evaluation.json" in str(stale(values, text + "!", model, data))


def test_the_committed_evaluation_is_of_this_model_and_this_corpus() -> None:
    from pipeline.evaluate.measuring import repository_fingerprint

    values = json.loads(COMMITTED.read_text(encoding="utf-8"))
    text = COMMITTED.with_suffix(".md").read_text(encoding="utf-8")
    why = stale(values, text, artifacts.find("first").sha256, repository_fingerprint())
    assert why is None, why
