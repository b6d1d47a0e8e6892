"""models/manifest.toml: which files belong to which model, and their hashes."""

from collections.abc import Iterable
from pathlib import Path

from pipeline import artifacts

FILES = ("tokenizer.json", "encoder.onnx", "embedding-nibbles.npy", "embedding-scales.npy", "heads.npz", "weights.npz", "model.json")


def manifest(models: Path, names: Iterable[str]) -> None:
    """Write models/manifest.toml: the sha256 of every file that run time opens."""
    lines = ["# Written by `make train`, `make encoder` and `make language`. Checked whenever a model is opened, and by `polyvox doctor`."]
    for name in names:
        lines += ["", f"[{name}]"]
        lines += [f'"{file}" = "{artifacts.file_sha256(models / name / file)}"' for file in FILES if (models / name / file).exists()]
    (models / "manifest.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
