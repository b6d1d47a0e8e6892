"""Fit how directions are read (too little, too much), on the token vectors of a finished encoder; nothing else of the model changes."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from pipeline import __version__, artifacts, models, taxonomy
from pipeline.analyse.amounts import KINDS, near, of_tokens
from pipeline.analyse.analyser import LIMIT, Thresholds
from pipeline.analyse.heads import DIRECTIONS, SOFT
from pipeline.config import AnalyseConfig
from pipeline.corpus.format import Record, corpus_files
from pipeline.corpus.format import read as read_records
from pipeline.evaluate import measuring, own_format, readings
from pipeline.evaluate.labelled import Labelled, fingerprint
from pipeline.evaluate.measuring import Told
from pipeline.evaluate.scoring import scores, signature, tally
from pipeline.evaluate.tasks import BY_KEY
from pipeline.protocols import Analyser, Encoder, Reading
from pipeline.train import card, export
from pipeline.train.batches import tokens_of
from pipeline.train.kept import Kept, open_heads

LEAST_CASES = 5  # an aspect with fewer cases of a direction in training is never given one
NEVER = 20.0  # logit of no direction for those aspects
GRID = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
TASK = BY_KEY["direction", "micro-F1"]
OWN = "own"  # the name of data/corpus in an evaluation.json
TOLD = "How directions are read was fitted afterwards, by itself, on our own training texts:"
BETA = 0.5  # of the F-beta that chooses the threshold: a direction that is not there does more harm than one missed


@dataclass(frozen=True)
class Settings:
    """Settings of the fit, chosen on dev (decision 0024)."""

    epochs: int = 6
    batch: int = 64
    learning_rate: float = 2e-3
    few_learning_rate: float = 1e-2  # of the weights of aspects and words, which are few
    weight_decay: float = 0.3
    dropout: float = 0.3
    seed: int = 7


@dataclass(frozen=True)
class Case:
    """A negative opinion: the token vectors of its sentence (n, dim), its term's tokens, its aspect, the words of an amount, its direction."""

    vectors: np.ndarray
    term: np.ndarray
    aspect: int
    kinds: np.ndarray
    nearness: np.ndarray
    direction: int


def records(own: Path, split: str) -> list[Record]:
    """The texts of our corpus."""
    return [record for path in corpus_files([own]) for record in read_records(path)[0] if record.split == split]


def fit_into(folder: Path, encoder: Encoder, own: Path, settings: Settings = Settings()) -> Counter[str]:
    """Fit on the train split and put the arrays into the model's heads.npz; gives the number of opinions by their direction."""
    with np.load(folder / "heads.npz") as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    every = list(cases(records(own, "train"), encoder, [str(each) for each in kept["aspects"]]))
    common = Counter(case.aspect for case in every if case.direction)
    used = [case for case in every if common[case.aspect] >= LEAST_CASES]
    never = [number for number in range(len(kept["aspects"])) if common[number] < LEAST_CASES]
    np.savez(folder / "heads.npz", **(kept | fit(used, len(kept["aspects"]), never, settings)))
    return Counter(DIRECTIONS[case.direction] for case in used)


def build(folder: Path, encoder: Encoder, own: Path) -> Counter[str]:
    """Fit, choose the threshold on dev, and write both into the model's folder; gives the number of opinions by their direction."""
    counted, facts = fit_into(folder, encoder, own), json.loads((folder / "model.json").read_text(encoding="utf-8"))
    facts["thresholds"] |= tuned(folder, encoder, own, Thresholds(**facts["thresholds"]))
    export.facts(folder / "model.json", **facts)
    return counted


def told(counted: Mapping[str, int]) -> str:
    """How directions came to be read, for the card."""
    directed = sum(number for name, number in counted.items() if name != DIRECTIONS[0])
    return f"{TOLD} {directed} opinions with a direction and {counted[DIRECTIONS[0]]} blamed without one."


def told_before(folder: Path) -> str:
    """What the model's evaluation.json says of it; empty where it says nothing."""
    path = folder / "evaluation.json"
    what = json.loads(path.read_text(encoding="utf-8"))["summary"]["what"] if path.exists() else ""
    return TOLD + what.split(TOLD)[1] if TOLD in what else ""


