"""What holds for every text that the fixers meet, whatever is in it."""

import re
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.fixer import apply
from pipeline.clean.fixers import FIXERS, PLACEHOLDERS
from pipeline.offsets import Aligned, OffsetMap

PLACEHOLDER = re.compile("|".join(map(re.escape, PLACEHOLDERS)))

PIECES = (  # whatever some fixer looks for, so that random texts meet all of them and their meetings
    *(
        "gut",
        "sooooo",
        "đẹp",
        "Ger\u00c3\u00a4t",
        "\u00d8\u00a7\u00d9\u201e",
        "\u0637\u00a7\u0638\u201e\u0637\u00a7",
        "w\u0302",
        "o\u0302\u0301",
        "\u0645\u0640\u0640\u0631",
    ),
    *(
        "<b>",
        "</p>",
        "<br/>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<3",
        "a<b",
        "&amp;",
        "&lt;",
        "&gt;",
        "&#38;",
        "&nbsp;",
        "<a href='",
        "'>",
    ),
    *(
        "\u200b",
        "\u200d",
        "\ufe0f",
        "\u202e",
        "\x00",
        "\r\n",
        "\u2028",
        "\x85",
        "\U0001f600",
        "\U0001f469\u200d\U0001f373",
        "\U0001f3f4",
        "\u2b50",
        "\u2764\ufe0f",
    ),
    *("!!!!", "?!?!?!?!", "ha", "haha", "gut gut gut gut ", "*****", "....", "\u0640", "XXXXL"),
    *(
        "https://a.de/b",
        "www.x.vn",
        "@name",
        "a@b.de",
        "(at)",
        "bit.ly/x",
        "0171 2345678",
        "+84 912 345 678",
        "DE89 3704 0044 0532 0130 00",
    ),
    *("4111 1111 1111 1111", "03.05.2024", "Tel. ", "Bestellnummer ", "\u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667"),
    *(
        "$config[code] not found",
        "{{name}}",
        "\n12 Comments \u25bc\n",
        "\nread more\n",
        "(Translated by Google)",
        "(Original)",
        "\nHome\n",
        "click to tweet",
    ),
    *(" ", "  ", "\n", "\n\n\n", "\u00a0", "\t", ".", "[", "]", "(", ")", "@", "&", "<", ">", "/", ";", "'", '"'),
)
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=14).map("".join)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_cleaning_a_cleaned_text_changes_nothing(text: str) -> None:
    clean = apply(text, FIXERS).text
    assert apply(clean, FIXERS).text == clean


@given(texts)
@settings(max_examples=200, deadline=None)
def test_every_character_knows_where_it_came_from(text: str) -> None:
    """Spans go forwards and stay inside the text; a letter or digit that stands for one ASCII character is that character."""
    result = apply(text, FIXERS)
    places = OffsetMap(result.offsets, len(result.text))
    written = {i for match in PLACEHOLDER.finditer(result.text) for i in range(*match.span())}
    last = (0, 0)
    for i, character in enumerate(result.text):
        start, end = places.span(i, i + 1)
        assert 0 <= start <= end <= len(text)
        assert start >= last[0] and end >= last[1]
        last = (start, end)
        if end - start == 1 and text[start].isascii() and not text[start].isspace() and i not in written:
            assert text[start] == character
        if not result.fixes:
            assert (start, end) == (i, i + 1)


@given(texts, st.integers(0, len(FIXERS) - 1))
@settings(max_examples=200, deadline=None)
def test_what_a_fixer_does_not_edit_is_copied_from_its_place(text: str, number: int) -> None:
    edits = list(FIXERS[number].fix(text))
    aligned = Aligned.of(text).replace(edits)
    edited = {i for start, end, _ in edits for i in range(start, end)}
    kept = [i for i in range(len(text)) if i not in edited]
    places = [(int(start), int(end), character) for start, end, character in zip(aligned.starts, aligned.ends, aligned.text, strict=True)]
    copied = [place for place in places if place[0] not in edited]
    assert [(i, i + 1, text[i]) for i in kept] == copied


@given(texts, st.integers(0, len(FIXERS) - 1))
@settings(max_examples=200, deadline=None)
def test_each_fixer_gives_edits_in_order_that_change_something(text: str, number: int) -> None:
    position = 0
    for start, end, new in FIXERS[number].fix(text):
        assert position <= start < end <= len(text)
        assert text[start:end] != new
        position = end


@given(st.text(st.characters(exclude_categories=()), max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_strange(text: str) -> None:
    clean = apply(text, FIXERS).text
    assert clean == clean.strip()
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(unicodedata.category(character) == "Cs" for character in clean)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "<",
            "<a ",
            '<a x="',
            "<!--",
            "<script>",
            "&amp;",
            "&#38;",
            "a",
            "ab",
            "gut ",
            ".",
            "\U0001f600\u200d",
            "\u00c3\u00bc",
            "\u0637\u00a7",
            "o\u0302\u0301",
        ),
        *(
            "\u0301\u0323",
            " ",
            "\n",
            "ab\r\n",
            "0",
            "0 ",
            "12 34 ",
            "0171 2345678, ",
            "DE89 ",
            "4111 1111 1111 1111 ",
            "a@b.c.",
            "a.",
            "@a.b",
            "])}",
            "{{",
        ),
        *("$config[", "(Translated by Google) ", "Home\n", "(at) ", "\x00", "\ufe0f", "\u0645\u0640", "http://a)"),
    ],
)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    """A hundred thousand characters of anything take far less than a quadratic pattern would (minutes)."""
    text = unit * (100_000 // len(unit))
    began = time.process_time()
    apply(text, FIXERS)
    assert time.process_time() - began < 5


def test_ten_thousand_repetitions_of_a_word_leave_three() -> None:
    assert apply("schlecht " * 10_000, FIXERS).text == "schlecht schlecht schlecht"
    assert apply("\u0647" * 10_000, FIXERS).text == "\u0647" * 3  # Arabic heh: laughter
    assert apply("\U0001f621" * 10_000, FIXERS).text == "\U0001f621" * 3
