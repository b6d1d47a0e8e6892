"""Sentiment and aspects in one encoder pass.

The package can be called: `pipeline.analyse(texts)` is `pipeline.analyse_texts(texts)`, under the name that people try first. The stage has that name too, and a name leads to one
thing only; so the module itself answers the call.
"""

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        """See `pipeline.analyse_texts`."""
        import pipeline

        return pipeline.analyse_texts(*arguments, **settings)


sys.modules[__name__].__class__ = _Callable
