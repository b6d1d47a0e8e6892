"""Imports run downwards only, and stages never import each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "pipeline"
# From top to bottom; what stands on one line may not import each other.
LAYERS = (
    ("__main__",),
    ("cli", "explore", "spacy_component"),
    ("doctor", "progress", "adapting"),
    ("run",),
    ("reporting", "comparing", "sampling", "train"),
    ("evaluate",),
    ("work", "manifest"),
    ("concluding",),
    ("models", "report", "engines", "stages"),
    ("read", "clean", "detect", "analyse", "aggregate", "corpus"),
    ("store", "artifacts", "sentences"),
    ("offsets", "tables", "taxonomy", "emoji", "lemmas"),
    ("contract", "config", "protocols", "stats"),
    ("languages", "errors"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ALLOWED = {("contract", "tables")}  # a contract is about a table's schema; the schema imports nothing of ours


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "pipeline":
                yield from (alias.name for alias in node.names)
            elif node.module.startswith("pipeline."):
                yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("pipeline."))


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_layers_below(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert own in LEVEL, f"{own} has no place in LAYERS"
    for other in imports(path):
        if other in (own, "__version__") or (own, other) in ALLOWED:
            continue
        assert LEVEL[other] > LEVEL[own], f"{path.name} imports {other}, which is not below {own}"


def test_only_train_and_checkpoints_import_torch() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert (
            "train" in path.parts or path.name == "checkpoint.py" or ("import torch" not in text and "import transformers" not in text)
        ), path


def test_only_the_command_line_prints() -> None:
    for path in FILES:
        calls = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        ]
        assert not calls or path.name in ("cli.py", "__main__.py"), path
