import json
from pathlib import Path

import pytest
from runs import ROOT, SAMPLES, polyvox

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_outputs_are_not_kept(path: Path) -> None:
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert cell["cell_type"] != "code" or (cell["outputs"] == [] and cell["execution_count"] is None)


@pytest.mark.notebooks
def test_notebooks_run_on_the_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("spacy")
    import nbformat
    from nbclient import NotebookClient

    done = polyvox("run", SAMPLES / "??.csv", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    monkeypatch.setenv("POLYVOX_OUT", str(tmp_path / "out"))
    monkeypatch.setenv("MPLBACKEND", "agg")
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
        shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
        assert any('dir="rtl"' in str(output) for output in shown), "no Arabic text was shown from right to left"
