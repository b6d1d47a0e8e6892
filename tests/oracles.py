"""Write tests/cases/stats/oracles.json with numbers of QuaPy and ppi-python: `python tests/oracles.py`, where both are installed (`pip install quapy==0.2.3 ppi-python==0.2.3`).

They are no dependency, not even of the tests: with what they pull they are 770 MB (numba, pandas, matplotlib, downloaders). tests/test_oracles.py reads the numbers.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

TARGET = Path(__file__).parent / "cases" / "stats" / "oracles.json"
COUNTS = ([320, 180, 400, 100], [900, 50, 30, 20], [250, 250, 250, 250], [300, 150, 350, 200], [150, 350, 300, 200])
MATRIX = [[87, 7, 16, 16], [4, 48, 3, 3], [11, 3, 45, 8], [10, 2, 7, 71]]  # rows true, columns said
SAMPLES = ((100, 3000, 0.7, 1), (300, 3000, 0.7, 2), (300, 1000, 0.2, 3), (500, 20_000, 0.9, 4))  # labelled, others, correlation, seed


def sample(labelled: int, others: int, correlation: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ratings of labelled texts, their predictions, and the predictions of all others."""
    rng = np.random.default_rng(seed)
    value = rng.normal(3, 1, labelled + others)
    predicted = correlation * value + np.sqrt(1 - correlation**2) * rng.normal(0, 1, labelled + others) + 0.5
    return value[:labelled], predicted[:labelled], predicted[labelled:]


def main() -> None:
    """Ask both libraries."""
    from ppi_py import ppi_mean_ci, ppi_mean_pointestimate
    from quapy.method.aggregative import ACC

    rates = (np.array(MATRIX) / np.sum(MATRIX, axis=1, keepdims=True)).T  # QuaPy: rows said, columns true
    adjusted = [ACC.solve_adjustment(rates, np.array(m) / sum(m), method="inversion", solver="minimize").tolist() for m in COUNTS]
    means = []
    for case in SAMPLES:
        y, f, others = sample(*case)
        low, high = ppi_mean_ci(y, f, others, alpha=0.05)
        means.append([*map(float, np.ravel([ppi_mean_pointestimate(y, f, others), low, high]))])
    values = {
        "quapy": {
            "version": version("quapy"),
            "call": "quapy.method.aggregative.ACC.solve_adjustment(method='inversion', solver='minimize')",
            "adjusted": adjusted,
        },
        "ppi-python": {
            "version": version("ppi-python"),
            "call": "ppi_py.ppi_mean_pointestimate, ppi_py.ppi_mean_ci(alpha=0.05)",
            "means": means,
        },
    }
    TARGET.write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
