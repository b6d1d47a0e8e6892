"""Write an evaluation: evaluation.json, evaluation.md, evaluation.html."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import StorageError
from pipeline.evaluate.document import document
from pipeline.evaluate.measuring import dumped
from pipeline.evaluate.page import page
from pipeline.store import write_whole


def write(folder: Path, values: Mapping[str, Any]) -> list[Path]:
    """Write the three files; gives their paths."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror}. Choose another --out.") from error
    text = dumped(values)
    kept = json.loads(text)  # so that all three say what can be read again
    files = {"evaluation.json": text, "evaluation.md": document(kept), "evaluation.html": page(kept)}
    for name, content in files.items():
        write_whole(folder / name, content)
    return [folder / name for name in files]
