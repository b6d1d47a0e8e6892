"""How models/first is trained: first on public corpora, then mostly on our own scheme."""

import copy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from pipeline.train import batches, corpora
from pipeline.train.examples import Example
from pipeline.train.fit import FitConfig, fit
from pipeline.train.network import Network


@dataclass(frozen=True)
class Phase:
    """A pass over a mixture: a share of each public corpus and a number of repetitions of our own texts."""

    name: str
    public: float
    own: int
    fit: FitConfig


# Our scheme has what no public corpus labels (Welsh, the trust family, mixed against neutral), and public labels mean
# other things (issue "corpus"): so it comes last and often, with some public text so that breadth is not forgotten.
BROAD = Phase("public", public=0.65, own=0, fit=FitConfig(head_learning_rate=3e-3, frozen_layers=4))
# Both begin where the broad phase ended, and the mean of their weights is the model (decision 0018).
BRANCHES = (
    Phase("own", public=0.1, own=5, fit=FitConfig(learning_rate=1.5e-4, head_learning_rate=3e-3, frozen_layers=6, seed=8)),
    Phase("own-deep", public=0.25, own=3, fit=FitConfig(head_learning_rate=2e-3, frozen_layers=2, token_dropout=0.1, seed=8)),
)


def train(
    network: Network,
    tokenizer: Tokenizer,
    public: Sequence[Example],
    own: Sequence[Example],
    aspects: Sequence[str],
    *,
    out: Path,
    pairs: Sequence[tuple[Example, Example]] = (),
    broad: Phase = BROAD,
    branches: Sequence[Phase] = BRANCHES,
) -> Network:
    """Run the broad phase, each branch from where it ended, and average the branches; a finished phase is taken from its checkpoint."""

    def run(phase: Phase) -> dict[str, Tensor]:
        wide = batches.encode(tokenizer, chosen(public, phase.public), phase.fit.longest)
        encoded = [*wide, *(batches.encode(tokenizer, own, phase.fit.longest) * phase.own)]
        sides = [batches.encode(tokenizer, side, phase.fit.longest) for side in zip(*pairs, strict=True)]
        fit(network, encoded, aspects, phase.fit, out=out / phase.name, pairs=list(zip(*sides, strict=True)))
        return copy.deepcopy(network.state_dict())

    start, ends = run(broad), []
    for branch in branches:
        network.load_state_dict(start)
        ends.append(run(branch))
    network.load_state_dict(mean_of(ends))
    return network


def mean_of(states: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of each tensor: trainings that began at one point mostly end in one basin (Wortsman et al. 2022, ICML, arXiv 2203.05482)."""
    return {name: torch.stack([state[name].float() for state in states]).mean(0).to(first.dtype) for name, first in states[0].items()}


def chosen(public: Iterable[Example], share: float = BROAD.public) -> list[Example]:
    """A stable share of the public examples; a smaller share is part of a larger one."""
    return [example for example in public if _share(example.corpus + example.id) < share]


def evaluation_only(folder: Path) -> bool:
    """Whether a corpus may only be measured on: its name is not in `CORPORA`, and it holds labels."""
    if folder.name in {corpus.name for corpus in corpora.CORPORA}:
        return False
    with next(folder.glob("*.jsonl")).open(encoding="utf-8") as lines:
        row = json.loads(next(lines))
    return "label" in row or "aspects" in row


def held_out_texts(root: Path) -> Iterator[str]:
    """Every text of the corpora that may not be trained on: all of those not in `CORPORA`, and dev and test of those that are."""
    trained = {corpus.name for corpus in corpora.CORPORA}
    for path in sorted(root.glob("*/*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                labelled = "label" in row or "aspects" in row
                if "text" in row and labelled and (path.parent.name not in trained or row.get("split") != "train"):
                    yield row["text"]


def own_examples(folder: Path, aspects: Iterable[str], split: str) -> list[Example]:
    """Our own corpus: one file per language."""
    names = list(aspects)
    return [e for path in sorted(folder.glob("*.jsonl")) for e in corpora.read_own(path, names) if e.split == split]


def _share(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
