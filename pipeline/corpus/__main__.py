"""`python -m pipeline.corpus check | agreement | datasheet`: what `make corpus-agreement` and the datasheet are made with."""

import argparse
import sys
from pathlib import Path

from pipeline import taxonomy
from pipeline.errors import InputError, PolyvoxError

CORPUS = Path(__file__).parents[2] / "data" / "corpus"


def main() -> int:
    """Run one command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.corpus", description="Check and describe an annotated corpus.")
    parser.add_argument("command", choices=("check", "agreement", "datasheet"))
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of the corpus (default: data/corpus)")
    arguments = parser.parse_args()
    try:
        return {"check": _check, "agreement": _agreement, "datasheet": _datasheet}[arguments.command](arguments.corpus)
    except PolyvoxError as error:
        print(f"polyvox: {error}", file=sys.stderr)
        return error.exit_code


def _check(folder: Path) -> int:
    from pipeline.corpus.command import check_command

    text, sound = check_command([folder])
    print(text)
    return 0 if sound else 1


def _agreement(folder: Path) -> int:
    """Compute agreement, print it and write it into the datasheet."""
    from pipeline.corpus.datasheet import agreement_section, write
    from pipeline.corpus.second import read_pairs

    files = sorted((folder / "second").glob("*.jsonl"))
    if not files:
        raise InputError(f"There is no second annotation in {folder / 'second'}. Add <lang>.jsonl of pairs; see pipeline/corpus/second.py.")
    parts = agreement_section(read_pairs(files))
    write(folder / "DATASHEET.md", parts)
    print(parts["agreement"])
    return 0


def _datasheet(folder: Path) -> int:
    """Count, measure, and write the tables into the datasheet."""
    from pipeline.corpus.check import check
    from pipeline.corpus.datasheet import sections, write

    aspects = taxonomy.load()
    report = check([folder], aspects)
    write(folder / "DATASHEET.md", sections(report.records, aspects))
    print(f"{len(report.records)} texts, {len(report.faults)} faults: tables written to {folder / 'DATASHEET.md'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
