"""What each part of the training is worth: short trainings that differ in one thing each, compared on the same dev texts.

They are short so that one core can do all of them in two hours: one pass over a fraction of the mixture, the lower two thirds of the encoder frozen
unless a trial says otherwise. What they tell is the direction and the size of a difference under that budget, not the committed model's score.
"""

import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from pipeline import taxonomy
from pipeline.errors import InputError
from pipeline.evaluate.comparison import Difference, differences
from pipeline.evaluate.tasks import MAIN
from pipeline.languages import BY_CODE, CODES
from pipeline.protocols import Reading
from pipeline.train import batches, corpora, encoder, evaluate, export, first, parallel, recipe
from pipeline.train.examples import Example
from pipeline.train.fit import FitConfig, fit
from pipeline.train.network import Network, base_encoder

PUBLIC = 0.04  # share of the public texts
OWN = 600  # own texts a language
DEV = 60  # dev texts of a public corpus
FIT = FitConfig(learning_rate=1.5e-4, head_learning_rate=3e-3, frozen_layers=8, longest=80)
BASE = {"ablations": 0, "curve": -1}  # the row that the others are compared with
TASKS = tuple((task.name, task.metric) for task in MAIN if task.name in ("document", "terms", "categories"))


@dataclass(frozen=True)
class Trial:
    """A training: what differs from the first row. `own` texts a language are repeated until `seen` were shown, where that is given."""

    name: str
    own: int = OWN
    public: float = PUBLIC
    without: str | None = None
    consistency: bool = True
    frozen: int = FIT.frozen_layers
    trained: bool = False  # begins from the public phase of the committed model
    seen: int | None = None


ABLATIONS = (
    Trial("all"),
    Trial("without consistency over parallel text", consistency=False),
    Trial("without our corpus", own=0),
    *(Trial(f"without {name}", without=name) for name in ("tl_sentitaglish", "potts", "m_absa", "vi_vitasa", "absa_hotels_ar")),
    Trial("the lower half frozen", frozen=6),
    Trial("nothing frozen but the word embeddings", frozen=0),
)
SIZES = ((250, "250"), (500, "500"), (1000, "1,000"), (10_000, "all (about 1,400)"))
CURVE = tuple(Trial(f"{name} own texts a language", own=most, public=0.0, trained=True, seen=7000) for most, name in SIZES)
TABLES = (("curve", CURVE, "Learning curve over our own corpus"), ("ablations", ABLATIONS, "One thing left out"))


