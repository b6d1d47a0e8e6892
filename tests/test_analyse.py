"""The analyser on real models: results do not depend on neighbours, nothing is cut, offsets are right."""

import json
import random
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs import SAMPLES

from pipeline import models
from pipeline.analyse.heads import N_TAGS, softmax
from pipeline.analyse.recall import Recall
from pipeline.analyse.terms import terms
from pipeline.analyse.windows import halve, windows
from pipeline.config import AnalyseConfig
from pipeline.protocols import Analyser, Reading
from pipeline.sentences import split


@cache
def analyser() -> Analyser:
    return models.analyser(AnalyseConfig())


def read(texts: list[str], lang: str = "cy") -> list[Reading]:
    return analyser().analyse(texts, [split(text, lang) for text in texts])


def samples(count: int) -> list[str]:
    rows = [json.loads(line) for line in (SAMPLES / "labelled.jsonl").open(encoding="utf-8")]
    return [row["text"] for row in random.Random(1).sample(rows, count)]


def numbers(reading: Reading) -> np.ndarray:
    return np.concatenate([reading.document, reading.sentences.ravel(), [o.probability for o in reading.opinions]])


def test_a_text_reads_the_same_alone_in_any_batch_and_in_any_order() -> None:
    texts = samples(24)
    together = read(texts)
    shuffled = random.Random(2).sample(range(24), 24)
    in_other_order = read([texts[i] for i in shuffled])
    for i, text in enumerate(texts):
        alone = read([text])[0]
        assert alone.opinions == together[i].opinions
        np.testing.assert_allclose(numbers(alone), numbers(together[i]), atol=1e-4)
        np.testing.assert_array_equal(numbers(in_other_order[shuffled.index(i)]), numbers(together[i]))


def test_threads_do_not_change_a_bit() -> None:
    text = samples(3)
    one, two = models.encoder("first", prefix="", threads=1), models.encoder("first", prefix="", threads=2)
    for a, b in zip(one.encode(text), two.encode(text), strict=True):
        np.testing.assert_array_equal(a.vectors, b.vectors)


def test_a_text_of_20000_words_is_read_whole() -> None:
    text = " ".join(f"Roedd y bwyd yn oer ar ddiwrnod {number}." for number in range(2500))
    assert len(text.split()) == 20000
    (reading,) = read([text])
    assert len(reading.sentences) == 2500
    last = [o for o in reading.opinions if o.sentence >= 2490]
    assert last, "nothing was found at the end of the text"
    assert all(o.start is None or text[o.start : o.end].strip() for o in reading.opinions)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\N{PILE OF POO}",
        "a" * 10_000,
        "! " * 3000,
        "\u0627\u0644\u062e\u062f\u0645\u0629 super \u0644\u0643\u0646 teuer",
        "\u200d",
        "x\u0301" * 50,
        "word " * 9000,
    ],
    ids=["empty", "space", "emoji", "one letter", "signs", "mixed scripts", "joiner", "combining", "no sentence end"],
)
def test_odd_texts_do_not_crash_and_give_probabilities(text: str) -> None:
    (reading,) = read([text])
    assert reading.document.shape == (4,) and reading.document.sum() == pytest.approx(1, abs=1e-5)
    for opinion in reading.opinions:
        assert opinion.start is None or 0 <= opinion.start < opinion.end <= len(text)


def test_an_aspect_that_was_switched_off_is_not_reported() -> None:
    text = "Das Essen war kalt und der Kellner unfreundlich."
    everything = read([text], "de")[0]
    assert {o.category for o in everything.opinions} >= {"staff"}
    without = models.analyser(AnalyseConfig(off=("staff",))).analyse([text], [split(text, "de")])[0]
    assert "staff" not in {o.category for o in without.opinions}


PLAIN = [
    ("cy", "Roedd y staff yn hyfryd ac yn barod iawn eu cymwynas.", "positive"),
    ("cy", "Gwasanaeth gwael, arhosais i am awr a neb yn dod.", "negative"),
    ("de", "Super Service, immer wieder gern!", "positive"),
    ("de", "Nach drei Wochen kaputt und niemand antwortet auf meine Mails.", "negative"),
    ("vi", "Nhân viên dễ thương, đồ uống ngon lắm.", "positive"),
    ("vi", "Giao hàng chậm, hộp bị móp, gọi không ai nghe máy.", "negative"),
    ("tl", "Ang bait ng staff at ang sarap ng pagkain!", "positive"),
    ("tl", "Ang tagal dumating ng order tapos sira pa, sayang ang pera.", "negative"),
    ("ar", "الموظفون لطفاء جدا والخدمة سريعة.", "positive"),
    ("ar", "تأخر التوصيل أسبوعين ولم يرد أحد على رسائلي.", "negative"),
]


