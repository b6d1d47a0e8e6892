"""The examples in the docstrings of the package hold."""

import doctest
import importlib
import pkgutil

import pytest

import pipeline

MODULES = [each.name for each in pkgutil.walk_packages(pipeline.__path__, "pipeline.") if not each.name.endswith("__main__")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pipeline"):
            raise
        pytest.skip(f"{name} needs {error.name}")
    assert doctest.testmod(module).failed == 0


def test_examples_are_found() -> None:
    tried = sum(doctest.testmod(importlib.import_module(name)).attempted for name in ("pipeline.store", "pipeline.stats.disagreement"))
    assert tried >= 3
