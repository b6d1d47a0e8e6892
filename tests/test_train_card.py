"""The card of a model says what its evaluation holds, as `polyvox evaluate` measures it. Needs no torch."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from evaluated import corpus, reader

from pipeline.evaluate.calibrating import calibration
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.measuring import dumped
from pipeline.evaluate.scoring import scores
from pipeline.evaluate.tasks import BY_KEY, MACRO
from pipeline.protocols import Reading
from pipeline.train import measure
from pipeline.train.card import card, write

HOSTILE = "``` <script>alert(1)</script> | `x` **bold**"
FOREIGN = "a sentence of somebody else's corpus"


def _texts() -> list[Labelled]:
    made = [replace(text, corpus="own", split="test" if i % 3 else "dev") for i, text in enumerate(corpus(160))]
    public = [
        replace(text, corpus="potts", split="dev", text=f"{FOREIGN} {i}", sentences=None, sentence_labels=None, opinions=None)
        for i, text in enumerate(corpus(40, ("de",)))
    ]
    return [*(replace(text, text=f"{text.text} {HOSTILE}") for text in made), *public]


@pytest.fixture(scope="module")
def made() -> tuple[list[Labelled], list[Reading], dict[str, Any]]:
    texts = _texts()
    read = reader(texts, 0.7)
    values = measure.measured("first", texts, read, threshold=0.6)
    about = measure.summary("What it is.", {"thresholds": {"term": 0.3}}, 12, measure.Counter({"own": 480, "potts": 40}))
    cost = {"texts": 64, "words_a_text": 20.0, "texts_a_second": 40.0, "peak_megabytes": 400, "model_megabytes": 59.0}
    return texts, read, json.loads(dumped({"summary": about, **values, "cost": cost}))


def test_scores_and_calibration_are_those_of_polyvox_evaluate(made) -> None:
    texts, read, values = made
    expected = [s for s in scores(texts, read, [BY_KEY["document", MACRO]], sides=False) if s.value is not None]
    found = [row for row in values["scores"] if row["task"] == "document"]
    assert [(r["corpus"], r["lang"], r["split"], r["value"], r["low"], r["high"]) for r in found] == [
        (s.corpus, s.lang, s.split, s.value, s.low, s.high) for s in expected
    ]
    assert values["calibration"] == json.loads(dumped({"c": calibration(texts, read)}))["c"]
    assert all("model=first@" in row["signature"] and f"n={row['n']}" in row["signature"] for row in (*values["scores"], *values["parts"]))


def test_parts_are_by_length_and_genre(made) -> None:
    assert {row["side"] for row in made[2]["parts"]} >= {"length", "genre"}
    assert not {row["side"] for row in made[2]["scores"]} - {""}


def test_examples_of_failures_are_from_our_own_dev_texts_only(made) -> None:
    assert {(row["corpus"], row["split"]) for row in made[2]["gallery"]} == {("own", "dev")}
    assert FOREIGN not in json.dumps(made[2])


def test_the_card_has_a_section_for_everything_that_was_measured(made) -> None:
    text = card("first", made[2])
    for heading in (
        "Trained on",
        "Reaches",
        "By length, genre",
        "What is taken",
        "Do the probab",
        "Leaving unsure",
        "Weakest",
        "Cost",
        "Known weak",
        "Known fail",
    ):
        assert f"\n## {heading}" in text
    assert "12 training texts were removed" in text and "40 texts a second" in text and "400 MB of memory" in text


def test_the_threshold_is_shown_with_what_it_keeps_and_what_is_then_wrong(made) -> None:
    texts, read, values = made
    pairs = [(t, r) for t, r in zip(texts, read, strict=True) if t.corpus == "own" and t.lang == "de"]
    kept = [(t, r) for t, r in pairs if r.document.max() >= 0.6]
    wrong = sum(("negative", "neutral", "positive", "mixed")[int(r.document.argmax())] != t.document[0] for t, r in kept)
    assert f"| German | {len(pairs)} | {len(kept) / len(pairs):.1%} | {wrong / len(kept):.1%} |" in card("first", values)


def test_texts_stay_text_in_the_card(made) -> None:
    shown = [line for line in card("first", made[2]).splitlines() if "<script>" in line]
    assert shown and all(line.count("``") == 2 and "```" not in line for line in shown)


def test_an_evaluation_that_holds_less_makes_a_shorter_card(made) -> None:
    less = {name: made[2][name] for name in ("summary", "scores")}
    text = card("first", less)
    assert "## Reaches" in text and "## Cost" not in text and "## Known failures" not in text


def test_both_files_are_written_and_the_card_is_made_from_the_json(made, tmp_path: Path) -> None:
    write(tmp_path, made[2])
    values = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert values == made[2] and (tmp_path / "card.md").read_text(encoding="utf-8") == card(tmp_path.name, values)
