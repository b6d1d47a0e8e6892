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
    assert callable(pipeline.open_run) and callable(pipeline.analyse_texts) and callable(pipeline.analyse)
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
def test_the_name_that_people_try_first_analyses_too() -> None:
    import pipeline.analyse.heads  # the stage stays what it was

    found = pipeline.analyse(TEXTS[:1])
    assert len(found.overview) == 1 and pipeline.analyse.heads.DIRECTIONS
    with pytest.raises(UsageError, match="There is no text to analyse"):
        pipeline.analyse([])


@pytest.mark.notebooks
def test_tables_are_polars_too_and_polars_comes_in(run) -> None:  # type: ignore[no-untyped-def]
    polars = pytest.importorskip("polars")
    assert isinstance(run.polars.documents, polars.DataFrame) and len(run.polars.documents) == 3
    assert run.polars.quotes(lang="de")["lang"].to_list() == run.quotes(lang="de").lang.to_list()
    assert run.polars.overview.columns == list(run.overview.columns)
    assert run.polars.facts is run.facts  # what is no table stays as it is
    given = pipeline.analyse(polars.DataFrame({"Kommentar": TEXTS[:2], "brand": ["A", "B"]}))
    assert sorted(given.overview.brand) == ["A", "B"]
    assert len(pipeline.analyse(polars.Series(TEXTS[:2])).overview) == 2


@pytest.mark.notebooks
def test_decisions_stand_beside_the_naive_number() -> None:
    """Three texts that praise and blame one aspect: a naive conflict of 4 * p * (1 - p) among those that do one of them only, and no finding."""
    pandas = pytest.importorskip("pandas")
    said = ["Das Personal war sehr nett.", "Nettes Personal!", "Das Personal war leider furchtbar unfreundlich."]
    times = ["2026-03-01", "2026-03-02", "2026-05-01"]
    run = pipeline.analyse(pandas.DataFrame({"text": said, "rating": [5, 4, 1], "time": times, "brand": "A"}))
    said_of = run.aspects.merge(run.overview[["doc_id", "lang"]]).groupby(["lang", "category", "doc_id"]).polarity.agg(set)
    assert len(run.beside("conflicts"))
    for row in run.beside("conflicts").itertuples():
        here = [{"positive", "negative"} & each for each in said_of[row.lang, row.aspect]]
        praised, blamed = here.count({"positive"}), here.count({"negative"})
        p = praised / (praised + blamed)
        assert row.naive == pytest.approx(4 * p * (1 - p)) and row.reason and row.value != row.value
    shares = run.beside("drivers").groupby("lang").naive.sum()
    assert (shares <= 1 + 1e-9).all() and run.beside("drivers").reason.notna().all()
    with pytest.raises(UsageError, match="No event is named"):
        run.beside("changes")
    with pytest.raises(UsageError, match="there are conflicts, drivers, changes"):
        run.beside("trends")


@pytest.mark.notebooks
def test_a_run_is_estimated_again_with_events_and_stays_as_it_was(tmp_path: Path) -> None:
    from datetime import date

    from pipeline.config import Event

    pandas = pytest.importorskip("pandas")
    pytest.importorskip("matplotlib").use("agg")
    frame = pandas.DataFrame({"text": TEXTS, "rating": [5, 4, 1], "time": ["2026-03-01", "2026-03-02", "2026-05-01"], "brand": "A"})
    frame = pandas.concat([frame, frame.assign(text=frame.text + " Danke.", time=["2026-05-02", "2026-05-03", "2026-03-05"])])
    run = pipeline.analyse_texts(frame, out=tmp_path / "out")
    before = (tmp_path / "out" / "changes.csv").read_bytes()
    again = run.again(events=(Event(date(2026, 4, 1), "new", "A"),))
    found = again.beside("changes")
    assert set(found.event) == {"new"} and (tmp_path / "out" / "changes.csv").read_bytes() == before
    german = found[(found.lang == "de") & (found.measure == "mean_rating")].naive.item()
    assert german == pytest.approx(0)  # the same rating before and after
    assert "mean_rating" in again.plot.beside("changes").get_title()
    with pytest.raises(UsageError, match="min_m"):
        run.again(min_m=3)


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
