"""The stage: every document becomes a cleaned text or a reject, whatever else is in its part."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.cleaned import CLEANED
from pipeline.clean.likeness import BANDS, WORDS
from pipeline.clean.stage import EXCERPT, run
from pipeline.config import CleanConfig
from pipeline.contract import conform
from pipeline.offsets import OffsetMap
from pipeline.tables import DOCUMENTS, REJECTS

CONFIG = CleanConfig()
LONG_TEXT = "Das Brot ist gut und die Verkäuferin ist immer freundlich zu uns."


def documents(texts: list[str]) -> pa.Table:
    """A DOCUMENTS table with these texts and nothing else."""
    given = {
        "doc_id": [f"d{i}" for i in range(len(texts))],
        "text": texts,
        "source": ["f.csv"] * len(texts),
        "line": list(range(2, len(texts) + 2)),
    }
    columns = [
        pa.array(given[f.name], f.type) if f.name in given else pa.nulls(len(texts), f.type)
        for f in DOCUMENTS.schema
        if f.name != "dimensions"
    ]
    return pa.table([*columns, pa.array([[]] * len(texts), DOCUMENTS.schema.field("dimensions").type)], schema=DOCUMENTS.schema)


def test_texts_and_rejects_keep_their_promises() -> None:
    texts, rejects = run(documents(["Gut", "<br>", LONG_TEXT]), config=CONFIG)
    assert conform(texts, CLEANED).equals(texts) and conform(rejects, REJECTS).equals(rejects)
    assert texts["doc_id"].to_pylist() == ["d0", "d2"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<p> </p><br>", "only markup"),
        ("&nbsp;&nbsp;.", "only markup"),
        ("https://a.de/b @name", "only links"),
        ("0171 2345678!", "only links, account names or contact data"),
        ("7 comments \u25bc", "only site furniture"),
        ("\u200b\u200e \u00a0", "only invisible characters"),
        ("\x00\x01", "only invisible characters"),
    ],
)
def test_a_text_of_which_nothing_is_left_is_rejected_with_the_reason(text: str, reason: str) -> None:
    texts, rejects = run(documents([text, "Gut"]), config=CONFIG)
    assert texts["doc_id"].to_pylist() == ["d1"]
    (row,) = rejects.to_pylist()
    assert reason in row["reason"]
    assert (row["source"], row["line"]) == ("f.csv", 2)


@pytest.mark.parametrize("text", [":-)", "\U0001f44d", "?!", "5", "<3 https://a.de", ":) @name", "\u2b50\u2b50", "...", "[url]"])
def test_a_face_a_sign_or_a_number_is_something_left(text: str) -> None:
    """What cleaning does not change, reading has accepted; a face beside a link is an opinion."""
    texts, rejects = run(documents([text]), config=CONFIG)
    assert (len(texts), len(rejects)) == (1, 0)


def test_an_excerpt_is_short_and_shows_control_characters() -> None:
    _, rejects = run(documents(["\x00\u202e" + " " * 200]), config=CONFIG)
    assert rejects["excerpt"][0].as_py() == r"\x00\u202e" + " " * (EXCERPT - 2)


def test_a_part_without_rows_gives_tables_without_rows() -> None:
    texts, rejects = run(documents([]), config=CONFIG)
    assert (len(texts), len(rejects)) == (0, 0)
    assert texts.schema.equals(CLEANED.schema) and rejects.schema.equals(REJECTS.schema)


def test_offsets_lead_back_to_what_the_person_wrote() -> None:
    text = "<b>Die</b> Br&ouml;tchen  sind soooooo gut"
    texts, _ = run(documents([text]), config=CONFIG)
    clean, places = texts["clean"][0].as_py(), OffsetMap(texts["offsets"][0].as_py(), len(texts["clean"][0].as_py()))
    assert clean == "Die Brötchen sind sooo gut"
    for word, written in (("Die", "Die"), ("Brötchen", "Br&ouml;tchen"), ("sooo", "soooooo"), ("gut", "gut")):
        start, end = places.span(clean.index(word), clean.index(word) + len(word))
        assert text[start:end] == written


def test_sketches_are_there_for_long_texts_only() -> None:
    texts, _ = run(documents(["Gut", LONG_TEXT]), config=CONFIG)
    assert [len(bands) for bands in texts["bands"].to_pylist()] == [0, BANDS]
    assert [len(sketch) for sketch in texts["sketch"].to_pylist()] == [0, WORDS]
    without, _ = run(documents([LONG_TEXT]), config=CleanConfig(near_duplicates=False))
    assert without["bands"].to_pylist() == [[]]


@given(
    st.lists(st.sampled_from(["Gut", "<br>", LONG_TEXT, LONG_TEXT + " Sehr.", "https://a.de", "", ":)", "\u00c3\u00bc " * 30]), max_size=8),
    st.integers(0, 8),
)
@settings(max_examples=40, deadline=None)
def test_rows_in_are_rows_out_and_no_row_depends_on_its_neighbours(texts: list[str], cut: int) -> None:
    whole = documents(texts)
    kept, dropped = run(whole, config=CONFIG)
    assert len(kept) + len(dropped) == len(texts)
    parts = [run(part, config=CONFIG) for part in (whole.slice(0, cut), whole.slice(cut))]
    assert pa.concat_tables([part[0] for part in parts]).equals(kept.combine_chunks())
    assert pa.concat_tables([part[1] for part in parts]).equals(dropped.combine_chunks())
