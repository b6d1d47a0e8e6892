"""Delimited text: nothing is lost to quotation marks, delimiters are found, broken rows are named."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import ReadConfig
from pipeline.errors import UsageError
from pipeline.read import csv_records, lines
from pipeline.read.csv_records import records
from pipeline.read.delimiters import NONE, sniff
from pipeline.read.rejects import Broken, refuse
from pipeline.read.sources import Source
from pipeline.read.stage import Tally, read


def run(data, name="a.csv", **changes):
    """Documents, rejects and the tally of one file."""
    data = data.encode() if isinstance(data, str) else data
    kind = {"csv": "csv", "tsv": "tsv"}.get(name.rsplit(".")[-1], "unknown")
    source = Source(name, name, kind, stream=io.BytesIO(data))
    tally = Tally()
    pairs = list(read([source], config=ReadConfig(**changes), tally=tally))
    documents = [row for documents, _ in pairs for row in documents.to_pylist()]
    rejects = [row for _, rejects in pairs for row in rejects.to_pylist()]
    assert tally.records == len(documents) + len(rejects)
    return documents, rejects, tally.sources[0]


def texts(documents):
    return [document["text"] for document in documents]


def reasons(rejects):
    return [(reject["line"], reject["reason"]) for reject in rejects]


# --- quotation marks


def test_an_unclosed_quotation_mark_costs_its_own_line_only():
    documents, rejects, _ = run('id,text\r\n1,good\r\n2,"never closed\r\n3,fine\r\n4,"quoted, and sound"\r\n5,last\r\n')
    assert texts(documents) == ["good", "fine", "quoted, and sound", "last"]
    assert reasons(rejects) == [(3, "unclosed quotation mark")]
    assert rejects[0]["excerpt"] == '2,"never closed'


def test_an_unclosed_mark_that_a_later_row_would_close_does_not_swallow_rows():
    documents, rejects, _ = run('id,text\n1,"open\n2,plain\n3,"closed"\n4,"also"\n')
    assert texts(documents) == ["plain", "closed", "also"]
    assert reasons(rejects) == [(2, "unclosed quotation mark")]


def test_an_unclosed_mark_at_the_end_of_the_file_is_a_reject():
    documents, rejects, _ = run('id,text\n1,good\n2,"half a ro')
    assert texts(documents) == ["good"]
    assert reasons(rejects) == [(3, "unclosed quotation mark")]


def test_every_row_open_loses_every_row_and_no_more():
    documents, rejects, _ = run("id,text\n" + "".join(f'{n},"open\n' for n in range(20)) + "20,sound\n")
    assert texts(documents) == ["sound"]
    assert len(rejects) == 20


def test_a_quoted_text_keeps_its_lines_and_doubled_marks():
    documents, rejects, _ = run('id,text\r\n1,"one\r\ntwo ""three""\r\n"\r\n2,four\r\n')
    assert texts(documents) == ['one\r\ntwo "three"\r\n', "four"]
    assert [document["line"] for document in documents] == [2, 5]
    assert not rejects


def test_marks_within_a_text_that_were_not_doubled_stay():
    documents, rejects, _ = run('id,text,rating\n1,"The "new" one, sadly",2\n2,a 5" screen,3\n3,"said \\"no\\" twice",4\n')
    assert texts(documents) == ['The "new" one, sadly', 'a 5" screen', 'said \\"no\\" twice']
    assert not rejects


def test_a_record_over_too_many_lines_is_an_unclosed_mark(monkeypatch):
    monkeypatch.setattr(csv_records, "MAX_LINES", 5)
    documents, rejects, _ = run('id,text\n1,"a\nb\nc\nd"\n2,"a\nb\nc\nd\ne\nf"\n3,end\n')
    assert texts(documents) == ["a\nb\nc\nd", "end"]
    assert reasons(rejects)[0] == (6, "unclosed quotation mark")


def test_a_record_of_too_many_characters_is_an_unclosed_mark():
    documents, rejects, _ = run('id,text\n1,"' + "word word\n" * 10 + '2,fine\n"\n3,end\n', max_chars=20)
    assert reasons(rejects)[0] == (2, "unclosed quotation mark")
    assert texts(documents)[-2:] == ["fine", "end"]


def test_tabs_without_quoting_keep_their_marks():
    documents, rejects, _ = run('id\ttext\n1\t"unclosed\n2\tfine\n3\t"Great" they said\n', "a.tsv")
    assert texts(documents) == ['"unclosed', "fine", '"Great" they said']
    assert not rejects


# --- fields


def test_a_row_of_the_wrong_width_is_a_reject_that_says_so():
    documents, rejects, _ = run("id,text,a,b,c\n1,short,x\n2,fine,,,\n3,un,quoted,comma,x,y\n")
    assert texts(documents) == ["fine"]
    assert [reject["reason"] for reject in rejects] == [
        "row has 3 fields where the header has 5",
        "row has 6 fields where the header has 5",
    ]


def test_empty_fields_too_many_or_missing_at_the_end_do_no_harm():
    documents, rejects, _ = run("id,text,a,,\n1,more,x,,,,, \n2,fewer,\n3,as many,x\n")
    assert texts(documents) == ["more", "fewer", "as many"]
    assert not rejects


def test_blank_lines_are_no_records():
    documents, rejects, tally = run("\n\nid,text\n\n1,one\n   \n\r\n2,two\n\n")
    assert texts(documents) == ["one", "two"]
    assert [document["line"] for document in documents] == [5, 8]
    assert reasons(rejects) == [(6, "row has 1 fields where the header has 2")]  # spaces are not blank: somebody typed them
    assert tally.records == 3


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_are_understood(end):
    documents, _, _ = run(end.join(["id,text", "1,one", "2,two"]))
    assert [(document["text"], document["line"]) for document in documents] == [("one", 2), ("two", 3)]


def test_only_line_ends_end_lines():
    text = "a\x0bb\x0cc\x1cd\x85e\u2028f"
    documents, _, _ = run(f"id,text\n1,{text}\n")
    assert texts(documents) == [text]


# --- delimiters and headers


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_among_texts_full_of_the_others(delimiter):
    others = "".join({",", ";", "\t", "|"} - {delimiter})
    rows = "".join(f"{n}{delimiter}gut{others} aber{others} teuer{delimiter}x\n" for n in range(9))
    documents, _, tally = run(f"nummer{delimiter}Kommentar{delimiter}ort\n{rows}")
    assert len(documents) == 9
    assert tally.delimiter == delimiter


def test_a_decimal_comma_does_not_win_over_the_semicolon():
    documents, _, tally = run("Nr;Kommentar;Note\n1;Gut, aber teuer;4,5\n2;Schlecht;1,5\n")
    assert [document["rating"] for document in documents] == [4.5, 1.5]
    assert tally.delimiter == ";"


def test_excel_may_state_the_delimiter():
    documents, _, _ = run("sep=|\ntext|a\none|x\n")
    assert [(document["text"], document["line"]) for document in documents] == [("one", 3)]


def test_a_single_column_needs_no_delimiter():
    documents, rejects, tally = run('text\nGood, but slow\n"Bad, really, bad"\nFine; thanks\n')
    assert texts(documents) == ["Good, but slow", "Bad, really, bad", "Fine; thanks"]
    assert (rejects, tally.delimiter) == ([], "")


def test_a_single_column_without_a_known_name_is_one_text_a_line():
    documents, _, tally = run("Good, but slow\nBad\nFine\n")
    assert texts(documents) == ["Good, but slow", "Bad", "Fine"]
    assert "the first line too" in tally.notes[0]


def test_a_question_as_column_name_is_taken_when_it_alone_holds_sentences():
    documents, _, tally = run(
        "ort;Was hat Ihnen nicht gefallen?\nBonn;Das Warten hat sehr lange gedauert\nUlm;Gar nichts war so wie bestellt\n"
    )
    assert len(documents) == 2
    assert tally.columns == {"text": "Was hat Ihnen nicht gefallen?"}
    assert "alone holds sentences" in tally.notes[0]


def test_a_rating_and_a_review_of_one_name_are_told_apart_by_their_values():
    documents, _, tally = run("Bewertung;Titel\n5;Der Kuchen war ganz wunderbar\n1;Leider alles kalt und teuer\n")
    assert tally.columns == {"text": "Titel", "rating": "Bewertung"}
    documents, _, tally = run("Bewertung;Sterne\nsehr lecker;5\nnie wieder;1\n")
    assert tally.columns == {"text": "Bewertung", "rating": "Sterne"}
    assert texts(documents) == ["sehr lecker", "nie wieder"]


def test_a_file_without_a_text_column_names_its_columns_and_the_option():
    with pytest.raises(UsageError, match=r"foo, bar.*--map text=COLUMN"):
        run("foo,bar\n1,2\n3,4\n")


def test_rows_without_a_header_are_refused_and_not_read_as_one():
    with pytest.raises(UsageError, match="does not look like column names"):
        run("1,2026-03-04,The food was cold and late\n2,2026-03-05,Nobody answers my mails at all\n")


def test_the_map_decides_and_an_unknown_column_names_the_nearest():
    data = "Kommentar;Notiz\nerster;zweiter\n"
    assert texts(run(data, map={"text": "Notiz"})[0]) == ["zweiter"]
    assert texts(run(data, map={"text": " notiz"})[0]) == ["zweiter"]
    with pytest.raises(UsageError, match="Did you mean 'Notiz'"):
        run(data, map={"text": "Notitz"})
    with pytest.raises(UsageError, match="Did you mean rating"):
        run(data, map={"ratings": "Notiz"})


def test_other_columns_become_dimensions_if_they_hold_something():
    documents, _, _ = run("text,Town,Shop,Size\nfine,Bonn,,  \n")
    assert documents[0]["dimensions"] == [("Town", "Bonn")] and documents[0]["brand"] is None


@pytest.mark.parametrize("data", ["", "\n\r\n", "\ufeff", "id,text\n"])
def test_a_file_without_rows_gives_no_records_and_a_note(data):
    documents, rejects, tally = run(data)
    assert (documents, rejects, tally.records) == ([], [], 0)
    assert len(tally.notes) == 1


# --- encodings


@pytest.mark.parametrize(
    ("encoding", "name", "text"),
    [
        ("utf-8", "utf-8", "Gr\u00f6\u00dfe"),
        ("utf-8-sig", "utf-8-sig", "Gr\u00f6\u00dfe"),
        ("utf-16", "utf-16-le", "Gr\u00f6\u00dfe \U0001f44d"),
        ("utf-16-be", "utf-16-be", "Gr\u00f6\u00dfe \U0001f44d"),
        ("utf-32", "utf-32", "Gr\u00f6\u00dfe"),
        ("windows-1252", "windows-1252", "Gr\u00f6\u00dfe f\u00fcr \u20ac 5"),
        ("windows-1256", "windows-1256", "\u062e\u062f\u0645\u0629 \u062c\u064a\u062f\u0629"),  # khidma jayyida: good service
        ("windows-1258", "windows-1258", "\u0111a\u0323\u0301t ti\u00ea\u0300n qu\u00e1"),
    ],
)
def test_the_encoding_is_found_and_said(encoding, name, text):
    documents, _, tally = run(f"id,text\r\n1,{text}\r\n2,ok\r\n".encode(encoding))
    assert texts(documents) == [text, "ok"]
    assert tally.encoding == name


def test_the_encoding_is_settled_where_the_first_letters_beyond_ascii_stand():
    plain = b"id,text\n" + (b"1," + b"plain words only " * 100 + b"\n") * 1_000  # more than the sample and more than a block
    documents, _, tally = run(plain + "2,\u062e\u062f\u0645\u0629 \u062c\u064a\u062f\u0629\n".encode("windows-1256"))
    assert tally.encoding == "windows-1256"
    assert documents[-1]["text"] == "\u062e\u062f\u0645\u0629 \u062c\u064a\u062f\u0629"


def test_strange_bytes_in_a_utf_8_file_cost_nothing_but_are_counted():
    good = "1,\u00fcber alles\n".encode() * 3
    documents, rejects, tally = run(b"id,text\n" + good + b"2,f\xfcr\n3,\xc3\xbc und \xfc\n" + good)
    assert texts(documents)[3:5] == ["f\u00fcr", "\u00fc und \ufffd"]  # a line of Windows-1252; a stray byte beside sound UTF-8
    assert (rejects, tally.encoding, tally.lines_repaired) == ([], "utf-8", 2)


def test_the_setting_overrides_what_would_be_found():
    data = "id,text\n1,\u041e\u0442\u043b\u0438\u0447\u043d\u043e\n".encode("koi8-r")
    assert texts(run(data, encoding="koi8-r")[0]) == ["\u041e\u0442\u043b\u0438\u0447\u043d\u043e"]
    with pytest.raises(UsageError, match="utf8000"):
        run(data, encoding="utf8000")


# --- long lines


def test_a_line_too_long_to_hold_is_a_reject_and_the_next_is_read(monkeypatch):
    monkeypatch.setattr(lines, "LINE_BYTES", 3000)
    monkeypatch.setattr(lines, "BLOCK_BYTES", 512)
    for end in ("\n", "\r\n", "\r"):
        data = end.join(["id,text", "1,one", "2," + "x\u00fc" * 5000, "3,three", '4,"four', "five", "z" * 9000, "6,six", ""])
        documents, rejects, _ = run(data)
        assert [(document["text"], document["line"]) for document in documents] == [("one", 2), ("three", 4), ("six", 8)]
        assert [reject["line"] for reject in rejects] == [3, 5, 6, 7]
        assert rejects[0]["reason"].startswith("line of more than") and rejects[0]["excerpt"].startswith("2,x\u00fcx")


def test_a_file_of_one_huge_line_has_a_clear_outcome():
    prose = "Das Essen war kalt, der Service langsam und alles teuer. "
    data = prose * (5_000_000 // len(prose))
    documents, rejects, _ = run(data)
    assert (documents, reasons(rejects)) == ([], [(1, f"text of {len(data)} characters is over the limit of 1000000 (read.max_chars)")])
    assert len(rejects[0]["excerpt"]) == 200
    documents, rejects, _ = run("text\n" + data)
    assert reasons(rejects) == [(2, f"text of {len(data)} characters is over the limit of 1000000 (read.max_chars)")]


# --- properties

safe = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(deadline=None)
@given(st.lists(st.tuples(safe, safe, safe), max_size=12), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]))
def test_what_csv_writes_comes_back(rows, delimiter, end):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([("id", "text", "Town"), *rows])
    data = file.getvalue().encode()
    documents, rejects, tally = run(data)
    assert tally.records == len(rows)
    written = [text for _, text, _ in rows]
    assert texts(documents) == [text for text in written if refuse(text, 1000) is None]
    assert [reject["reason"] for reject in rejects] == [reason for text in written if (reason := refuse(text, 1000))]
    assert [document["dimensions"] for document in documents] == [
        [("Town", town)] if town.strip() else [] for _, text, town in rows if refuse(text, 1000) is None
    ]


@given(st.lists(st.lists(safe, min_size=3, max_size=3), max_size=8), st.sampled_from(",;\t|"))
def test_records_are_the_rows_that_were_written(rows, delimiter):
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    split = list(io.StringIO(file.getvalue(), newline=""))
    assert [row for _, row in records(iter(split), delimiter)] == rows


@given(st.lists(st.sampled_from(['"', '""', ",", "\n", "\r\n", "a", "b c", " ", "\t", ";"]), max_size=40).map("".join))
def test_no_line_is_ever_lost_to_quotation_marks(data):
    split = list(io.StringIO(data, newline=""))
    found = list(records(iter(split), ","))
    starts = [each.line if isinstance(each, Broken) else each[0] for each in found]
    assert starts == sorted(set(starts))
    covered: set[int] = set()
    for each in found:
        start, fields = (each.line, []) if isinstance(each, Broken) else each
        covered.update(range(start, start + 1 + sum(len(re.findall("\r\n|\r|\n", field)) for field in fields)))
    assert not any(line.strip("\r\n") for number, line in enumerate(split, 1) if number not in covered)  # only blank lines are passed over
    broken = [each for each in found if isinstance(each, Broken)]
    assert all(each.reason == "unclosed quotation mark" and '"' in each.beginning for each in broken)


@given(st.lists(st.text("ab ,;|\t\"'.", max_size=20), max_size=20))
def test_any_lines_have_some_delimiter_or_none(some):
    assert sniff([line + "\n" for line in some], ",") in {",", ";", "\t", "|", NONE}
