"""Models on disk: find them, check that they are the ones that were measured, and hash the code that uses them."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError

PACKAGE = Path(__file__).parent
HUB = "hf:"  # before the name of a Hugging Face checkpoint
CHECKPOINT = "config.json"  # a folder that holds it is a Hugging Face checkpoint


@dataclass(frozen=True)
class Artifact:
    """A model folder whose files match the manifest."""

    name: str
    folder: Path
    sha256: str  # of all its files together

    def json(self, name: str) -> Any:
        """Read one of its JSON files."""
        return json.loads((self.folder / name).read_text(encoding="utf-8"))


def models_folder() -> Path:
    """`models/` of the installed package or of the checkout. Raises ModelError when there is none."""
    for folder in (PACKAGE / "_models", PACKAGE.parent / "models"):
        if (folder / "manifest.toml").exists():
            return folder
    raise ModelError(f"No models were found beside {PACKAGE}. Install polyvox again, or run it from a complete checkout.")


@cache
def find(name: str) -> Artifact:
    """A model by the name of its folder under `models/`, whose files are checked against the manifest's sha256; or a user's own
    model by the path of its folder, which nobody but the user vouches for.

    Raises ModelError when it is missing, unknown to the manifest, or altered.
    """
    if name.startswith(HUB):
        return _own(_downloaded(name.removeprefix(HUB)))
    if "/" in name or "\\" in name:
        return _own(Path(name))
    folder = models_folder() / name
    if not folder.is_dir():
        known = ", ".join(names())
        raise ModelError(f"There is no model {name!r}. Known models: {known}. Choose one, or give the path of a folder (./{name}).")
    listed = manifest().get(name)
    if listed is None:
        raise ModelError(f"Model {name!r} is not in models/manifest.toml, so its files cannot be trusted. Run `polyvox doctor`.")
    for file, expected in sorted(listed.items()):
        path = folder / file
        if not path.exists():
            raise ModelError(f"Model {name!r} lacks its file {path}. Restore it from the repository, or install polyvox again.")
        found = file_sha256(path)
        if found != expected:
            raise ModelError(f"{path} has sha256 {found[:12]}…, the manifest says {expected[:12]}…: restore the file from the repository.")
    return Artifact(name, folder, hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest())


def _own(folder: Path) -> Artifact:
    files = {path.name: file_sha256(path) for path in sorted(folder.glob("*")) if path.is_file()}
    missing = {"encoder.onnx", "heads.npz", "model.json"} - set(files)
    if missing and CHECKPOINT not in files:
        raise ModelError(f"{folder} is no model folder: it lacks {', '.join(sorted(missing))}. `make train-tiny` writes an example of one.")
    return Artifact(str(folder), folder, hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest())


def _downloaded(name: str) -> Path:
    """The folder of a Hugging Face checkpoint, fetched once if it is not in the local cache. Needs the extra `checkpoints`."""
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError
    except ImportError as error:
        raise ModelError(f"{HUB}{name} needs {error.name}. Run: pip install 'polyvox[checkpoints]'.") from error
    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]))
    except (OSError, ValueError, HFValidationError) as error:
        reason = str(error).split("\n")[0]
        raise ModelError(
            f"{HUB}{name} could not be fetched: {reason} Check the name and the network, or give the path of a folder."
        ) from error


def names() -> list[str]:
    """The models of the manifest."""
    return sorted(manifest())


def manifest() -> dict[str, dict[str, str]]:
    """models/manifest.toml: per model, file name and sha256."""
    return tomllib.loads((models_folder() / "manifest.toml").read_text(encoding="utf-8"))


def file_sha256(path: Path) -> str:
    """sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@cache
def code_sha256(*modules: str) -> str:
    """Hash of the source of the given packages or modules of `pipeline` ("clean", "offsets")."""
    state = hashlib.sha256()
    for module in sorted(modules):
        place = PACKAGE / module
        inside = (path for path in place.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        files = sorted(inside) if place.is_dir() else [place.with_suffix(".py")]
        for file in files:
            state.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()
