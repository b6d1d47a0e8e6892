"""The warning light: what it sees, what it cannot see, and what the table of coverage says of it."""

import random

import numpy as np
import pytest
from decisions import one, tables
from simulations.light import DRIFTS, TABLE, labelled

from pipeline.aggregate.errors import LanguageErrors, read_errors
from pipeline.config import AggregateConfig
from pipeline.errors import ModelError
from pipeline.stats.label_shift import warning_light
from pipeline.tables import LABELS

EDGES = (0.6, 0.8)
SURE = (0.5, 0.7, 0.9)  # a confidence within each bin


def _rows(table: np.ndarray, number: int, seed: int) -> list[dict]:
    """Texts of which a third each are negative, positive and neutral, said as the table has it."""
    rng = random.Random(seed)
    rows = []
    for i in range(number):
        way = rng.choices(range(12), weights=(table[0] + table[1] + table[2]).tolist())[0]
        label, p = LABELS[way // 3], SURE[way % 3]
        rows.append({"doc_id": f"{seed}-{i}", "text": "x", "lang": "de", "label": label, "p": p, "author": f"a{i}"})
    return rows


def _errors() -> dict[str, LanguageErrors]:
    return {"de": LanguageErrors(said=np.round(600 * TABLE / 4), edges=EDGES)}


def test_texts_that_are_half_guessed_put_the_light_on_and_others_do_not() -> None:
    for table, finding in ((TABLE, "nothing seen"), (DRIFTS["three texts in ten are half guessed"], "do not rely")):
        row = one(tables(_rows(table, 2000, 1), AggregateConfig(), errors=_errors())["coverage"], measure="label_shift")
        assert finding in row["finding"] and row["reason"] is None
        assert (row["q_value"] < 0.05) == (finding == "do not rely")


def test_where_the_evaluation_says_nothing_or_texts_are_few_the_reason_is_said() -> None:
    unknown = one(tables(_rows(TABLE, 100, 2), AggregateConfig())["coverage"], measure="label_shift")
    assert "does not say" in unknown["reason"] and unknown["finding"] is None
    few = one(tables(_rows(TABLE, 12, 3), AggregateConfig(), errors=_errors())["coverage"], measure="label_shift")
    assert few["reason"] == "effective n below 30" and few["p_value"] is None


def test_what_the_numbers_rest_on_is_counted() -> None:
    rows = [
        {"doc_id": str(i), "text": "x", "lang": "de" if i < 6 else "cy", "label": "neutral", "rating": 3.0 if i < 2 else None}
        for i in range(8)
    ]
    table = tables(rows, AggregateConfig())["coverage"]
    assert one(table, lang="de", measure="share_of_texts")["value"] == 0.75
    assert one(table, lang="de", measure="share_rated")["value"] == pytest.approx(1 / 3)
    assert one(table, lang=None, measure="share_with_author")["value"] == 0.0


def test_it_does_not_matter_how_far_the_mix_of_classes_is_from_that_of_the_evaluation() -> None:
    rng = np.random.default_rng(4)
    for mix in ([0.97, 0.01, 0.01, 0.01], [0.1, 0.1, 0.1, 0.7]):
        said = rng.multinomial(1000, mix @ TABLE, size=100)
        assert (warning_light(said, labelled(rng, 600, 100)).p_value < 0.05).mean() <= 0.12


def test_a_class_read_wholly_otherwise_is_seen_and_one_read_as_another_is_not() -> None:
    rng = np.random.default_rng(5)
    odd = np.zeros(12)
    odd[[0, 3, 6, 9]] = 0.25  # never sure of anything
    said = rng.multinomial(1000, 0.5 * odd + 0.5 * TABLE[0], size=50)
    assert (warning_light(said, labelled(rng, 600, 50)).p_value < 0.001).all()
    renamed = rng.multinomial(1000, TABLE[1], size=50)  # all negative texts are read as neutral ones are
    assert (warning_light(renamed, labelled(rng, 600, 50)).p_value > 0.001).all()


def test_without_texts_nothing_is_known() -> None:
    assert np.isnan(warning_light(np.zeros(12), 600 * TABLE).p_value)


def test_a_table_by_confidence_of_another_form_is_refused() -> None:
    document = [[30, 1, 1, 1]] * 4
    errors = {"document": {"de": document}, "edges": [0.6], "confidence": {"de": [[1] * 12] * 4}}
    with pytest.raises(ModelError, match="table by confidence"):
        read_errors({"errors": errors})


def test_with_one_class_the_light_is_the_g_test_of_two_samples() -> None:
    """Oracle: scipy's likelihood-ratio test of a 2 x J table; with one true class there is nothing to mix."""
    from scipy.stats import chi2_contingency

    said, seen = np.array([30.0, 44.0, 12.0, 9.0]), np.array([200.0, 190.0, 70.0, 40.0])
    oracle = chi2_contingency(np.array([said, seen]), correction=False, lambda_="log-likelihood")
    assert float(warning_light(said, seen[None]).p_value) == pytest.approx(oracle.pvalue, abs=1e-9)
