"""Agreement between two annotators: oracle values, and what must hold whatever was annotated."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.corpus.agreement import agreement, categories_in, confusions, overlapping, polarity_of
from pipeline.corpus.alpha import alpha, alpha_interval, masi, nominal, ordinal
from pipeline.corpus.format import Opinion
from pipeline.corpus.second import Annotation, Pair, read_pairs
from pipeline.errors import InputError

_ = None
# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, sections C and D: four observers, twelve units, some left out.
# The values .743 (nominal) and .815 (ordinal) are those printed there.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
    (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
)
UNITS = list(zip(*OBSERVERS, strict=True))
VALUES = (1, 2, 3, 4, 5)
SIDES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30)


def test_alpha_of_the_textbook_table() -> None:
    assert round(alpha(UNITS, nominal, VALUES), 3) == 0.743
    assert round(alpha(UNITS, ordinal, VALUES), 3) == 0.815


def test_alpha_of_two_observers_of_binary_data() -> None:
    # The same paper, section A: ten articles, two observers, alpha = 0.095.
    meg = (0, 1, 0, 0, 0, 0, 0, 0, 1, 0)
    owen = (1, 1, 1, 0, 0, 1, 0, 0, 0, 0)
    assert round(alpha(list(zip(meg, owen, strict=True)), nominal, (0, 1)), 3) == 0.095


def test_alpha_is_one_in_full_agreement_and_undefined_without_variation() -> None:
    assert alpha([("a", "a"), ("b", "b")], nominal, ("a", "b")) == 1
    assert np.isnan(alpha([("a", "a")] * 5, nominal, ("a", "b")))
    assert np.isnan(alpha([], nominal, ("a", "b")))


def test_alpha_of_chance_is_about_nothing() -> None:
    rng = np.random.default_rng(5)
    units = [tuple(each) for each in rng.choice(["a", "b", "c"], size=(4000, 2))]
    assert abs(alpha(units, nominal, ("a", "b", "c"))) < 0.05


@settings(deadline=None)  # the first call imports
@given(SIDES)
def test_alpha_does_not_depend_on_who_is_first(units: list[tuple[str, str]]) -> None:
    one = alpha(units, nominal, ("a", "b", "c"))
    other = alpha([(b, a) for a, b in reversed(units)], nominal, ("a", "b", "c"))
    assert one == pytest.approx(other, nan_ok=True)


@settings(deadline=None)  # the first call imports
@given(SIDES)
def test_nominal_and_ordinal_alpha_are_the_same_with_two_values(units: list[tuple[str, str]]) -> None:
    two = [(a.replace("c", "b"), b.replace("c", "b")) for a, b in units]
    assert alpha(two, nominal, ("a", "b")) == pytest.approx(alpha(two, ordinal, ("a", "b")), nan_ok=True)


def test_a_near_miss_costs_less_than_a_far_one_on_an_ordered_scale() -> None:
    scale = ("negative", "neutral", "positive")
    agreed = [(value, value) for value in scale] * 5
    near, far = [*agreed, ("negative", "neutral")], [*agreed, ("negative", "positive")]
    assert alpha(near, ordinal, scale) > alpha(far, ordinal, scale)
    assert alpha(near, nominal, scale) == pytest.approx(alpha(far, nominal, scale), abs=0.01)


def test_masi_distances_between_sets() -> None:
    # Passonneau 2006: monotonicity 1, 2/3, 1/3, 0, times Jaccard
    values = [frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset()]
    found = masi(values, np.zeros(4))
    assert found[0, 0] == 0
    assert found[0, 1] == pytest.approx(1 - 2 / 3 * 1 / 2)  # within
    assert found[1, 2] == pytest.approx(1 - 1 / 3 * 1 / 3)  # overlap
    assert found[0, 2] == 1  # apart
    assert found[0, 3] == 1
    assert (found == found.T).all()


def test_the_interval_holds_the_value_and_narrows_with_more_units() -> None:
    few = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b"), ("a", "a"), ("b", "a")] * 4
    some = alpha_interval(few, nominal, ("a", "b"), np.random.default_rng(1))
    many = alpha_interval(few * 9, nominal, ("a", "b"), np.random.default_rng(1))
    assert some.low < some.value < some.high
    assert many.high - many.low < (some.high - some.low) / 2
    assert alpha_interval(few, nominal, ("a", "b"), np.random.default_rng(1)) == some


def test_the_interval_is_wider_where_units_come_in_clusters() -> None:
    units = [("a", "a"), ("b", "b"), ("a", "b"), ("b", "b")] * 10
    by_unit = alpha_interval(sorted(units), nominal, ("a", "b"), np.random.default_rng(1))
    by_text = alpha_interval(sorted(units), nominal, ("a", "b"), np.random.default_rng(1), [i // 10 for i in range(40)])
    assert by_text.high - by_text.low > by_unit.high - by_unit.low


# Pairs of annotations


def opinion(category: str, polarity: str = "negative", start: int | None = None, end: int | None = None, sentence: int = 0) -> Opinion:
    return Opinion(sentence, None if start is None else "x" * ((end or 0) - start), start, end, category, polarity)


def directed(category: str, direction: str) -> Opinion:
    return replace(opinion(category), direction=direction)


def annotation(label: str, *opinions: Opinion, sentences: int = 1) -> Annotation:
    return Annotation(label, (label,) * sentences, opinions)


def pair(number: int, first: Annotation, second: Annotation) -> Pair:
    return Pair(f"cy{number}", "cy", 1, first, second)


def test_annotators_who_agree_reach_one_everywhere() -> None:
    one = annotation("negative", opinion("price", start=0, end=5), opinion("staff", "positive"), directed("choice", "too_much"))
    other = annotation("positive", opinion("staff", "positive", 2, 7), opinion("billing", "neutral"))
    found = agreement([pair(1, one, one), pair(2, other, other)])
    assert {name: estimate.value for name, estimate in found.items()} == dict.fromkeys(found, 1.0)


def test_measures_count_what_their_names_say() -> None:
    first = annotation("negative", opinion("price", start=0, end=5), opinion("staff", start=8, end=12), opinion("waiting"))
    second = annotation("mixed", opinion("billing", start=0, end=5), opinion("staff", start=9, end=12), opinion("waiting", "positive"))
    found = agreement([pair(1, first, second), pair(2, second, second)])
    assert found["text label"].n == found["sentence label"].n == 2
    assert found["polarity"].n == 5  # staff and waiting of the first text, all three of the second
    assert found["category in a sentence, F1"].value == pytest.approx((2 * 2 + 2 * 3) / 12)
    assert found["term, exact, F1"].value == pytest.approx((2 * 1 + 2 * 2) / 8)
    assert found["term with category, F1"].value == pytest.approx((2 * 0 + 2 * 2) / 8)
    assert found["term, overlap, F1"].value == 1
    assert confusions([pair(1, first, second)]) == [(("billing", "price"), 1)]


def test_a_direction_counts_where_the_category_and_the_side_are_the_same() -> None:
    first = annotation("negative", directed("choice", "too_much"), directed("price", "too_little"), opinion("staff"))
    second = annotation("negative", directed("choice", "too_much"), directed("price", "too_much"), directed("staff", "too_little"))
    assert agreement([pair(1, first, second)])["direction of a category in a sentence, F1"].value == pytest.approx(2 * 1 / 5)


def test_nothing_annotated_is_not_defined_rather_than_perfect() -> None:
    found = agreement([pair(1, annotation("neutral"), annotation("neutral"))])
    assert np.isnan(found["term, exact, F1"].value)
    assert np.isnan(found["polarity"].value)


def test_a_category_both_praised_and_blamed_has_no_place_on_the_scale() -> None:
    both = annotation("mixed", opinion("price"), opinion("price", "positive"), opinion("staff", "neutral"), opinion("staff"))
    assert polarity_of(both) == {(0, "price"): None, (0, "staff"): "negative"}
    assert categories_in(both, 0) == {"price", "staff"}


SPANS = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)).map(lambda at: (at[0], at[0] + at[1])), max_size=8).map(
    lambda spans: [span for i, span in enumerate(sorted(spans)) if not i or span[0] >= sorted(spans)[i - 1][1]]
)


@settings(deadline=None)  # the first call imports
@given(SPANS, SPANS)
def test_overlapping_spans_are_paired_once_and_alike_from_both_sides(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    apart = [span for i, span in enumerate(one) if all(span[0] >= before[1] for before in one[:i])]
    asunder = [span for i, span in enumerate(other) if all(span[0] >= before[1] for before in other[:i])]
    paired = overlapping(apart, asunder)
    assert paired == overlapping(asunder, apart) <= min(len(apart), len(asunder))
    assert paired >= len(set(apart) & set(asunder))
    assert overlapping(apart, apart) == len(apart)


def row(**changes: Any) -> dict[str, Any]:
    plain = {"label": "neutral", "sentences": ["neutral"], "opinions": []}
    return {"id": "cy1", "lang": "cy", "round": 1, "first": plain, "second": plain} | changes


def test_pairs_are_read_and_what_is_no_pair_is_said_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cy.jsonl"
    path.write_text(json.dumps(row()) + "\n" + json.dumps(row(id="cy2")) + "\n", encoding="utf-8")
    assert [each.id for each in read_pairs([path])] == ["cy1", "cy2"]
    for wrong, says in (
        (row(first={}), "cy.jsonl:1 is not a pair"),
        (row(second={"label": "neutral", "sentences": [], "opinions": []}), "1 and 0 sentences"),
    ):
        path.write_text(json.dumps(wrong), encoding="utf-8")
        with pytest.raises(InputError, match=says):
            read_pairs([path])
    path.write_text(json.dumps(row()) + "\n" + json.dumps(row()), encoding="utf-8")
    with pytest.raises(InputError, match="More than one row"):
        read_pairs([path])
