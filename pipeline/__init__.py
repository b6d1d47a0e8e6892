"""Polyvox: what customers wrote, in Welsh, German, Vietnamese, Tagalog and Arabic, and what the numbers support.

In Python: `pipeline.open_run("out")` opens the results of a run, `pipeline.analyse(texts)` (or `pipeline.analyse_texts`, which type checkers know) analyses texts in memory, `pipeline.evaluate_model(corpus, out=...)`
measures a model, `pipeline.open_evaluation("out")` opens what was measured, and `pipeline.adapt_model(corpus, out=...)` fits one to labels of your own.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.explore.analysing import analyse_texts
    from pipeline.explore.evaluated import adapt_model, evaluate_model, open_evaluation
    from pipeline.explore.opened import open_run

__version__ = "0.1.0"
__all__ = ["__version__", "adapt_model", "analyse_texts", "evaluate_model", "open_evaluation", "open_run"]
_PLACES = {
    "open_run": "opened",
    "analyse_texts": "analysing",
    "adapt_model": "evaluated",
    "evaluate_model": "evaluated",
    "open_evaluation": "evaluated",
}


def __getattr__(name: str) -> Any:
    """Importing `pipeline` stays cheap: what it offers is loaded when first asked for."""
    if name == "analyse":  # the stage's package, which can be called
        return importlib.import_module("pipeline.analyse")
    if name not in _PLACES:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    return getattr(importlib.import_module(f"pipeline.explore.{_PLACES[name]}"), name)
