"""Odd texts through clean, detect and analyse: every one is read or rejected with a reason, nothing is cut, and places are those of the text as written."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from feedback_tables import run_of

from pipeline import models
from pipeline.analyse import stage as analyse
from pipeline.clean import stage as clean
from pipeline.clean.cleaned import CLEANED
from pipeline.clean.duplicates import finish
from pipeline.config import AnalyseConfig, CleanConfig, DetectConfig
from pipeline.contract import conform
from pipeline.detect import stage as detect
from pipeline.protocols import Analyser, Opinion, Reading
from pipeline.tables import ASPECTS, LANGUAGES, SENTIMENT

ODD = {
    "emoji only": "\U0001f621\U0001f621\U0001f44d\U0001f3fd \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "empty sentences": "... ! ? ... !!! . . Das Essen war kalt. ... ! Der Kellner war nett. ...",
    "one letter": "a" * 10_000,
    "one word": "schlecht " * 10_000,
    "mixed scripts": "الخدمة سيئة جدا but the Kaffee war super, cảm ơn! Ang bagal ng serbisyo \U0001f621 \u0645\u0648\u0638\u0641 لطيف.",
    "right to left marks": "\u200fالخدمة\u200f ممتازة \u202dABC\u202c والسعر مرتفع.",
    "marks apart": "Roedd y gwasanaeth yn wych ond roedd y t" + "y\u0302" + " yn oer. Diolch i" + "\u0301" * 40 + ".",
    "no space": "Die" + "Lieferung" * 400 + ".",
    "nothing": "\u200b\u200b \ufeff",
}


def through(texts: Sequence[str], model: Analyser) -> tuple[pa.Table, pa.Table, pa.Table, pa.Table]:
    """Rejects, languages, sentiment and aspects of some texts, as a run makes them."""
    documents = run_of({"doc_id": f"d{i}", "text": text} for i, text in enumerate(texts)).documents
    cleaned, rejects = clean.run(documents, config=CleanConfig())
    cleaned = conform(cleaned, CLEANED)
    marks = pa.array(["none"] * len(cleaned)), cleaned["doc_id"].combine_chunks()
    table = finish(cleaned, *marks)
    (languages,) = detect.run(table, config=DetectConfig(), model=models.detector(DetectConfig()))
    sentiment, aspects = analyse.run(table, languages, documents, config=AnalyseConfig(), model=model)
    return rejects, conform(languages, LANGUAGES), conform(sentiment, SENTIMENT), conform(aspects, ASPECTS)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_text_is_read_or_rejected_with_a_reason_and_its_places_are_right(name: str) -> None:
    text = ODD[name]
    rejects, languages, sentiment, aspects = through([text], models.analyser(AnalyseConfig()))
    whole = [row for row in sentiment.to_pylist() if row["level"] == "document"]
    assert len(whole) + len(rejects) == 1 and all(rejects["reason"].to_pylist())
    assert (name == "nothing") == bool(len(rejects))
    for row in sentiment.to_pylist():
        assert 0 <= row["start"] <= row["end"] <= len(text)
        assert sum(row[f"p_{label}"] for label in ("negative", "neutral", "positive", "mixed")) == pytest.approx(1, abs=1e-3)
    for row in aspects.to_pylist():
        assert row["term"] is None or (text[row["start"] : row["end"]] == row["term"] and row["term"].strip())
    assert all(0 <= row["start"] <= row["end"] <= len(text) for row in languages.to_pylist())


class FirstWords:
    """protocols.Analyser: takes the first word of every sentence for a term."""

    def analyse(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], langs: Sequence[str] | None = None
    ) -> list[Reading]:
        found = []
        for text, spans in zip(texts, sentences, strict=True):
            words = [(start, start + len(text[start:end].split()[0])) for start, end in spans]
            said = [Opinion(number, *word, "staff", "neutral", None, 0.9) for number, word in enumerate(words)]
            found.append(Reading(np.full(4, 0.25), np.full((len(spans), 4), 0.25), said))
        return found


@pytest.mark.parametrize("between", [" ", " \U0001f621\U0001f621\U0001f621\U0001f621 ", "  \u200b "], ids=["plain", "emoji", "spaces"])
def test_of_a_text_of_20000_words_every_sentence_reaches_the_model_with_its_place(between: str) -> None:
    """What stands between the sentences is shortened by cleaning, so that places in the cleaned text are not those in the text as written."""
    text = between.join(f"Tag{number} war es in dem Laden leider kalt." for number in range(2500))
    assert sum(word[0].isalpha() for word in text.split()) == 20_000
    _, _, sentiment, aspects = through([text], FirstWords())
    terms = [row for row in aspects.to_pylist() if row["term"].startswith("Tag")]
    assert [row["term"] for row in terms] == [f"Tag{number}" for number in range(2500)]
    assert all(text[row["start"] : row["end"]] == row["term"] for row in aspects.to_pylist())
    sentences = [row for row in sentiment.to_pylist() if row["level"] == "sentence"]
    assert all(a["end"] <= b["start"] for a, b in pairwise(sentences))
    assert sum(text[row["start"] : row["end"]].count("Laden") for row in sentences) == 2500
