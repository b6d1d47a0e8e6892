"""The error tables of an evaluation, from texts small enough to be counted by hand. Needs no torch."""

import numpy as np
import pytest

from pipeline.evaluate.labelled import Labelled
from pipeline.protocols import Opinion, Reading
from pipeline.train.mentions import error_tables

ASPECTS = frozenset({"price", "staff"})


def _text(document: str | None, *sentences: dict[str, str], lang: str = "de", supervised: frozenset[str] = ASPECTS) -> Labelled:
    """A text whose sentences say so of aspects; "both" stands for praise and blame."""
    said = tuple(
        Opinion(number, None, None, aspect, each, None, 1.0)
        for number, sentence in enumerate(sentences)
        for aspect, polarity in sentence.items()
        for each in (("negative", "positive") if polarity == "both" else (polarity,))
    )
    return Labelled("1", "own", lang, "x", document=(document,) if document else None, opinions=said, supervised=supervised)


def _reading(p: list[float], *said: tuple[int, str, str]) -> Reading:
    opinions = [Opinion(sentence, None, None, aspect, polarity, None, 0.9) for sentence, aspect, polarity in said]
    return Reading(np.array(p), np.zeros((2, 4)), opinions)


def _tables(*pairs: tuple[Labelled, Reading]) -> dict:
    return error_tables([text for text, _ in pairs], [reading for _, reading in pairs], threshold=0.4)


def test_documents_are_counted_true_by_said_with_the_unscored_apart() -> None:
    tables = _tables(
        (_text("negative"), _reading([0.7, 0.1, 0.1, 0.1])),
        (_text("negative"), _reading([0.1, 0.1, 0.1, 0.7])),
        (_text("mixed"), _reading([0.39, 0.3, 0.2, 0.11])),
        (_text(None), _reading([0.7, 0.1, 0.1, 0.1])),
    )
    assert tables["document"] == {"de": [[1, 0, 0, 1, 0], [0] * 5, [0] * 5, [0, 0, 0, 0, 1]]}


@pytest.mark.parametrize(("p", "place"), [(0.5, 0), (0.6, 1), (0.79, 1), (0.95, 2)])
def test_sure_and_unsure_labels_are_counted_apart(p: float, place: int) -> None:
    table = np.array(_tables((_text("positive"), _reading([0, 0, p, 1 - p if p < 0.5 else 0])))["confidence"]["de"])
    assert table.shape == (4, 12) and table[2, 2 * 3 + place] == table.sum() == 1


def test_a_mention_is_found_missed_invented_or_rightly_absent() -> None:
    tables = _tables(
        (_text(None, {"price": "negative"}, {}), _reading([1, 0, 0, 0], (1, "price", "negative"))),  # in another sentence: found
        (_text(None, {"price": "negative"}), _reading([1, 0, 0, 0], (0, "staff", "positive"))),
        (_text(None, {}), _reading([1, 0, 0, 0])),
    )
    assert tables["mention"] == {"de": {"price": [[1, 1], [0, 1]], "staff": [[0, 0], [1, 2]]}}
    assert tables["invented"] == {"de": [0, 0, 1, 0]}


def test_the_polarity_of_a_text_is_mixed_where_it_praises_and_blames() -> None:
    tables = _tables(
        (
            _text(None, {"price": "negative"}, {"price": "positive"}),
            _reading([1, 0, 0, 0], (0, "price", "neutral"), (1, "price", "positive")),
        ),
        (_text(None, {"staff": "both"}), _reading([1, 0, 0, 0], (0, "staff", "negative"), (0, "staff", "positive"))),
    )
    assert tables["polarity"]["de"][3] == [0, 0, 1, 1]


def test_an_aspect_that_the_corpus_does_not_annotate_is_left_out() -> None:
    tables = _tables((_text(None, {}, supervised=frozenset({"staff"})), _reading([1, 0, 0, 0], (0, "price", "negative"))))
    assert tables["mention"] == {"de": {"staff": [[0, 0], [0, 1]]}} and tables["invented"]["de"] == [0, 0, 0, 0]


def test_languages_are_counted_apart() -> None:
    tables = _tables(
        (_text("neutral", lang="cy"), _reading([0, 1, 0, 0])),
        (_text("neutral", lang="vi"), _reading([1, 0, 0, 0])),
    )
    assert tables["document"]["cy"][1] == [0, 1, 0, 0, 0] and tables["document"]["vi"][1] == [1, 0, 0, 0, 0]