def remeasure(folder: Path, own: Path, work: Path, counted: Mapping[str, int], told_of: Told) -> None:
    """Measure directions on our dev and test texts and put them into evaluation.json and card.md; every other reading, and so every other number, is as it was.

    The signatures of all scores name the model that is there now.
    """
    values = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    texts = [text for text in own_format.labelled(corpus_files([own]), OWN) if text.split in ("dev", "test")]
    told_of.begin(f"reading with {folder.name}", len(texts), "texts")
    key = measuring.reading_key(folder.name)
    read = readings.read(lambda: models.analyser(AnalyseConfig(model=folder.name)), key, texts, work, told_of.advance)
    told_of.end()
    model, data = artifacts.find(folder.name), {OWN: fingerprint(texts)[: measuring.SHORT]}
    mark = f"model={folder.name}@{model.sha256[: measuring.SHORT]}"
    rows = [asdict(each) | {"signature": signature(each, mark, data, __version__)} for each in scores(texts, read, [TASK])]
    for part, found in (("scores", [row for row in rows if not row["side"]]), ("parts", [row for row in rows if row["side"]])):
        at = next((i for i, row in enumerate(values[part]) if row["task"] == TASK.name), len(values[part]))
        others = [row for row in values[part] if row["task"] != TASK.name]
        for row in others:
            row["signature"] = row["signature"].replace(values["model"]["sha256"][: measuring.SHORT], model.sha256[: measuring.SHORT])
        values[part] = [*others[:at], *(row for row in found if row["value"] is not None), *others[at:]]
    values["model"] = {"name": folder.name, "sha256": model.sha256}
    summary = values["summary"]
    summary["what"] = f"{summary['what'].split(f' {TOLD}')[0]} {told(counted)}"
    summary["settings"]["thresholds"] = model.json("model.json")["thresholds"]
    card.write(folder, values)


def cases(texts: Sequence[Record], encoder: Encoder, aspects: Sequence[str], at_once: int = 256) -> Iterator[Case]:
    """The negative opinions of texts that fit a window."""
    fitting = [text for text, size in zip(texts, encoder.count([text.text for text in texts]), strict=True) if size <= LIMIT]
    for at in range(0, len(fitting), at_once):
        part = fitting[at : at + at_once]
        for text, encoded in zip(part, encoder.encode([text.text for text in part]), strict=True):
            for number, sentence in enumerate(text.sentences):
                inside = tokens_of(encoded.spans, sentence.start, sentence.end)
                blamed = [o for o in text.opinions if o.sentence == number and o.polarity == "negative"]
                if not blamed or not len(inside):
                    continue
                said = of_tokens(text.text[sentence.start : sentence.end], text.lang, encoded.spans[inside] - sentence.start)
                for each in blamed:
                    named = each.start is not None and each.end is not None
                    term = tokens_of(encoded.spans[inside], each.start or 0, each.end or 0) if named else np.array([], dtype=int)
                    kinds = said.max(axis=0)
                    yield Case(
                        encoded.vectors[inside].astype(np.float16),
                        term,
                        aspects.index(each.category),
                        kinds,
                        near(said, term) if len(term) else kinds,
                        DIRECTIONS.index(each.direction or "none"),
                    )


