"""`nlp.add_pipe("polyvox")`: what Polyvox reads, on spaCy's own objects.

A thin wrapper round the model of `polyvox run`; it needs `pip install spacy`, and a blank pipeline suffices (`spacy.blank("xx")`). Texts are read as they are: what the clean
stage does (markup, hidden characters, personal data) is not done here. Single texts carry no interval: shares over many of them are what `polyvox run` estimates.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline import models
from pipeline.config import AnalyseConfig, DetectConfig
from pipeline.languages import CODES
from pipeline.protocols import Opinion, Reading
from pipeline.sentences import split
from pipeline.tables import LABELS, UNSCORED

NAME = "polyvox"
# attribute -> what it holds while nothing was read; on texts, on sentences, on terms
DOC = {"polyvox_lang": "", "polyvox_label": UNSCORED, "polyvox_probabilities": None, "polyvox_opinions": ()}
SPAN = {"polyvox_label": UNSCORED, "polyvox_probabilities": None, "polyvox_opinion": None}


class PolyvoxComponent:
    """Sets on each `Doc`:

    - `doc._.polyvox_lang`, `doc._.polyvox_label` (negative, neutral, positive, mixed, or unscored) and `doc._.polyvox_probabilities` (label -> probability);
    - `doc.spans["polyvox_sentences"]`, spans with `_.polyvox_label` and `_.polyvox_probabilities`. Sentence borders that the Doc has are kept, else they are our own;
    - `doc.spans["polyvox"]`, the terms that name an aspect: the label is `aspect polarity`, `_.polyvox_opinion` all that is known of it;
    - `doc._.polyvox_opinions`: every opinion, also those without a term, as dictionaries with the columns of `aspects/` (offsets are characters of `doc.text`).
    """

    def __init__(self, model: str = "first", lang: str | None = None, threshold: float = AnalyseConfig.threshold) -> None:
        self._config = AnalyseConfig(model=model)
        self._lang, self._threshold = lang, threshold
        models.analyser(self._config)  # a wrong name is said now

    def __call__(self, doc: Doc) -> Doc:
        """Read one text."""
        (done,) = self.pipe([doc])
        return done

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Read many texts, `batch_size` at a time; the result for a text is the same alone."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            texts = [doc.text for doc in batch]
            langs = [self._lang] * len(batch) if self._lang else [guess.lang for guess in models.detector(DetectConfig()).detect(texts)]
            borders = [_borders(doc, lang) for doc, lang in zip(batch, langs, strict=True)]
            readings = models.analyser(self._config).analyse(texts, borders, langs)
            for doc, lang, spans, reading in zip(batch, langs, borders, readings, strict=True):
                self._set(doc, lang, spans, reading)
                yield doc

    def _set(self, doc: Doc, lang: str, borders: list[tuple[int, int]], reading: Reading) -> None:
        doc._.polyvox_lang = lang
        opinions = [_plain(each, doc.text) for each in reading.opinions]
        doc._.polyvox_opinions = tuple(opinions)
        self._label(doc, reading.document)
        doc.spans["polyvox_sentences"] = [_span(doc, start, end, "") for start, end in borders]
        for span, p in zip(doc.spans["polyvox_sentences"], reading.sentences, strict=True):
            self._label(span, p)
        terms = [each for each in opinions if each["term"]]
        doc.spans[NAME] = [_span(doc, each["start"], each["end"], f"{each['category']} {each['polarity']}") for each in terms]
        for span, opinion in zip(doc.spans[NAME], terms, strict=True):
            span._.polyvox_opinion = opinion

    def _label(self, what: Doc | Span, p: Any) -> None:
        best = int(p.argmax())
        what._.polyvox_label = LABELS[best] if p[best] >= self._threshold else UNSCORED
        what._.polyvox_probabilities = {label: float(value) for label, value in zip(LABELS, p, strict=True)}


@Language.factory(
    NAME,
    assigns=[*(f"doc._.{name}" for name in DOC), *(f"span._.{name}" for name in SPAN)],
    default_config={"model": "first", "lang": None, "threshold": AnalyseConfig.threshold},
)
def make(nlp: Language, name: str, model: str, lang: str | None, threshold: float) -> PolyvoxComponent:
    """What spaCy calls. `lang`: one of our codes where all texts are in one language; else each is detected. A pipeline of one of our languages is of that language."""
    for attribute, default in DOC.items():
        Doc.set_extension(attribute, default=default, force=True)
    for attribute, default in SPAN.items():
        Span.set_extension(attribute, default=default, force=True)
    return PolyvoxComponent(model, lang or (nlp.lang if nlp.lang in CODES else None), threshold)


def _borders(doc: Doc, lang: str) -> list[tuple[int, int]]:
    if not doc.has_annotation("SENT_START"):
        return split(doc.text, lang)
    return [(sent.start_char, sent.end_char) for sent in doc.sents if sent.text.strip()]


def _span(doc: Doc, start: int, end: int, label: str) -> Span:
    """The tokens that the characters touch: a term may be part of what spaCy takes for one token."""
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    assert span is not None  # what is read lies within the text
    return span


def _plain(opinion: Opinion, text: str) -> dict[str, Any]:
    """As values that spaCy can write to disk."""
    known: dict[str, Any] = {"sentence": int(opinion.sentence), "start": None, "end": None, "term": None}
    if opinion.start is not None and opinion.end is not None:
        start, end = int(opinion.start), int(opinion.end)
        known |= {"start": start, "end": end, "term": text[start:end]}
    said = {"category": opinion.category, "polarity": opinion.polarity, "direction": opinion.direction}
    return known | said | {"probability": float(opinion.probability)}
