"""Forms of one term are counted as one thing, and different things stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.languages import CODES
from pipeline.lemmas import groups, key

SAME = [
    ("cy", ["gwasanaeth", "wasanaeth", "ngwasanaeth", "Gwasanaeth"]),
    ("cy", ["bwyd", "fwyd", "mwyd"]),
    ("cy", ["pris", "bris", "phrisiau", "prisiau"]),
    ("cy", ["toiled", "toiledau", "doiledau"]),
    ("de", ["Lieferung", "Lieferungen", "lieferung"]),
    ("de", ["Preis", "Preise", "Preisen"]),
    ("de", ["Mitarbeiter", "Mitarbeitern"]),
    ("vi", ["giao hàng", "Giao hàng", "giao hang"]),
    ("vi", ["phục vụ", "phuc vu", "PHỤC VỤ"]),
    ("tl", ["staff", "Staff"]),
    ("tl", ["sagot", "sumagot"]),
    ("ar", ["\u0627\u0644\u062e\u062f\u0645\u0629", "\u062e\u062f\u0645\u0629", "\u0627\u0644\u062e\u062f\u0645\u0647"]),  # the service
    ("ar", ["\u0627\u0644\u0623\u0633\u0639\u0627\u0631", "\u0627\u0644\u0627\u0633\u0639\u0627\u0631"]),  # the prices, hamza left out
]
APART = [
    ("cy", ["bara", "bar"]),
    ("de", ["Kunde", "Kuchen"]),
    ("vi", ["bàn", "bán"]),  # table, to sell: bare, both would be "ban"
    ("tl", ["presyo", "preso"]),
    ("ar", ["\u0633\u0639\u0631", "\u0634\u0639\u0631"]),  # price, hair
]


@pytest.mark.parametrize(("lang", "forms"), SAME, ids=lambda value: value if isinstance(value, str) else value[0])
def test_forms_of_a_term_are_one_group(lang: str, forms: list[str]) -> None:
    counts = {form: 10 - place for place, form in enumerate(forms)}
    assert set(groups(counts, lang).values()) == {forms[0]}


@pytest.mark.parametrize(("lang", "words"), APART, ids=lambda value: value if isinstance(value, str) else value[0])
def test_different_things_stay_apart(lang: str, words: list[str]) -> None:
    assert groups(dict.fromkeys(words, 1), lang) == {word: word for word in words}


def test_a_form_without_marks_joins_the_commonest_marked_form() -> None:
    assert groups({"bán": 1, "bàn": 5, "ban": 2}, "vi") == {"bán": "bán", "bàn": "bàn", "ban": "bàn"}


def test_the_form_shown_is_the_commonest_written() -> None:
    assert groups({"wasanaeth": 7, "gwasanaeth": 2}, "cy") == {"wasanaeth": "wasanaeth", "gwasanaeth": "wasanaeth"}


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.integers(1, 9), max_size=6), st.sampled_from(CODES))
def test_every_term_has_a_form_that_somebody_wrote(counts: dict[str, int], lang: str) -> None:
    found = groups(counts, lang)
    assert found.keys() == counts.keys() and set(found.values()) <= counts.keys()
    assert all(key(term, lang) == key(term, lang) for term in counts)
