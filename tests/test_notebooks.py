import json
from pathlib import Path

import pytest
from runs import ROOT, SAMPLES, polyvox

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_outputs_are_not_kept(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert cell["cell_type"] != "code" or (cell["outputs"] == [] and cell["execution_count"] is None)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("nbclient")
    pytest.importorskip("spacy")
    folder = tmp_path_factory.mktemp("notebooks") / "out"
    done = polyvox("run", SAMPLES / "??.csv", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.notebooks
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_runs_on_the_samples_and_shows_plots_and_arabic_right(path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("POLYVOX_OUT", str(out))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown), "no plot was shown"
    if any("dir=" in "".join(cell.source) for cell in notebook.cells):
        assert any('dir="rtl"' in str(output) for output in shown), "no Arabic text was shown from right to left"
    errors = [output.text for output in shown if output.get("name") == "stderr"]
    assert not any("Error" in text or "Deprecat" in text for text in errors), errors


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_thin_and_explains_itself(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown" and cells[0]["source"][0].startswith("# ")
    for cell in cells:
        assert cell["cell_type"] == "markdown" or len(cell["source"]) <= 20, "".join(cell["source"])
