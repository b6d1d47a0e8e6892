"""`nlp.add_pipe("polyvox")`: labels and spans on spaCy's objects are those that the model gives."""

import tomllib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from runs import ROOT

from pipeline.config import AnalyseConfig
from pipeline.errors import ModelError
from pipeline.protocols import Opinion, Reading

spacy = pytest.importorskip("spacy")
component = pytest.importorskip("pipeline.spacy_component")
pytestmark = pytest.mark.notebooks

GERMAN = "Das Personal war nett. Alles zu teuer!"
ARABIC = "\u0627\u0644\u062e\u062f\u0645\u0629 \u0633\u064a\u0626\u0629"  # al-khidma sayyia: the service is bad


class Reader:
    """Calls the second word of every text a term, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], list[list[tuple[int, int]]], list[str]]] = []

    def analyse(self, texts: Any, sentences: Any, langs: Any = None) -> list[Reading]:
        self.asked.append((list(texts), [list(spans) for spans in sentences], list(langs)))
        readings = []
        for text, spans in zip(texts, sentences, strict=True):
            start = text.index(" ") + 1
            end = text.find(" ", start) if " " in text[start:] else len(text)
            opinions = [
                Opinion(0, np.int64(start), np.int64(end), "staff", "positive", None, np.float32(0.5)),  # type: ignore[arg-type]
                Opinion(0, None, None, "price", "negative", "too_much", 0.7),
            ]
            readings.append(Reading(np.array([0.7, 0.1, 0.1, 0.1]), np.full((len(spans), 4), 0.25), opinions))
        return readings


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    made = Reader()
    monkeypatch.setattr(component.models, "analyser", lambda config, threads=1: made)
    yield made


def test_a_text_has_its_label_its_sentences_and_its_terms(reader: Reader) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("polyvox")
    doc = nlp(GERMAN)
    assert (doc._.polyvox_lang, doc._.polyvox_label) == ("de", "negative")
    assert doc._.polyvox_probabilities == pytest.approx({"negative": 0.7, "neutral": 0.1, "positive": 0.1, "mixed": 0.1})
    assert [span.text for span in doc.spans["polyvox_sentences"]] == ["Das Personal war nett.", "Alles zu teuer!"]
    assert {span._.polyvox_label for span in doc.spans["polyvox_sentences"]} == {"unscored"}  # no label reaches the threshold
    (term,) = doc.spans["polyvox"]
    assert (term.text, term.label_, term._.polyvox_opinion["category"]) == ("Personal", "staff positive", "staff")
    assert [each["term"] for each in doc._.polyvox_opinions] == ["Personal", None]


def test_sentence_borders_of_the_pipeline_are_kept(reader: Reader) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("sentencizer", config={"punct_chars": ["!"]})
    nlp.add_pipe("polyvox")
    nlp(GERMAN)
    assert reader.asked[0][1] == [[(0, len(GERMAN))]]


def test_the_language_is_detected_unless_it_is_said(reader: Reader) -> None:
    detecting, said, german = spacy.blank("xx"), spacy.blank("xx"), spacy.blank("de")
    detecting.add_pipe("polyvox")
    said.add_pipe("polyvox", config={"lang": "cy"})
    german.add_pipe("polyvox")
    assert [detecting(ARABIC)._.polyvox_lang, said(ARABIC)._.polyvox_lang, german(ARABIC)._.polyvox_lang] == ["ar", "cy", "de"]


def test_many_texts_are_read_in_batches_and_come_out_in_order(reader: Reader) -> None:
    nlp = spacy.blank("xx")
    nlp.add_pipe("polyvox")
    docs = list(nlp.pipe([GERMAN, ARABIC, GERMAN], batch_size=2))
    assert [doc.text for doc in docs] == [GERMAN, ARABIC, GERMAN]
    assert [len(texts) for texts, _, _ in reader.asked] == [2, 1]


def test_what_was_read_can_be_written_and_read_back(reader: Reader) -> None:
    from spacy.tokens import Doc

    nlp = spacy.blank("xx")
    nlp.add_pipe("polyvox", config={"threshold": 0.9})
    again = spacy.blank("xx").from_config(nlp.config)
    doc = again(GERMAN)
    assert doc._.polyvox_label == "unscored"
    kept = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert kept._.polyvox_opinions[0]["term"] == "Personal" and [span.text for span in kept.spans["polyvox"]] == ["Personal"]


def test_a_model_that_is_not_there_is_said_when_the_pipeline_is_made() -> None:
    with pytest.raises(ModelError, match="There is no model 'nothing'"):
        spacy.blank("xx").add_pipe("polyvox", config={"model": "nothing"})


def test_the_model_that_comes_with_us_reads_through_the_component_as_it_does_without() -> None:
    from pipeline import models
    from pipeline.sentences import split

    nlp = spacy.blank("xx")
    nlp.add_pipe("polyvox")
    doc = nlp(GERMAN)
    (expected,) = models.analyser(AnalyseConfig()).analyse([GERMAN], [split(GERMAN, "de")], ["de"])
    assert nlp("")._.polyvox_label == "unscored"
    assert list(doc._.polyvox_probabilities.values()) == pytest.approx(expected.document)
    assert [each["category"] for each in doc._.polyvox_opinions] == [each.category for each in expected.opinions]


def test_installing_registers_the_component() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["spacy_factories"]
    module, name = declared["polyvox"].split(":")
    assert module == component.__name__ and callable(getattr(component, name))
