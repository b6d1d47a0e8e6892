"""What one annotated text must keep to (faults), and what deserves a second look (doubts): a row a rule."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.corpus.format import SPLITS, Opinion, Record
from pipeline.corpus.words import words
from pipeline.languages import CODES
from pipeline.tables import DIRECTIONS, LABELS, POLARITIES
from pipeline.taxonomy import Taxonomy

FEWEST_WORDS, MOST_WORDS = 3, 200
POLAR = {"positive": "negative", "negative": "positive"}  # and its opposite

Finding = Callable[[Record, Taxonomy], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what is asked, and what finds where it is broken."""

    name: str
    asks: str
    find: Finding


def _values(record: Record, taxonomy: Taxonomy) -> Iterator[str]:
    allowed = [("lang", record.lang, CODES), ("split", record.split, SPLITS), ("label", record.label, LABELS)]
    allowed += [(f"sentences[{i}].label", each.label, LABELS) for i, each in enumerate(record.sentences)]
    for i, each in enumerate(record.opinions):
        allowed += [(f"opinions[{i}].category", each.category, taxonomy.ids), (f"opinions[{i}].polarity", each.polarity, POLARITIES)]
        if each.direction is not None:
            allowed.append((f"opinions[{i}].direction", each.direction, DIRECTIONS))
    for name, value, among in allowed:
        if value not in among:
            yield f"{name} is {value!r}, not one of {', '.join(among)}"
    if record.rating is not None and not 1 <= record.rating <= 5:
        yield f"rating is {record.rating}, not 1 to 5"


def _writing(record: Record, _: Taxonomy) -> Iterator[str]:
    if unicodedata.normalize("NFC", record.text) != record.text:
        yield "the text is not in Unicode NFC, so its offsets depend on who normalises"
    if record.text != record.text.strip():
        yield "white space stands before or after the text"
    strange = sorted({f"U+{ord(c):04X}" for c in record.text if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c != "\n"})
    if strange:
        yield f"the text holds control or unassigned characters {', '.join(strange)}"


def _length(record: Record, _: Taxonomy) -> Iterator[str]:
    number = len(words(record.text))
    if not FEWEST_WORDS <= number <= MOST_WORDS:
        yield f"{number} words, not {FEWEST_WORDS} to {MOST_WORDS}"


def _sentences(record: Record, _: Taxonomy) -> Iterator[str]:
    before = 0
    for i, each in enumerate(record.sentences):
        if not before <= each.start < each.end <= len(record.text):
            yield f"sentence {i} is {each.start}:{each.end}, which is empty, out of order or outside the text"
            return
        piece = record.text[each.start : each.end]
        if piece != piece.strip():
            yield f"sentence {i} begins or ends with white space"
        if gap := record.text[before : each.start].strip():
            yield f"{gap[:30]!r} before sentence {i} is in no sentence"
        before = each.end
    if rest := record.text[before:].strip():
        yield f"{rest[:30]!r} at the end is in no sentence"


def _terms(record: Record, _: Taxonomy) -> Iterator[str]:
    for i, each in enumerate(record.opinions):
        if not 0 <= each.sentence < len(record.sentences):
            yield f"opinions[{i}] is of sentence {each.sentence} of {len(record.sentences)}"
        elif each.term is None:
            if each.start is not None or each.end is not None:
                yield f"opinions[{i}] has offsets but no term"
        else:
            yield from _offsets(record, i, each)
    spans = sorted({span(each) for each in record.opinions if each.start is not None and each.end is not None})
    for (_start, end), (start, _end) in pairwise(spans):
        if start < end:
            yield f"terms overlap at character {start}"


def _offsets(record: Record, number: int, opinion: Opinion) -> Iterator[str]:
    start, end = span(opinion)
    sentence = record.sentences[opinion.sentence]
    if record.text[start:end] != opinion.term or start < 0 or not opinion.term:
        yield f"opinions[{number}] {start}:{end} holds {record.text[max(0, start) : end]!r}, not its term {opinion.term!r}"
    elif opinion.term != opinion.term.strip():
        yield f"opinions[{number}] has a term with white space around it"
    elif start < sentence.start or end > sentence.end:
        yield f"opinions[{number}] is outside its sentence {opinion.sentence}"


