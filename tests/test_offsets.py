import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.offsets import Aligned, OffsetMap


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Aligned]:
    """A text after up to three rounds of random edits."""
    original = draw(st.text(max_size=40))
    aligned = Aligned.of(original)
    for _ in range(draw(st.integers(0, 3))):
        cuts = sorted(draw(st.lists(st.integers(0, len(aligned.text)), max_size=6)))
        pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
        aligned = aligned.replace([(a, b, draw(st.text(max_size=4))) for a, b in pairs])
    return original, aligned


@given(edited())
def test_the_stored_map_says_what_the_alignment_says(case: tuple[str, Aligned]) -> None:
    """Only a replacement as long as what it replaced is mapped more finely: character by character."""
    _, aligned = case
    offsets = OffsetMap(aligned.runs(), len(aligned.text))
    for i, (origin_start, origin_end) in enumerate(zip(aligned.starts, aligned.ends, strict=True)):
        start, end = offsets.span(i, i + 1)
        assert origin_start <= start <= end <= origin_end
        if origin_end - origin_start <= 1:
            assert (start, end) == (origin_start, origin_end)


@given(edited())
def test_spans_of_the_original_never_run_backwards(case: tuple[str, Aligned]) -> None:
    original, aligned = case
    offsets = OffsetMap(aligned.runs(), len(aligned.text))
    places = [offsets.span(i, i + 1) for i in range(len(aligned.text))]
    assert all(0 <= start <= end <= len(original) for start, end in places)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in itertools.pairwise(places))


def test_a_stretch_as_long_as_what_it_replaced_does_not_run_past_a_neighbour_that_overlaps_it() -> None:
    offsets = OffsetMap([0, 0, 4, 4, 1, 4], 5)
    assert [offsets.span(i, i + 1) for i in range(5)] == [(0, 1), (1, 2), (1, 3), (1, 4), (1, 4)]


@given(st.text(min_size=1, max_size=60))
def test_an_untouched_text_maps_to_itself(text: str) -> None:
    offsets = OffsetMap(Aligned.of(text).runs(), len(text))
    assert all(offsets.span(i, j) == (i, j) for i in range(len(text)) for j in range(i + 1, len(text) + 1))


def test_a_span_over_a_replacement_covers_the_whole_original_stretch() -> None:
    aligned = Aligned.of("Preis 5 &euro; gut").replace([(8, 14, "\N{EURO SIGN}")])
    offsets = OffsetMap(aligned.runs(), len(aligned.text))
    at = aligned.text.index("\N{EURO SIGN}")
    assert offsets.span(at, at + 1) == (8, 14)
    assert offsets.span(at + 2, at + 5) == (15, 18)


def test_edits_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        Aligned.of("abcdef").replace([(3, 4, ""), (1, 2, "")])
