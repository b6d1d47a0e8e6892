"""`python -m pipeline.train vocabulary | encoder | first | directions | measure | ablate | tiny | language | evaluate-language`: see the Makefile for the usual calls."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import InputError, PolyvoxError

ROOT = Path(__file__).parents[2]
MODELS, OWN, COMPOSED = ROOT / "models", ROOT / "data" / "corpus", ROOT / "data" / "language"
OUR = frozenset(("cy", "de", "vi", "tl", "ar", "en"))


def main() -> int:
    """Run one command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.train", description="Build and train the models of models/.")
    parser.add_argument("command", choices=tuple(COMMANDS))
    parser.add_argument("--corpora", type=Path, help="folder of labelled corpora, one folder each")
    parser.add_argument("--work", type=Path, default=Path("train-work"), help="checkpoints and log (default: train-work)")
    arguments = parser.parse_args()
    try:
        COMMANDS[arguments.command](arguments)
    except PolyvoxError as error:
        print(f"polyvox: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _vocabulary(arguments: argparse.Namespace) -> None:
    from pipeline.train.encoder import trim_vocabulary

    print(trim_vocabulary(_texts(arguments.corpora), MODELS / "encoder"), "pieces")


def _texts(corpora: Path) -> Iterator[str]:
    """Texts of the corpora that may be trained on or that exist for text and language, in our six languages."""
    from pipeline.train.recipe import evaluation_only

    for path in sorted(corpora.glob("*/*.jsonl")):
        if evaluation_only(path.parent):
            continue
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if "text" in row and row.get("lang", "en") in OUR:
                    yield row["text"]
                yield from (row[lang] for lang in sorted(OUR) if isinstance(row.get(lang), str))


def _encoder(arguments: argparse.Namespace) -> None:
    from pipeline.train import encoder, export

    encoder.build(MODELS / "encoder")
    export.manifest(MODELS, _built())


def _first(arguments: argparse.Namespace) -> None:
    from pipeline.train.first import build

    build(_corpora(arguments), OWN, MODELS, arguments.work, names=_built() | {"first"}, told=_Told())


def _directions(arguments: argparse.Namespace) -> None:
    from pipeline.train import directions, export
    from pipeline.train.first import graph

    folder = MODELS / "first"
    counted = directions.build(folder, graph(folder, MODELS / "encoder"), OWN)
    export.manifest(MODELS, sorted(_built()))
    directions.remeasure(folder, OWN, arguments.work / "readings", counted, _Told())


def _measure(arguments: argparse.Namespace) -> None:
    from pipeline.train.directions import told_before
    from pipeline.train.first import Mixture, finish

    root, directed = _corpora(arguments), told_before(MODELS / "first")
    finish(Mixture.of(root, OWN), root, OWN, MODELS, arguments.work, names=_built(), told=_Told(), directed=directed)


def _ablate(arguments: argparse.Namespace) -> None:
    from pipeline.train.ablation import run

    run(_corpora(arguments), OWN, MODELS, arguments.work / "ablation")


def _tiny(arguments: argparse.Namespace) -> None:
    from pipeline.train.tiny import build

    build(ROOT / "data" / "samples" / "labelled.jsonl", arguments.work)


def _language(arguments: argparse.Namespace) -> None:
    from pipeline.train.language.build import build
    from pipeline.train.listing import manifest

    build(_corpora(arguments), OWN, COMPOSED, MODELS / "language", print)
    manifest(MODELS, sorted(_built()))


def _evaluate_language(arguments: argparse.Namespace) -> None:
    from pipeline.train.language.card import card
    from pipeline.train.language.evaluate import evaluate

    folder = MODELS / "language"
    values = evaluate(_corpora(arguments), OWN, folder, print)
    (folder / "evaluation.json").write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "card.md").write_text(card(json.loads(json.dumps(values))), encoding="utf-8")


def _corpora(arguments: argparse.Namespace) -> Path:
    if arguments.corpora is None or not arguments.corpora.is_dir():
        raise InputError(f"There is no folder of corpora {arguments.corpora}. Name it with --corpora.")
    return Path(arguments.corpora)


class _Told:
    """Says on stderr how far a measurement is, a line every thousand texts."""

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        self._said, self._done, self._of = 0, 0, f" of {total} {unit}"
        print(stage, file=sys.stderr)

    def advance(self, amount: int) -> None:
        self._done += amount
        if self._done // 1000 > self._said:
            self._said = self._done // 1000
            print(f"{self._done}{self._of}", file=sys.stderr)

    def end(self) -> None:
        print(f"{self._done}{self._of}", file=sys.stderr)


def _built() -> set[str]:
    return {path.parent.name for name in ("encoder.onnx", "weights.npz") for path in MODELS.glob(f"*/{name}")}


COMMANDS = {
    "vocabulary": _vocabulary,
    "encoder": _encoder,
    "first": _first,
    "directions": _directions,
    "measure": _measure,
    "ablate": _ablate,
    "tiny": _tiny,
    "language": _language,
    "evaluate-language": _evaluate_language,
}


if __name__ == "__main__":
    raise SystemExit(main())