def span(opinion: Opinion) -> tuple[int, int]:
    """Its offsets; an impossible span where there are none."""
    return (-1 if opinion.start is None else opinion.start, -1 if opinion.end is None else opinion.end)


def _once(record: Record, _: Taxonomy) -> Iterator[str]:
    seen: set[tuple[object, ...]] = set()
    for i, each in enumerate(record.opinions):
        key = (each.sentence, each.start, each.end, each.category, each.polarity)
        if each.term is not None and key in seen:
            yield f"opinions[{i}] repeats the opinion on {each.term!r}"
        seen.add(key)


def _directions(record: Record, _: Taxonomy) -> Iterator[str]:
    for i, each in enumerate(record.opinions):
        if each.direction is not None and each.polarity != "negative":
            yield f"opinions[{i}] is {each.polarity} and has a direction; only what is blamed for its amount has one"


def _sentence_labels(record: Record, _: Taxonomy) -> Iterator[str]:
    for i, each in enumerate(record.sentences):
        polar = {opinion.polarity for opinion in record.within(i)} - {"neutral"}
        if (each.label in POLAR and polar - {each.label}) or (each.label == "neutral" and polar):
            yield f"sentence {i} is {each.label} but has {' and '.join(sorted(polar))} opinions"


def _document_label(record: Record, _: Taxonomy) -> Iterator[str]:
    labels = {each.label for each in record.sentences}
    if record.label in POLAR and not labels & {record.label, "mixed"}:
        yield f"the text is {record.label} but no sentence is"
    if record.label == "mixed" and "mixed" not in labels and not set(POLAR) <= labels:
        yield f"the text is mixed but its sentences are {', '.join(sorted(labels))}"
    if record.label == "neutral" and labels - {"neutral"}:
        yield f"the text is neutral but has {', '.join(sorted(labels - {'neutral'}))} sentences"


FAULTS = (
    Rule("values", "allowed values in every field", _values),
    Rule("writing", "NFC, no white space around, no control characters", _writing),
    Rule("length", f"{FEWEST_WORDS} to {MOST_WORDS} words", _length),
    Rule("sentences", "in order, trimmed, covering everything but white space", _sentences),
    Rule("terms", "offsets hold the term, inside its sentence; terms do not overlap", _terms),
    Rule("once", "an opinion on a term stands once", _once),
    Rule("directions", "only negative opinions have a direction", _directions),
    Rule("sentence labels", "agree with the opinions inside", _sentence_labels),
    Rule("text label", "agrees with the sentences", _document_label),
)


def _against_the_grain(record: Record, _: Taxonomy) -> Iterator[str]:
    against = [i for i, each in enumerate(record.sentences) if each.label in (POLAR.get(record.label), "mixed")]
    if record.label in POLAR and against:
        yield f"the text is {record.label}, sentence {against[0]} is {record.sentences[against[0]].label}"


def _rating(record: Record, _: Taxonomy) -> Iterator[str]:
    against = {4: "negative", 5: "negative", 1: "positive", 2: "positive"}
    if record.rating is not None and against.get(record.rating) == record.label:
        yield f"{record.rating} stars, yet {record.label}"


def _half_mixed(record: Record, _: Taxonomy) -> Iterator[str]:
    for i, each in enumerate(record.sentences):
        polar = {opinion.polarity for opinion in record.within(i)} - {"neutral"}
        if each.label == "mixed" and len(polar) < 2:
            yield f"sentence {i} is mixed but has opinions of one kind only"


def _bare_amounts(record: Record, _: Taxonomy) -> Iterator[str]:
    for each in record.opinions:
        if each.term is not None and not any(c.isalpha() for c in each.term):
            yield f"the term {each.term!r} has no letter: an amount or a time names no aspect"


def _silent(record: Record, _: Taxonomy) -> Iterator[str]:
    for i, each in enumerate(record.sentences):
        if each.label != "neutral" and not record.within(i):
            yield f"sentence {i} is {each.label} and has no opinion"


DOUBTS = (
    Rule("against the grain", "a polar text has no sentence of the other kind, but for trifles", _against_the_grain),
    Rule("rating", "stars go with the label", _rating),
    Rule("half mixed", "a mixed sentence has opinions of both kinds", _half_mixed),
    Rule("bare amounts", "a term names the aspect", _bare_amounts),
    Rule("silent", "a sentence that is not neutral has an opinion, unless it continues one", _silent),
)
