"""Training and measuring the language detector, on texts made here."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from pipeline.detect.own import Calibration, OwnDetector
from pipeline.detect.weights import Weights
from pipeline.errors import InputError
from pipeline.protocols import Guess, Span
from pipeline.train.language import arabizi, augment, calibrate, drawing, evaluate, fit, measured, scoring, sources, switched
from pipeline.train.language.card import card

ROOT = Path(__file__).parents[1]
WORDS = {
    "cy": "mae'r bwyd yn dda iawn diolch".split(),
    "de": "der kuchen war wirklich sehr gut".split(),
    "en": "this place was really nice".split(),
}


def pools() -> dict[str, drawing.Pool]:
    return drawing.pools([sources.Text(" ".join(words), lang, "made") for lang, words in WORDS.items()], [])


def fitted() -> fit.Fitted:
    texts, labels = drawing.draw(pools(), 300, random.Random(1))
    return fit.fit(fit.examples(texts, labels, tuple(pools()), buckets=1 << 10), np.random.default_rng(1), dim=8, epochs=60)


def test_training_learns_to_tell_the_languages_and_repeats_itself() -> None:
    one, two = fitted(), fitted()
    assert np.array_equal(one.vectors, two.vectors) and one.classes == ("cy", "de", "en")
    detector = OwnDetector(Weights.of(one.logits, one.bias), one.classes, Calibration(), threshold=0, min_letters=1)
    assert [guess.lang for guess in detector.detect(["bwyd dda", "wirklich gut", "really nice"])] == ["cy", "de", "other:en"]


def test_the_gradient_is_that_of_small_differences() -> None:
    texts, labels = drawing.draw(pools(), 20, random.Random(2))
    given = fit.examples(texts, labels, tuple(pools()), buckets=1 << 8)
    rng = np.random.default_rng(0)
    weights = [rng.normal(0, 0.3, shape) for shape in ((1 << 8, 4), (4, 3), (3,))]

    class Kept:  # no n-gram is dropped
        def random(self, size: int, dtype: object) -> np.ndarray:
            return np.ones(size)

    chosen = np.arange(20)
    _, gradients = fit._step(given, chosen, weights, Kept())  # type: ignore[arg-type]
    row = int(given.words.indices[0])
    for number, place in ((0, (row, 2)), (1, (1, 2)), (2, (0,))):
        moved = [each.copy() for each in weights]
        moved[number][place] += 1e-5
        up, down = fit._step(given, chosen, moved, Kept())[0], fit._step(given, chosen, weights, Kept())[0]  # type: ignore[arg-type]
        assert gradients[number][place] == pytest.approx((up - down) / 1e-5, rel=1e-2, abs=1e-5)


def test_rounding_the_weights_hardly_moves_what_a_word_says_of_one_class_against_another() -> None:
    made = fitted()
    weights = Weights.of(made.logits, made.bias)
    words = ["bwyd", "kuchen", "nice"]
    exact = fit.examples([[word] for word in words], [0, 0, 0], made.classes, buckets=1 << 10)
    order = [exact.texts[i].indices[0] for i in range(3)]
    assert sorted(order) == [0, 1, 2]
    expected, found = exact.texts @ (exact.words @ made.logits), weights.words(words) / 2**12
    off = (found - found[:, :1]) - (expected - expected[:, :1])
    assert np.abs(off).max() < 0.05 * np.ptp(expected)


def test_pieces_have_one_to_thirty_words_and_texts_that_switch_are_not_cut_short() -> None:
    rng = random.Random(3)
    long = [f"w{i}" for i in range(60)]
    lengths = {len(augment.piece(long, "en", whole=False, rng=rng)) for _ in range(300)}
    assert min(lengths) == 1 and max(lengths) > 8
    assert min(len(augment.piece(long, "en", whole=True, rng=rng)) for _ in range(100)) >= 8


def test_vietnamese_pieces_are_partly_without_diacritics_and_arabic_ones_partly_in_latin_letters() -> None:
    rng = random.Random(4)
    vi = [" ".join(augment.hurried(["\u0111\u1eb9p", "qu\u00e1"], "vi", rng)) for _ in range(200)]
    assert 30 < sum(text.isascii() for text in vi) < 120
    ar = [" ".join(augment.hurried(["\u0627\u0644\u062e\u062f\u0645\u0629"], "ar", rng)) for _ in range(200)]  # al-khidma
    assert 15 < sum(text.isascii() for text in ar) < 80


def test_arabizi_is_respelt_by_habits_that_hold_for_a_whole_text() -> None:
    rng = random.Random(5)
    spelt = [arabizi.respelt(["7abibi", "ba7eb", "el", "ba7r"], rng) for _ in range(300)]
    assert {len(each) for each in spelt} == {4}
    assert {sum("7" in word for word in each) for each in spelt} == {0, 3}  # all of the three, or none
    assert len({" ".join(each) for each in spelt}) > 30


def test_names_are_put_into_some_pieces_of_three_words_and_more() -> None:
    rng = random.Random(6)
    assert all(augment.with_name(["zwei", "Wörter"], [["taylor", "swift"]], rng) == ["zwei", "Wörter"] for _ in range(100))
    named = [augment.with_name(["das", "ist", "gut"], [["taylor", "swift"]], rng) for _ in range(1000)]
    assert 40 < sum(len(each) == 5 for each in named) < 130
    assert all(" taylor swift " in f" {' '.join(each)} " for each in named if len(each) == 5)


def test_names_and_lines_composed_for_the_detector_are_no_texts_of_the_corpora_that_measure() -> None:
    composed = ROOT / "data" / "language"
    lines = [line.strip() for path in composed.glob("*.txt") for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(set(lines)) and all(lines)
    held_out = {row["text"] for lang in ("cy", "de", "vi", "tl", "ar") for row in sources.rows(ROOT / "data" / "corpus" / f"{lang}.jsonl")}
    assert not held_out & set(lines)
    assert len(sources.names(composed)) == len(set(sources.names(composed)))


def test_what_may_not_be_trained_on_is_no_source() -> None:
    measuring = {*switched.CORPORA, "ntrex", "sib200_flores", "udhr", "m_absa"}
    assert not measuring & {source.corpus for source in sources.TRAINING}


def test_only_train_splits_are_read(tmp_path: Path) -> None:
    for source in sources.TRAINING:
        (tmp_path / source.corpus).mkdir(exist_ok=True)
        rows = [{"lang": "cy", "text": f"{split} text", "cy": split, "en": split, "split": split} for split in ("train", "dev", "test")]
        (tmp_path / source.corpus / source.file).write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    found = {text.text for text in sources.training(tmp_path, ROOT / "data" / "corpus", tmp_path)}
    assert "train text" in found and not {"dev text", "test text", "dev", "test"} & found
    held_out = {row["text"] for row in sources.rows(ROOT / "data" / "corpus" / "cy.jsonl") if row["split"] != "train"}
    assert not held_out & found


def test_a_missing_corpus_is_an_error_that_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--corpora"):
        list(sources.training(tmp_path, ROOT / "data" / "corpus", tmp_path))


def test_a_text_that_stands_in_two_languages_measures_nothing(tmp_path: Path) -> None:
    made = {
        "tatoeba_laser": [("de", "Der Kuchen war wirklich sehr gut hier am See."), ("de", "Taylor Swift live")],
        "ntrex": [("en", "Taylor Swift live"), ("en", "This place was really nice and warm, all year round.")],
        "sib200_flores": [],
    }
    for corpus, texts in made.items():
        (tmp_path / corpus).mkdir()
        lines = [json.dumps({"lang": lang, "text": text, "split": "dev"}) for lang, text in texts]
        (tmp_path / corpus / "lid.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for lang in ("cy", "de", "vi", "tl", "ar"):
        (tmp_path / f"{lang}.jsonl").write_text("", encoding="utf-8")
    found = measured.items(tmp_path, tmp_path)
    assert {item.lang for item in found if item.band == "9+"} == {"de", "en"}
    assert not any("Taylor" in item.text for item in found)


def test_passages_of_a_language_without_a_class_are_counted_by_what_they_are_taken_for(tmp_path: Path) -> None:
    made = fitted()
    detector = OwnDetector(Weights.of(made.logits, made.bias), made.classes, Calibration(), threshold=0, min_letters=1)
    texts = {"cy": "mae'r bwyd yn dda", "en": "this place was really", "bcl": "der kuchen war gut", "hil": "zu kurz"}
    (tmp_path / "udhr").mkdir()
    lines = [json.dumps({"lang": lang, "text": text}) for lang, text in texts.items()]
    (tmp_path / "udhr" / "lid.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = evaluate._declaration(detector, tmp_path)
    assert found["cy"] == found["en"] == {"right": 1.0, "und": 0.0, "taken": 0.0, "n": 1}
    assert found["bcl"] == {"right": 0.0, "und": 0.0, "taken": 1.0, "n": 1} and "hil" not in found


def test_pieces_to_measure_on_come_from_their_text_and_fit_their_band() -> None:
    item = measured.Item("Mae'r bwyd yn dda iawn yma, a'r staff hefyd yn glên.", "cy", "9+", "made")
    for piece in measured._cut(item):
        assert piece.text in item.text and measured.band(len(piece.text.split())) == piece.band
    assert {piece.band for piece in measured._cut(item)} == set(measured.BANDS)


def test_the_threshold_is_the_least_that_reaches_the_precision() -> None:
    rng = np.random.default_rng(7)
    p = rng.random(4000)
    right = rng.random(4000) < p
    limit = calibrate.threshold(p, right, 0.9)
    assert right[p >= limit].mean() >= 0.9 > right[p >= limit - 0.05].mean()
    assert calibrate.threshold(np.array([0.5]), np.array([False])) == 1.0


def test_a_calibrated_detector_errs_no_more_than_chance_and_a_boastful_one_does() -> None:
    rng = np.random.default_rng(8)
    p = rng.random(5000)
    right = rng.random(5000) < p
    fair, boastful = (scoring.calibration_error(each, right, np.random.default_rng(0)) for each in (p, np.sqrt(p)))
    assert fair["ece"] <= fair["null95"] * 1.3 and boastful["ece"] > 0.1 > boastful["null95"]


def test_a_class_that_boasts_is_trusted_less_and_one_that_does_not_is_left_alone() -> None:
    made = fitted()
    detector = OwnDetector(Weights.of(made.logits, made.bias), made.classes, Calibration(), threshold=0, min_letters=1)
    rng = random.Random(9)
    texts = [" ".join(rng.choices(words, k=3)) for words in WORDS.values() for _ in range(150)]
    langs = [lang for lang in WORDS for _ in range(150)]
    wrong = [lang if lang != "de" or rng.random() < 0.6 else "nl" for lang in langs]  # what looks German is often Dutch
    items = [measured.Item(text, lang, "2-3", "made") for text, lang in zip(texts, wrong, strict=True)]
    chosen = calibrate.platt(detector, items)
    trust = dict(zip(made.classes, chosen.trust, strict=True))
    assert trust["de"] < -0.5 < trust["cy"] and trust["en"] > -0.5
    german = [guess.probability for guess in detector.calibrated(chosen).detect(texts) if guess.lang == "de"]
    boasting = [guess.probability for guess in detector.detect(texts) if guess.lang == "de"]
    assert abs(np.mean(german) - 0.6) < 0.06 < np.mean(boasting) - 0.6


def test_coverage_counts_texts_of_equal_probability_together() -> None:
    assert scoring.coverage(np.array([0.9, 0.9, 0.5]), np.array([True, False, True]), 0.99) == 0.0
    assert scoring.coverage(np.array([]), np.array([]), 0.99) == 0.0


class Halves:
    """Calls the first eight characters Welsh and the rest English."""

    def detect(self, texts: list[str]) -> list[Guess]:
        return [Guess("cy", 1.0)] * len(texts)

    def spans(self, texts: list[str]) -> list[list[Span]]:
        return [[Span(0, 8, "cy"), Span(9, len(text), "other:en")] for text in texts]


def test_token_accuracy_counts_tokens_with_a_language_only() -> None:
    text = switched.Switched("made", ("bws", "mawr", "nice", "Tom", "iawn"), ("cy", "cy", "en", "", "cy"))
    assert switched.accuracy(Halves(), [text]) == (0.75, 4)


def test_the_card_of_the_detector_is_made_from_its_evaluation_and_its_weights() -> None:
    folder = ROOT / "models" / "language"
    values = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    assert card(values) == (folder / "card.md").read_text(encoding="utf-8")
    from pipeline import artifacts

    assert values["model"] == artifacts.file_sha256(folder / "weights.npz")[:12]


def test_the_weights_take_less_than_five_megabytes() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "models" / "language").glob("*.npz")) < 5_000_000
