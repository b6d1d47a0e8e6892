"""Check the installation: Python, libraries, models' hashes, a text through the models."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline import artifacts, manifest
from pipeline.errors import PolyvoxError


@dataclass(frozen=True)
class Check:
    """One thing examined: what was found, and what to do if it is not as it should be."""

    name: str
    ok: bool
    found: str
    advice: str


def examine() -> list[Check]:
    """All checks, in order; a failing one does not stop the others."""
    checks = [_python(), _libraries()]
    try:
        names = artifacts.names()
    except PolyvoxError as error:
        return [*checks, Check("models", False, str(error), "install polyvox again")]
    checks += [_attempt(f"model {name}", partial(_model, name), "restore the file from the repository") for name in names]
    checks.append(_attempt("detection", _detection, "run `polyvox models`, then install polyvox again"))
    checks.append(_attempt("analysis", _analysis, "run `polyvox models`, then install polyvox again"))
    return checks


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", sys.version_info >= (3, 11), version, "Polyvox needs Python 3.11 or newer")


def _libraries() -> Check:
    missing = [name for name, version in manifest.versions().items() if version == "missing"]
    return Check("libraries", not missing, f"missing: {', '.join(missing)}" if missing else "all there", "run `pip install polyvox` again")


def _attempt(name: str, look: Callable[[], str], advice: str) -> Check:
    try:
        return Check(name, True, look(), "")
    except PolyvoxError as error:
        return Check(name, False, str(error), advice)
    except (ImportError, OSError, ValueError, RuntimeError) as error:  # a library that will not load is a finding, not a crash
        return Check(name, False, f"{type(error).__name__}: {error}", advice)


def _model(name: str) -> str:
    return f"files match the manifest ({artifacts.find(name).sha256[:12]})"


def _detection() -> str:
    from pipeline import models
    from pipeline.config import DetectConfig

    text = "Mae'r gwasanaeth yn wych."
    (guess,) = models.detector(DetectConfig()).detect([text])
    return f"{text!r} is {guess.lang} ({guess.probability:.2f})"


def _analysis() -> str:
    from pipeline import models
    from pipeline.config import AnalyseConfig
    from pipeline.tables import LABELS

    text = "Mae'r gwasanaeth yn wych."
    (reading,) = models.analyser(AnalyseConfig()).analyse([text], [[(0, len(text))]])
    return f"{text!r} reads as {LABELS[int(reading.document.argmax())]} ({reading.document.max():.2f})"
