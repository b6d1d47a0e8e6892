"""A against B, weak parts, baselines and the annotators' agreement."""

import numpy as np
import pytest
from evaluated import corpus, reader, shuffled
from runs import ROOT

from pipeline.evaluate.baselines import LEXICON, MAJORITY, baselines, lexicon, majority
from pipeline.evaluate.calibrating import calibration
from pipeline.evaluate.ceiling import ceiling
from pipeline.evaluate.comparison import differences, in_words
from pipeline.evaluate.gallery import gallery
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.lexicon import Lexicon
from pipeline.evaluate.slices import worst
from pipeline.evaluate.tasks import ACCURACY, MACRO

TEXTS = corpus(each=160)
READINGS = reader(TEXTS, 0.8)


def test_a_model_whose_german_was_shuffled_is_said_to_be_worse_in_german_and_nowhere_else() -> None:
    found = differences(TEXTS, shuffled(TEXTS, READINGS, "de"), READINGS)
    assert {(each.task, each.lang) for each in found if each.verdict == "worse"} >= {("document", "de"), ("sentence", "de")}
    assert not [each for each in found if each.verdict != "same" and each.lang != "de"]
    words = in_words(found, "new", "old")
    assert words[0].startswith("Document sentiment (macro-F1): new is worse than old in German (-0.")
    assert "cannot be told apart in Arabic (160 texts; the scores are equal) and Welsh" in words[0]


def test_the_report_of_the_shuffled_model_alone_names_german_first() -> None:
    found = worst(TEXTS, shuffled(TEXTS, READINGS, "de"))
    assert (found["worst"][0]["lang"], found["worst"][0]["stands_out"]) == ("de", True)
    assert found["worst"][0]["part"].startswith("all texts")


def test_a_model_cannot_be_told_from_itself() -> None:
    found = differences(TEXTS, READINGS, READINGS)
    assert {(each.verdict, each.p, each.difference) for each in found} == {("same", 1.0, 0.0)}
    assert all("cannot be told apart" in sentence for sentence in in_words(found, "a", "a"))


def test_two_models_that_err_alike_often_are_rarely_told_apart_and_told_how_many_texts_it_would_take() -> None:
    found = [each for seed in range(3) for each in differences(TEXTS, reader(TEXTS, 0.7, seed), reader(TEXTS, 0.7, seed + 50))]
    judged = [each for each in found if (each.task, each.metric) == ("document", ACCURACY)]
    assert sum(each.verdict != "same" for each in judged) <= 1  # of 9
    assert all(each.needed is None or each.needed > each.texts for each in judged if each.verdict == "same" and each.difference)


def test_where_each_author_has_one_text_the_share_right_is_judged_by_mcnemar() -> None:
    found = differences(TEXTS, READINGS, reader(TEXTS, 0.5, 9))
    (german,) = [each for each in found if (each.task, each.metric, each.lang) == ("document", ACCURACY, "de")]
    assert german.test == "McNemar, exact" and german.verdict == "better"
    assert german.only_a is not None and german.only_b is not None
    assert german.difference == pytest.approx((german.only_a - german.only_b) / german.texts, abs=1e-4)


def test_no_part_of_a_model_that_errs_evenly_stands_out() -> None:
    assert sum(worst(TEXTS, reader(TEXTS, 0.7, seed))["standing_out"] for seed in range(3)) == 0


def test_a_weak_part_within_a_language_is_found() -> None:
    weak = [text.lang == "cy" and text.dimensions["genre"] == "post" for text in TEXTS]
    readings = [bad if is_weak else good for is_weak, good, bad in zip(weak, READINGS, reader(TEXTS, 0.25, 3), strict=True)]
    found = worst(TEXTS, readings)["worst"]
    assert any(row["stands_out"] and row["lang"] == "cy" and "genre: post" in row["part"] for row in found)


