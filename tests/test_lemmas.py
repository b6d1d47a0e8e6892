"""Forms of one term are counted as one thing, and different things stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.languages import CODES
from pipeline.lemmas import bare, key

SAME = [
    ("cy", ["gwasanaeth", "wasanaeth", "ngwasanaeth", "Gwasanaeth"]),
    ("cy", ["bwyd", "fwyd", "mwyd"]),
    ("cy", ["pris", "bris", "phrisiau", "prisiau"]),
    ("cy", ["toiled", "toiledau", "doiledau"]),
    ("de", ["Lieferung", "Lieferungen", "lieferung"]),
    ("de", ["Preis", "Preise", "Preisen"]),
    ("de", ["Mitarbeiter", "Mitarbeitern"]),
    ("vi", ["giao hàng", "Giao hàng"]),
    ("vi", ["phục vụ", "PHỤC VỤ"]),
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
def test_forms_of_a_term_have_one_key(lang: str, forms: list[str]) -> None:
    assert len({key(form, lang) for form in forms}) == 1


@pytest.mark.parametrize(("lang", "words"), APART, ids=lambda value: value if isinstance(value, str) else value[0])
def test_different_things_stay_apart(lang: str, words: list[str]) -> None:
    assert len({key(word, lang) for word in words}) == len(words)


@pytest.mark.parametrize(("marked", "plain"), [("phục vụ", "phuc vu"), ("giao hàng", "giao hang"), ("đồ ăn", "do an")])
def test_without_marks_a_key_is_what_people_write_who_leave_them_out(marked: str, plain: str) -> None:
    assert bare(key(marked, "vi")) == key(plain, "vi")


@given(st.text(max_size=20), st.sampled_from(CODES))
def test_spaces_around_and_between_words_change_no_key(term: str, lang: str) -> None:
    assert key(f" {'  '.join(term.split())} ", lang) == key(term, lang)
