"""Run every simulation of this folder and write docs/coverage-decisions.md: `python -m tests.simulations [repetitions]`."""

import importlib
import pkgutil
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent
TARGET = FOLDER.parents[1] / "docs" / "coverage-decisions.md"
SEED = 2026
HEAD = """# How often intervals hold the truth

Written by `make coverage` (tests/simulations/, NumPy seed {seed} with the name of each file, {repetitions} repetitions; the tests run the same simulations smaller). Nominal is what the
interval promises, or the rate at which a test should reject where nothing is to be found. With {repetitions} repetitions a rate near .95 is known to about {error:.1f} points (two standard errors).
"""


def main(repetitions: int) -> None:
    """Write the table of all simulations."""
    text = HEAD.format(seed=SEED, repetitions=repetitions, error=200 * (0.95 * 0.05 / repetitions) ** 0.5)
    sys.path.insert(0, str(FOLDER.parent))
    for module in sorted(pkgutil.iter_modules([str(FOLDER)]), key=lambda each: each.name):
        if module.name != "__main__":
            found = importlib.import_module(f"simulations.{module.name}")
            rng = np.random.default_rng([SEED, zlib.crc32(module.name.encode())])
            text += f"\n## {found.__doc__.splitlines()[0]}\n\n{_table(found.simulate(rng, repetitions))}"
    TARGET.write_text(text, encoding="utf-8")


def _table(rows: list[dict[str, Any]]) -> str:
    """Rows with the same keys as a Markdown table; shares with two decimals."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "| " + " | ".join("---" for _ in names) + " |"]
    lines += ["| " + " | ".join(_cell(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    return f"{value:.3f}".replace("0.", ".", 1) if isinstance(value, float) and 0 <= value < 1 else str(value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