def test_calibration_knows_an_overconfident_model() -> None:
    rows = calibration(TEXTS, reader(TEXTS, 0.3))
    assert len(rows) == 3 and all(row["ece"]["off"] and row["log_loss"]["value"] > 1 for row in rows)
    assert all(sum(each["n"] for each in row["bins"]) == 160 for row in rows)


def test_the_gallery_shows_sure_errors_without_hidden_characters_and_personal_data() -> None:
    text = Labelled(id="1", corpus="c", lang="ar", text="\u202ebad\x00 <script> me@example.org", document=("positive",))
    (shown,) = gallery([text], reader([text], 0.0))
    assert shown["text"] == "bad <script> [mail]" and shown["true"] == "positive" != shown["said"]


def test_the_commonest_label_of_the_training_split_is_the_first_baseline() -> None:
    train = [Labelled(id=str(i), corpus="c", lang="de", text="x", document=("negative" if i < 7 else "mixed",)) for i in range(10)]
    (reading, *_) = majority(train, train)
    assert reading.document.tolist() == [0.7, 0, 0, 0.3]


def test_a_lexicon_learns_sides_and_terms_from_the_training_split() -> None:
    train = [
        t
        for i in range(30)
        for t in (_said(f"g{i}", "Das Personal war toll.", "positive"), _said(f"b{i}", "Das Personal war furchtbar.", "negative"))
    ]
    fitted = Lexicon.fitted(train)
    assert fitted.sides == {"toll": 1, "furchtbar": -1}
    text = _said("x", "Personal furchtbar und toll", "mixed")
    reading = fitted.read(text)
    assert fitted.label(text.text) == "mixed" and int(reading.document.argmax()) == 3
    assert [(o.start, o.end, o.category) for o in reading.opinions] == [(0, 8, "staff")]
    assert [len(each.opinions) for each in lexicon(train, train[:2])] == [1, 1]


def _said(name: str, text: str, label: str) -> Labelled:
    from evaluated import opinion

    start = text.index("Personal")
    opinions = (opinion(0, start, start + 8, "staff", "negative"),)
    return Labelled(name, "c", "de", text, "train", (label,), ((0, len(text)),), ((label,),), opinions, True, frozenset({"staff"}))


def test_baselines_of_scikit_learn_beat_the_commonest_label_where_words_tell(tmp_path) -> None:
    pytest.importorskip("sklearn")
    from pipeline.protocols import Encoded

    words = {"positive": "toll", "negative": "furchtbar", "neutral": "Uhrzeit", "mixed": "einerseits"}
    train = [_said(f"{i}{label}", f"Das Personal {word}.", label) for i in range(25) for label, word in words.items()]

    class Letters:
        """A frozen encoder whose vectors tell the words apart."""

        def encode(self, texts):  # type: ignore[no-untyped-def]
            return [
                Encoded(np.eye(128, dtype=np.float32)[[ord(c) % 128 for c in t]], np.array([(i, i + 1) for i in range(len(t))]))
                for t in texts
            ]

        def count(self, texts):  # type: ignore[no-untyped-def]
            return [len(text) for text in texts]

    found = {name: {s.task: s.value for s in each} for name, each in baselines(train, train, Letters, "key", tmp_path)}
    assert list(found) == [MAJORITY, LEXICON, "TF-IDF + logistic regression", "frozen encoder + logistic regression"]
    assert all(found[name]["document"] > 0.95 for name in list(found)[2:]) and found[MAJORITY]["document"] < 0.5
    assert len(list(tmp_path.glob("vectors-*.npy"))) == 1


def test_agreement_of_the_second_annotation_is_scored_as_a_model_is() -> None:
    found = {(s.lang, s.task, s.metric): s for s in ceiling(ROOT / "data" / "corpus")}
    assert {key[0] for key in found} >= {"cy", "de", "vi", "ar"}
    assert all(0.5 < found[lang, "document", MACRO].value <= 1 for lang in ("cy", "de", "vi", "ar"))  # type: ignore[operator]
    assert ceiling(ROOT / "data" / "samples") == []
