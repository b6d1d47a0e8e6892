"""How "too little" and "too much" are read: the words of an amount, what adds up, and when nothing is said."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pipeline import artifacts, models
from pipeline.analyse.amounts import KINDS, amounts, near, of_tokens
from pipeline.analyse.analyser import HeadsAnalyser
from pipeline.analyse.directions import Directions, direction
from pipeline.analyse.heads import OPTIONAL, Heads
from pipeline.config import AnalyseConfig
from pipeline.sentences import split


def kinds(sentence: str, lang: str) -> list[tuple[str, str]]:
    return [(sentence[start:end], KINDS[kind]) for start, end, found in amounts(sentence, lang) for kind in sorted(found)]


@pytest.mark.parametrize(
    ("sentence", "lang", "expected"),
    [
        ("Dim ond un drws", "cy", [("Dim ond", "only"), ("un", "one")]),
        ("zu wenig Salz, viermal", "de", [("zu wenig", "little"), ("viermal", "number")]),
        ("chỉ có hai cái", "vi", [("chỉ có", "only"), ("hai", "few")]),
        ("sobrang alat", "tl", [("sobrang", "too"), ("alat", "strong")]),
        ("\u0643\u0644 \u064a\u0648\u0645", "ar", [("\u0643\u0644 \u064a\u0648\u0645", "often")]),  # kull yawm, every day
    ],
)
def test_words_of_an_amount_are_found_in_each_language(sentence: str, lang: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(sentence, lang) == expected


def test_the_longest_entry_counts_alone() -> None:
    assert kinds("zu wenig", "de") == [("zu wenig", "little")]
    assert kinds("zu", "de") == [("zu", "too")]


def test_case_and_drawn_out_letters_do_not_matter() -> None:
    assert kinds("SOBRAAANG", "tl") == [("SOBRAAANG", "too")]


def test_vietnamese_without_marks_is_read_only_in_a_sentence_without_any() -> None:
    assert kinds("man qua", "vi") == [("man", "strong"), ("qua", "too")]
    assert kinds("món man đi qua", "vi") == []


def test_an_arabic_word_is_found_after_what_is_written_with_it() -> None:
    assert kinds("\u0648\u0643\u062b\u064a\u0631\u0629", "ar") == [("\u0648\u0643\u062b\u064a\u0631\u0629", "many")]  # wa-kathira, and many


def test_numbers_in_digits_are_one_few_or_a_number() -> None:
    assert [kind for _, kind in kinds("1, 03, 250", "cy")] == ["one", "few", "number"]


def test_a_language_without_a_list_has_no_amounts() -> None:
    assert kinds("zu wenig", "und") == []


def test_a_word_marks_its_tokens_and_counts_less_the_further_it_is() -> None:
    said = of_tokens("zu süß, der Saft", "de", np.array([[0, 2], [3, 6], [6, 7], [8, 11], [12, 16]]))
    too = KINDS.index("too")
    assert said[:, too].tolist() == [1, 0, 0, 0, 0]
    inside, beside, far = (near(said, np.array([place]))[too] for place in (0, 1, 4))
    assert inside == 1 and far == pytest.approx(beside**4)


def test_nothing_is_said_where_no_direction_is_likelier_or_the_opinion_unsure() -> None:
    assert direction(np.array([9.0, 0.0, 0.0]), 1.0, 0.3) is None
    assert direction(np.array([0.0, 0.0, 9.0]), 1.0, 0.3) == "too_much"
    assert direction(np.array([0.0, 0.0, 9.0]), 0.05, 0.3) is None


@cache
def committed() -> Heads:
    with np.load(artifacts.find("first").folder / "heads.npz") as arrays:
        return Heads.from_arrays(arrays)


def test_a_model_without_its_arrays_reads_the_sentence_alone() -> None:
    heads = committed()
    plain = Directions.of(replace(heads, arrays={name: values for name, values in heads.arrays.items() if name not in OPTIONAL}))
    ones = np.ones(len(KINDS), dtype=np.float32)
    vectors = np.ones((2, plain.term.shape[1]), dtype=np.float32)
    assert not any(part.any() for part in (plain.of_term(vectors, ones), plain.of_sentence(ones), plain.of_implicit(ones), plain.aspect))


def test_aspects_of_which_the_guidelines_know_no_amount_have_no_direction() -> None:
    says, names = Directions.of(committed()), committed().aspects
    least = {name: says.aspect[names.index(name), 0] for name in ("waiting", "responsiveness", "recovery", "cleanliness", "choice")}
    assert all(logit > 15 for name, logit in least.items() if name != "choice") and least["choice"] < 5


def read_one(text: str, lang: str, heads: Heads) -> list[tuple[str, str, str | None]]:
    facts = artifacts.find("first").json("model.json")
    analyser = HeadsAnalyser(
        models.encoder("first", prefix=""), heads, thresholds=replace(_thresholds(), direction=facts["thresholds"]["direction"])
    )
    return [(o.category, o.polarity, o.direction) for o in analyser.analyse([text], [split(text, lang)], [lang])[0].opinions]


def _thresholds():  # type: ignore[no-untyped-def]
    found = models.analyser(AnalyseConfig())
    assert isinstance(found, HeadsAnalyser)
    return found._thresholds


PRAISE = (
    ("Das Essen ist so gut und so viel Auswahl, super!", "de"),
    ("Sobrang sarap ng pagkain, ang dami pa!", "tl"),
    ("Đồ ăn ngon quá, nhiều món lắm!", "vi"),
)


@pytest.mark.parametrize(("text", "lang"), PRAISE)
def test_praise_has_no_direction_however_much_it_says_so(text: str, lang: str) -> None:
    found = read_one(text, lang, committed())
    assert found and not [each for each in found if each[2]]


def test_the_parts_of_the_reading_move_it_and_nothing_else() -> None:
    """With the bias of an aspect turned to too little, every blamed opinion on it is too little; polarity and aspect stay."""
    text, heads = "Das Essen war kalt und schlecht.", committed()
    before = read_one(text, "de", heads)
    blamed = {category for category, polarity, _ in before if polarity == "negative"}
    assert blamed
    aspect = heads.arrays["direction.aspect"].copy()
    aspect[:, 1] += 60
    after = read_one(text, "de", replace(heads, arrays={**heads.arrays, "direction.aspect": aspect}))
    assert [each[:2] for each in after] == [each[:2] for each in before]
    assert {way for _, polarity, way in after if polarity == "negative"} == {"too_little"}
    assert not [way for _, polarity, way in after if polarity != "negative" and way]


@pytest.mark.train
def test_what_is_fitted_says_at_run_time_what_it_said_in_training() -> None:
    torch = pytest.importorskip("torch")
    from pipeline.train.directions import Case, Settings, _batch, _exported, _Network, fit

    rng = np.random.default_rng(1)
    words = np.eye(len(KINDS), dtype=np.float32)
    made = [
        Case(
            rng.normal(3, 2, (5, 8)).astype(np.float16),
            np.array([1, 2] if i % 2 else [], dtype=int),
            i % 3,
            words[i % 2],
            words[i % 2],
            1 + i % 2,
        )
        for i in range(60)
    ]
    found = fit(made, 4, [3], Settings(epochs=40, batch=20))
    torch.manual_seed(2)
    network = _Network(8, 4, 0.0).eval()
    for each in network.parameters():
        torch.nn.init.normal_(each, std=0.5)
    mean, scale = np.full(8, 3.0), np.full(8, 2.0)
    expected = network(_batch(made, mean, scale)).detach().numpy()
    for arrays, wanted in ((_exported(network, mean, scale, []), expected), (found, None)):
        heads = Heads({name: values for name, values in arrays.items()}, ("a", "b", "c", "d"))
        says = Directions.of(heads)
        logits = []
        for case in made:
            vectors = case.vectors.astype(np.float32)
            part = says.of_term(vectors[case.term], case.nearness) if len(case.term) else says.of_implicit(case.nearness)
            pooled = heads.tokens("direction", vectors).pool().logits()[:, 0]
            logits.append(pooled + part + says.of_sentence(case.kinds) + says.aspect[case.aspect])
        if wanted is not None:
            np.testing.assert_allclose(np.array(logits), wanted, atol=2e-3)
        else:  # the words tell the direction, and the fit has learnt it
            assert [int(row.argmax()) for row in logits] == [case.direction for case in made]
    assert found["direction.aspect"][3].tolist() == [20, 0, 0]
