"""Runs of the whole pipeline for tests: folders, settings, and what is compared."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data" / "samples"
# Everything but run.json (it holds timings) and the notes of what was made from what.
VARYING = {"run.json"}


def settings(folder: Path, rows: int = 25) -> Path:
    """A configuration with small parts, so that there are several."""
    path = folder / "small.toml"
    path.write_text(f"[read]\nrows_per_part = {rows}\n", encoding="utf-8")
    return path


def few(folder: Path, each: int = 12) -> Path:
    """A JSONL file of the first sample texts of each language."""
    rows, seen = [], {}
    for line in (SAMPLES / "labelled.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        seen[row["lang"]] = seen.get(row["lang"], 0) + 1
        if seen[row["lang"]] <= each:
            rows.append({"id": row["id"], "text": row["text"], "author": f"a{len(rows) % 7}", "brand": row["lang"]})
    path = folder / "few.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def polyvox(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def contents(out: Path) -> dict[str, str]:
    """Hash of every file of a run that must be the same each time."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in VARYING
    }