@pytest.mark.parametrize(("lang", "text", "label"), PLAIN, ids=[f"{lang}-{label}" for lang, _, label in PLAIN])
def test_plain_praise_and_plain_blame_are_read_as_such(lang: str, text: str, label: str) -> None:
    (reading,) = read([text], lang)
    assert ("negative", "neutral", "positive", "mixed")[int(reading.document.argmax())] == label
    assert {o.polarity for o in reading.opinions} == {label}


def test_a_text_that_comes_again_is_read_once_and_reads_the_same() -> None:
    asked: list[str] = []

    class Counted:
        def analyse(self, texts, sentences, langs=None):  # type: ignore[no-untyped-def]
            asked.extend(texts)
            return [Reading(np.full(4, len(text)), np.zeros((0, 4)), []) for text in texts]

    recall = Recall(Counted(), most=2)
    first = recall.analyse(["aa", "b", "aa"], [[], [], []])
    again = recall.analyse(["b", "ccc", "aa"], [[], [], []])
    assert asked == ["aa", "b", "ccc"]
    assert [r.document[0] for r in (*first, *again)] == [2, 1, 2, 1, 3, 2]
    recall.analyse(["b"], [[]])
    assert asked[3:] == ["b"], "only the two latest are held"


@given(st.lists(st.integers(1, 9), max_size=20), st.integers(1, 12))
def test_windows_hold_every_sentence_once_and_in_order(sizes: list[int], limit: int) -> None:
    sentences = [(10 * i, 10 * i + 5) for i in range(len(sizes))]
    found = windows(sentences, sizes, limit)
    assert [s for window in found for s in window.sentences] == sentences
    for window in found:
        held = sizes[window.first : window.first + len(window.sentences)]
        assert len(held) == 1 or sum(held) <= limit


@given(st.text(alphabet="ab ", min_size=1, max_size=300), st.integers(1, 20))
def test_halves_join_to_the_whole(text: str, limit: int) -> None:
    pieces = halve(text, (0, len(text)), limit, len)
    assert "".join(text[a:b] for a, b in pieces) == text
    assert all(b - a <= limit for a, b in pieces)


def tagged(text: str, *words: tuple[str, int]) -> list[str]:
    """Terms found when each whitespace word is a token and the named ones carry a tag."""
    spans, at = [], 0
    for word in text.split(" "):
        spans.append((at, at + len(word)))
        at += len(word) + 1
    logits = np.zeros((len(spans), N_TAGS))
    logits[:, 0] = 3
    for word, tag in words:
        logits[text.split(" ").index(word), tag] = 9
    return [text[t.start : t.end] for t in terms(text, np.array(spans), softmax(logits))]


def test_terms_are_whole_words_without_signs() -> None:
    assert tagged("der (Kellner, nett) war da", ("(Kellner,", 5)) == ["Kellner"]
    assert tagged("lễ tân thân thiện", ("lễ", 5), ("tân", 6)) == ["lễ tân"]
    assert tagged("staff food", ("staff", 5), ("food", 1)) == ["staff", "food"]


def test_a_welsh_article_and_an_arabic_waw_stay_outside() -> None:
    text = "mae'r bwyd"
    spans = np.array([(0, 3), (3, 4), (4, 5), (6, 10)])
    probabilities = softmax(np.array([[9, 0, 0, 0, 0, 0, 0]] * 3 + [[0, 0, 0, 0, 0, 9, 0]], dtype=float))
    assert [text[t.start : t.end] for t in terms(text, spans, probabilities)] == ["bwyd"]
    arabic = "\u0648\u0627\u0644\u062e\u062f\u0645\u0629"  # wal-khidma: and the service
    spans = np.array([(0, 1), (1, 7)])
    probabilities = softmax(np.array([[9, 0, 0, 0, 0, 0, 0], [0, 9, 0, 0, 0, 0, 0]], dtype=float))
    assert [arabic[t.start : t.end] for t in terms(arabic, spans, probabilities)] == [arabic[1:]]
