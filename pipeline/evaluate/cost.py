"""What reading costs on this machine: texts a second, memory, size."""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline import artifacts
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.readings import borders
from pipeline.protocols import Analyser
from pipeline.store import write_whole

TIMED = 64  # texts; a few seconds
NEEDED = {".onnx", ".npy", ".npz", ".json"}  # of a model's folder; the rest tells about it


def cost(model: Callable[[], Analyser], name: str, key: str, texts: Sequence[Labelled], folder: Path) -> dict[str, Any]:
    """Measured once for a model and kept in `folder`: on one core, some texts taken evenly from those given."""
    path = folder / f"{key[:16]}.cost.json"
    if path.exists():
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    analyser = model()
    sample = texts[:: max(1, len(texts) // TIMED)][:TIMED]
    began = time.perf_counter()
    analyser.analyse([text.text for text in sample], [borders(text) for text in sample])
    seconds = time.perf_counter() - began
    values = {
        "texts": len(sample),
        "words_a_text": round(sum(len(text.text.split()) for text in sample) / len(sample), 1),
        "texts_a_second": round(len(sample) / seconds, 1),
        "peak_megabytes": _peak(),
        "model_megabytes": _size(name),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(values))
    return values


def _size(name: str) -> float:
    """MB of the files that reading needs: the model's own, and those of the shared encoder that it has not under the same name."""
    needed = {path.name: path for each in ("encoder", name) for path in artifacts.find(each).folder.iterdir() if path.suffix in NEEDED}
    needed.pop("evaluation.json", None)
    return round(sum(path.stat().st_size for path in needed.values()) / 1e6, 1)


def _peak() -> float | None:
    """Peak memory of this process in MB; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux: its getrusage also counts what started this process
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
        return round(int(found[1]) / 1e3) if found else None
    try:
        import resource
    except ImportError:  # Windows
        return None
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3))
