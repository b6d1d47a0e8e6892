"""A run in Python: tables, quotes, marks, plots; importing stays cheap."""

import subprocess
import sys
from pathlib import Path

import pytest
from runs import ROOT

import pipeline
from pipeline.errors import UsageError

TEXTS = [
    "Mae'r staff yn gyfeillgar iawn ond mae'r bwyd yn oer.",
    "Das Personal war unfreundlich und der Kaffee kalt. Schreib mir: me@example.org",
    "\u0627\u0644\u062e\u062f\u0645\u0629 \u0633\u064a\u0626\u0629 \u0648\u0627\u0644\u0633\u0639\u0631 \u0645\u0631\u062a\u0641\u0639",  # al-khidma sayyia was-sir murtafi: bad service, high price
]


def test_importing_the_package_loads_no_library() -> None:
    code = (
        "import sys, pipeline; heavy = {'numpy', 'pyarrow', 'pandas', 'matplotlib', 'onnxruntime'}; print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_the_package_offers_is_found_and_nothing_else_is() -> None:
    assert callable(pipeline.open_run) and callable(pipeline.analyse_texts)
    with pytest.raises(AttributeError, match="no attribute 'analyze'"):
        _ = pipeline.analyze


def test_a_folder_without_a_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no finished run"):
        pipeline.open_run(tmp_path)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    pytest.importorskip("pandas")
    pytest.importorskip("matplotlib").use("agg")
    return pipeline.analyse_texts(TEXTS)


@pytest.mark.notebooks
def test_texts_in_memory_become_an_opened_run_that_needs_no_folder(run) -> None:  # type: ignore[no-untyped-def]
    assert not run.folder.exists()
    assert len(run.documents) == len(run.overview) == 3 and set(run.overview.lang) == {"cy", "de", "ar"}
    assert "3 texts" in repr(run) and "estimates" in dir(run)
    with pytest.raises(UsageError, match="There is no table 'opinions'"):
        run.table("opinions")
    with pytest.raises(AttributeError, match="has no 'opinions'"):
        _ = run.opinions


@pytest.mark.notebooks
def test_a_data_frame_keeps_its_facts_and_its_run() -> None:
    pandas = pytest.importorskip("pandas")
    with pytest.raises(UsageError, match="There is no text to analyse"):
        pipeline.analyse_texts([])
    run = pipeline.analyse_texts(pandas.DataFrame({"Kommentar": TEXTS[:2], "brand": ["A", "B"]}))
    assert sorted(run.overview.brand) == ["A", "B"]


@pytest.mark.notebooks
def test_quotes_are_masked_and_each_text_is_quoted_once(run) -> None:  # type: ignore[no-untyped-def]
    quotes = run.quotes(n=10)
    assert quotes.doc_id.is_unique and not quotes.quote.str.contains("example.org").any()
    assert set(run.quotes(lang="de").lang) <= {"de"}
    with pytest.raises(UsageError, match="polarity='bad'"):
        run.quotes(polarity="bad")


@pytest.mark.notebooks
def test_marks_are_the_terms_as_written_and_say_the_direction(run) -> None:  # type: ignore[no-untyped-def]
    for row in run.overview.itertuples():
        marked = run.marked(row.doc_id)
        assert marked["direction"] == ("rtl" if row.lang == "ar" else "ltr")
        terms = {term for term in run.aspects[run.aspects.doc_id == row.doc_id].term if isinstance(term, str)}
        assert {marked["text"][m["start"] : m["end"]] for m in marked["ents"]} <= terms
    with pytest.raises(UsageError, match="no document 'x'"):
        run.marked("x")


@pytest.mark.notebooks
def test_plots_say_what_they_withhold(run) -> None:  # type: ignore[no-untyped-def]
    assert run.plot.sentiment().get_title() == "Share negative; 3 of 3 withheld"  # one text each
    assert [tick.get_text() for tick in run.plot.languages().get_yticklabels()] != []
    assert "by aspect and lang" in run.plot.aspects(by="lang").get_title()
    with pytest.raises(UsageError, match="by='colour'"):
        run.plot.aspects(by="colour")
    with pytest.raises(UsageError, match="cells are by lang"):
        run.cells("colour")
    with pytest.raises(UsageError, match="is not in this run"):
        run.cells("lang", "share_great")