class _Network(nn.Module):
    """As run time adds up: the pooled head of the sentence, and what `pipeline.analyse.directions.Directions` holds."""

    def __init__(self, dim: int, aspects: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.value, self.score, self.term = nn.Linear(dim, 3), nn.Linear(dim, 3), nn.Linear(dim, 3, bias=False)
        self.aspect = nn.Embedding(aspects, 3)
        self.sentence, self.near = nn.Linear(len(KINDS), 3, bias=False), nn.Linear(len(KINDS), 3, bias=False)
        for layer in (self.score, self.term, self.aspect, self.sentence, self.near):
            nn.init.zeros_(layer.weight)
        nn.init.zeros_(self.score.bias)
        nn.init.normal_(self.value.weight, std=0.01)

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """Logits (B, 3) of a batch of `_batch`."""
        tokens = self.dropout(batch["vectors"])  # (B, T, dim)
        score = (SOFT * torch.tanh(self.score(tokens) / SOFT)).masked_fill(batch["mask"][..., None] == 0, -torch.inf)
        pooled = (score.softmax(1) * self.value(tokens)).sum(1)
        named = self.term(self.dropout(batch["term"])) * batch["named"][:, None]
        words = self.sentence(batch["kinds"]) + self.near(batch["nearness"])
        return pooled + named + words + self.aspect(batch["aspect"])


def fit(found: Sequence[Case], aspects: int, never: Sequence[int], settings: Settings) -> dict[str, np.ndarray]:
    """The arrays `direction.*` of a heads.npz, the standardisation of the token vectors folded in."""
    torch.manual_seed(settings.seed)
    tokens = np.concatenate([case.vectors for case in found]).astype(np.float32)
    mean, scale = tokens.mean(axis=0), tokens.std(axis=0) + np.float32(1e-6)
    network = _Network(len(mean), aspects, settings.dropout)
    few = [*network.aspect.parameters(), *network.sentence.parameters(), *network.near.parameters()]
    known = {id(each) for each in few}
    groups = [
        {
            "params": [p for p in network.parameters() if id(p) not in known],
            "lr": settings.learning_rate,
            "weight_decay": settings.weight_decay,
        },
        {"params": few, "lr": settings.few_learning_rate, "weight_decay": 0.01},
    ]
    optimiser = torch.optim.AdamW(groups)
    steps = settings.epochs * -(-len(found) // settings.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: max(0.02, 1 - step / steps))
    rng = random.Random(settings.seed)
    network.train()
    for _ in range(settings.epochs):
        order = rng.sample(range(len(found)), len(found))
        for at in range(0, len(order), settings.batch):
            batch = _batch([found[i] for i in order[at : at + settings.batch]], mean, scale)
            loss = nn.functional.cross_entropy(network(batch), batch["direction"])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return _exported(network, mean, scale, never)


def _batch(part: Sequence[Case], mean: np.ndarray, scale: np.ndarray) -> dict[str, Tensor]:
    width = max(len(case.vectors) for case in part)
    vectors, mask = np.zeros((len(part), width, len(mean)), dtype=np.float32), np.zeros((len(part), width), dtype=np.float32)
    term = np.zeros((len(part), len(mean)), dtype=np.float32)
    for row, case in enumerate(part):
        size = len(case.vectors)
        vectors[row, :size], mask[row, :size] = (case.vectors - mean) / scale, 1
        if len(case.term):
            term[row] = vectors[row, case.term].mean(axis=0)
    return {
        **{"vectors": torch.from_numpy(vectors), "mask": torch.from_numpy(mask), "term": torch.from_numpy(term)},
        "named": torch.tensor([float(len(case.term) > 0) for case in part]),
        "aspect": torch.tensor([case.aspect for case in part]),
        "kinds": torch.from_numpy(np.stack([case.kinds for case in part])),
        "nearness": torch.from_numpy(np.stack([case.nearness for case in part])),
        "direction": torch.tensor([case.direction for case in part]),
    }


def _exported(network: _Network, mean: np.ndarray, scale: np.ndarray, never: Sequence[int]) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {}
    for name, layer in (("value", network.value), ("score", network.score)):
        weight = layer.weight.detach().numpy() / scale
        arrays |= {f"direction.{name}.weight": weight, f"direction.{name}.bias": layer.bias.detach().numpy() - weight @ mean}
    aspect = network.aspect.weight.detach().numpy().copy()
    aspect[list(never)] = (NEVER, 0, 0)
    # The term's part is of standardised vectors: what it says of the mean goes off every opinion with a term.
    arrays["direction.term"] = network.term.weight.detach().numpy() / scale
    arrays["direction.named"] = -(arrays["direction.term"] @ mean)
    arrays |= {"direction.aspect": aspect, "direction.sentence": network.sentence.weight.detach().numpy()}
    arrays["direction.near"] = network.near.weight.detach().numpy()
    return {name: values.astype(np.float32) for name, values in arrays.items()}


def tuned(folder: Path, encoder: Encoder, own: Path, others: Thresholds) -> dict[str, float]:
    """The threshold of directions with the best F-beta on the dev texts, all languages together, beside the other thresholds; of equals the highest."""
    aspects = frozenset(taxonomy.load().ids)
    dev = [own_format.of_record(record, OWN, aspects) for record in records(own, "dev")]
    kept = Kept(encoder)
    tried = {least: _f_beta(open_heads(folder, kept, replace(others, direction=least)), dev) for least in GRID}
    return {"direction": max(tried, key=lambda least: (tried[least], least))}


def _f_beta(analyser: Analyser, texts: Sequence[Labelled], at_once: int = 256) -> float:
    """Of sentence, aspect and direction together, as the evaluation counts them."""
    read: list[Reading] = []
    for at in range(0, len(texts), at_once):
        part = texts[at : at + at_once]
        read += analyser.analyse([text.text for text in part], [list(text.sentences or ()) for text in part], [text.lang for text in part])
    right, true, said = map(float, tally(TASK, texts, read).counts.sum(axis=0))
    return (1 + BETA**2) * right / (BETA**2 * true + said)
