import json
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import models
from pipeline.config import DetectConfig
from pipeline.contract import conform
from pipeline.detect import stage
from pipeline.errors import ConfigError
from pipeline.offsets import Aligned
from pipeline.protocols import Detector, Guess
from pipeline.tables import LANGUAGES, TEXTS

CASES = [
    (path.stem, case)
    for path in sorted((Path(__file__).parent / "cases" / "detect").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]


@cache
def detector() -> Detector:
    return models.detector(DetectConfig())


def texts(*cleans: str) -> pa.Table:
    rows = [
        {"doc_id": str(i), "clean": clean, "offsets": Aligned.of(clean).runs(), "fixes": [], "duplicate": "none", "cluster": str(i)}
        for i, clean in enumerate(cleans)
    ]
    return pa.Table.from_pylist(rows, schema=TEXTS.schema)


@pytest.mark.parametrize(("lang", "case"), CASES, ids=[f"{lang}-{i}" for i, (lang, _) in enumerate(CASES)])
def test_the_language_is_named(lang: str, case: dict[str, str], request: pytest.FixtureRequest) -> None:
    if "fails" in case:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case["fails"]))
    assert detector().detect([case["text"]])[0].lang == case["lang"]


def test_a_guess_does_not_depend_on_its_neighbours() -> None:
    every = [case["text"] for _, case in CASES]
    assert detector().detect(every) == [detector().detect([text])[0] for text in every]


def test_documents_and_their_sentences_are_named_with_their_places() -> None:
    text = "Mae'r bwyd yn dda iawn yma. The waiting room was very cold and dark."
    (table,) = stage.run(texts(text), config=DetectConfig(), model=detector())
    rows = conform(table, LANGUAGES).to_pylist()
    assert [row["sentence"] for row in rows] == [None, 0, 1]
    assert [row["lang"] for row in rows[1:]] == ["cy", "other:en"]
    assert text[rows[2]["start"] : rows[2]["end"]].startswith("The waiting")


class Fixed:
    """Says `de` to everything and remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def detect(self, given: list[str]) -> list[Guess]:
        self.shown += given
        return [Guess("de", 0.9)] * len(given)


def test_a_megabyte_is_shown_in_a_bounded_sample() -> None:
    model = Fixed()
    stage.run(texts("Ein Satz. " * 100_000), config=DetectConfig(), model=model)
    assert len(model.shown[0]) <= stage.LONGEST + 10


def test_an_unknown_detector_is_an_error_that_names_the_known() -> None:
    with pytest.raises(ConfigError, match="lingua"):
        models.detector(DetectConfig(detector="linga"))