def run(root: Path, own: Path, models: Path, work: Path) -> None:
    """Run all trials (a finished one is taken from `work`); after each table write `models/first/ablations.json` and `.md`."""
    aspects = taxonomy.load().ids
    held_out = [*recipe.held_out_texts(root), *(e.text for split in ("dev", "test") for e in recipe.own_examples(own, aspects, split))]
    public, _ = corpora.without_leaks(corpora.read_public(root), held_out)
    ours, _ = corpora.without_leaks(recipe.own_examples(own, aspects, "train"), held_out)
    dev = [*recipe.own_examples(own, aspects, "dev"), *corpora.read_public(root, ("dev",), most=DEV)]
    pairs = list(parallel.read(root))[::4]
    shelf = Shelf(Tokenizer.from_file(str(models / "encoder" / "tokenizer.json")), {})
    if not (start := _start(work)).exists():
        raise InputError(
            f"There is no checkpoint {start}, from which the learning curve begins. Run `make train` first, with the same --work."
        )
    found: dict[str, Any] = {"fit": asdict(FIT), "tables": {}}
    for title, trials, _name in TABLES:
        readings = [_trial(trial, public, ours, pairs, dev, models, work, shelf) for trial in trials]
        base = readings[BASE[title]]
        found["tables"][title] = [
            {"trial": asdict(trial), "differences": _compared(dev, each, base)} for trial, each in zip(trials, readings, strict=True)
        ]
        (models / "first" / "ablations.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (models / "first" / "ablations.md").write_text(table(found), encoding="utf-8")


@dataclass(frozen=True)
class Shelf:
    """Texts as the frozen layers of a start say them, kept for the trials that share them: most of a trial's time otherwise."""

    tokenizer: Tokenizer
    held: dict[tuple[bool, int, str, str], batches.Encoded]

    def encoded(self, examples: Sequence[Example], trial: Trial) -> list[batches.Encoded]:
        """The examples in their order; one that is shown twice, or was shown in a trial with the same start and as many frozen layers, is the same object."""
        keys = [(trial.trained, trial.frozen, e.corpus, e.id) for e in examples]
        new = {key: e for key, e in zip(keys, examples, strict=True) if key not in self.held}
        self.held.update(zip(new, batches.encode(self.tokenizer, list(new.values()), FIT.longest), strict=True))
        return [self.held[key] for key in keys]


def _start(work: Path) -> Path:
    """Where the committed model's training left the end of its public phase."""
    return work.parent / recipe.BROAD.name / "checkpoint.pt"


def _compared(dev: Sequence[Example], readings: Sequence[Reading], base: Sequence[Reading]) -> list[dict[str, Any]]:
    """Trial less base, per task, corpus and language; the base beside itself gives its scores."""
    wanted = set(TASKS)
    texts = [evaluate.labelled(e) for e in dev]
    found: list[Difference] = differences(texts, readings, base)
    return [asdict(each) for each in found if (each.task, each.metric) in wanted]


def _trial(
    trial: Trial,
    public: Sequence[Example],
    ours: Sequence[Example],
    pairs: Sequence[tuple[Example, Example]],
    dev: Sequence[Example],
    models: Path,
    work: Path,
    shelf: "Shelf",
) -> list[Reading]:
    """Readings of `dev` by the model that this trial trains."""
    out, base = work / trial.name.replace(" ", "-"), models / "encoder"
    aspects = taxonomy.load().ids
    if not (out / "heads.npz").exists():
        torch.manual_seed(FIT.seed)
        network = Network(base_encoder(encoder.weights(), encoder.rows(base).tolist()), len(aspects))
        if trial.trained:
            network.load_state_dict(torch.load(_start(work), weights_only=True)["network"])
        own = first_of(ours, trial.own)
        shown = itertools.islice(itertools.cycle(own), trial.seen) if trial.seen else own
        mixture = [*(e for e in recipe.chosen(public, trial.public) if e.corpus != trial.without), *shown]
        config = FitConfig(**{**asdict(FIT), "frozen_layers": trial.frozen})
        sides = [shelf.encoded(side, trial) for side in zip(*pairs, strict=True)] if trial.consistency else []
        network = fit(network, shelf.encoded(mixture, trial), aspects, config, out=out, pairs=list(zip(*sides, strict=True)))
        export.encoder_graph(network.encoder, out / "encoder.onnx")
        export.heads(network, aspects, out / "heads.npz")
        (out / "checkpoint.pt").unlink()
    return evaluate.read_all(first.opened(out, base), dev)


def first_of(examples: Sequence[Example], most: int) -> list[Example]:
    """At most `most` examples of each language, chosen by the hash of their ids: a smaller choice is part of a larger one."""
    order = sorted(examples, key=lambda e: hashlib.sha256(e.id.encode()).digest())
    taken: dict[str, list[Example]] = {}
    for example in order:
        if len(held := taken.setdefault(example.lang, [])) < most:
            held.append(example)
    return [example for lang in sorted(taken) for example in taken[lang]]


def table(values: Mapping[str, Any]) -> str:
    """Both tables as Markdown: the base's score, and per trial the difference from it; * where it is more than chance (BH, q < .05)."""
    lines = ["# What each part of the training is worth", "", "Written by code from `ablations.json`; do not edit.", "", *_SAID, ""]
    for title, _, name in TABLES:
        if not (rows := values["tables"].get(title)):
            continue  # these trials are not done yet
        base = rows[BASE[title]]
        for task, metric in TASKS:
            lines += [f"## {name}: {task}, {metric}, own dev", "", "| trial | " + " | ".join(BY_CODE[c].name for c in CODES) + " |"]
            lines.append("| --- |" + " ---: |" * len(CODES))
            for row in rows:
                cells = {d["lang"]: d for d in row["differences"] if d["task"] == task and d["corpus"] == "own"}
                shown = (_cell(cells[code], row is base) if code in cells else "" for code in CODES)
                lines.append(f"| {row['trial']['name']} | " + " | ".join(shown) + " |")
            lines.append("")
    if "ablations" in values["tables"]:
        lines += ["## One thing left out: public dev sets", "", "| trial | corpus | language | task | without | with | difference |"]
        lines.append("| --- | --- | --- | --- | ---: | ---: | --- |")
    for row in values["tables"].get("ablations", ())[1:]:
        for d in row["differences"]:
            if d["corpus"] != "own" and (d["verdict"] != "same" or d["corpus"] == row["trial"]["without"]):
                lines.append(
                    f"| {row['trial']['name']} | {d['corpus']} | {d['lang']} | {d['task']} | {d['a']:.2f} | {d['b']:.2f} | {_cell(d, False)} |"
                )
    return "\n".join(lines) + "\n"


_SAID = (
    f"Each ablation is one short training from the base encoder: {PUBLIC:.0%} of the public texts and {OWN} of our own a language, once, the lower",
    f"{FIT.frozen_layers} of 12 layers frozen, {FIT.longest} tokens of a text. The learning curve begins from the public phase of the committed model; every size sees 7,000 of our texts, smaller ones repeatedly. Cells are differences",
    "from the full row (macro- or micro-F1, with 95 % interval of the difference, paired bootstrap over authors); `*` marks differences that are more than chance",
    "(Benjamini-Hochberg over the languages of a task, q < .05). One seed each: a difference without a mark may be the luck of a seed.",
)


def _cell(d: Mapping[str, Any], base: bool) -> str:
    if base:
        return f"**{d['b']:.2f}** (n {d['texts']})"
    return f"{d['difference']:+.2f} ({d['low']:+.2f} to {d['high']:+.2f}){'*' if d['verdict'] != 'same' else ''}"
