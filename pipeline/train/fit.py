"""Fine-tune the network on examples, with a log and checkpoints."""

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from pipeline.train.batches import Encoded, collate, shuffled, through_frozen
from pipeline.train.network import WEIGHTS, Network, losses


@dataclass(frozen=True)
class FitConfig:
    """Settings of a training; the defaults are those of the committed model."""

    epochs: int = 1
    batch: int = 32
    longest: int = 160  # tokens; longer texts are rare in the corpora and cost quadratically
    learning_rate: float = 1e-4  # encoder; the e5 card's fine-tunings use 1e-5 to 1e-4, a single short pass wants the upper end
    head_learning_rate: float = 1e-3
    frozen_layers: int = 0  # from below, with the embeddings; what they say is computed once, so each saves its whole cost
    token_dropout: float = 0.0  # share of tokens hidden from a step, past the frozen layers: the same text is never read twice alike
    warmup: float = 0.06
    pairs_every: int = 8  # steps between two batches of parallel texts
    consistency: float = 0.5  # weight of their loss
    seed: int = 7
    checkpoint_seconds: int = 300


def fit(
    network: Network,
    train: Sequence[Encoded],
    aspects: Sequence[str],
    config: FitConfig,
    *,
    out: Path,
    pairs: Sequence[tuple[Encoded, Encoded]] = (),
) -> Network:
    """Train in place. Writes `out/log.jsonl` (a line every 50 steps) and `out/checkpoint.pt`; resumes from that file.

    Word embeddings stay as they are: they are shared with the base encoder and kept in its exact 4-bit form. `pairs` are texts with their
    translations: they have no labels, but deserve the same reading (a consistency loss).
    """
    torch.manual_seed(config.seed)
    out.mkdir(parents=True, exist_ok=True)
    if not network.standardise.mean.any():
        _standardise(network, train, aspects, config)
    _freeze(network, config.frozen_layers)
    network.token_dropout = config.token_dropout
    total = sum(math.ceil(len(train) / config.batch) for _ in range(config.epochs))
    optimiser = torch.optim.AdamW(_groups(network, config), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, total, config.warmup))
    done = _resume(out, network, optimiser, schedule)
    if config.frozen_layers and done < total:
        through_frozen(network, [*train, *(side for pair in pairs for side in pair)], config.frozen_layers)
    network.train()
    step, saved, began = 0, time.monotonic(), time.monotonic()
    parallel = _endless(pairs, config.batch // 2, config.seed)
    sums: dict[str, list[float]] = {}
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"examples": len(train), "steps": total, "config": asdict(config), "resumed_at": done}) + "\n")
        for epoch in range(config.epochs):
            for items in shuffled(train, config.batch, config.seed + epoch):
                step += 1
                if step <= done:
                    continue
                batch = collate(items, aspects)
                found = losses(network(batch, config.frozen_layers), batch)
                loss = sum(WEIGHTS[name] * value for name, value in found.items())
                if pairs and step % config.pairs_every == 0:
                    found["consistency"] = consistency(network, next(parallel), aspects, config.frozen_layers)
                    loss += config.consistency * found["consistency"]
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                for name, value in found.items():
                    sums.setdefault(name, []).append(float(value.detach()))
                if step % 50 == 0:
                    row = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
                    log.write(json.dumps({"step": step, "seconds": round(time.monotonic() - began), **row}) + "\n")
                    log.flush()
                    sums = {}
                if time.monotonic() - saved > config.checkpoint_seconds:
                    _save(out, network, optimiser, schedule, step)
                    saved = time.monotonic()
    _save(out, network, optimiser, schedule, step)
    network.eval()
    return network


def consistency(network: Network, pairs: Sequence[tuple[Encoded, Encoded]], aspects: Sequence[str], frozen: int = 0) -> Tensor:
    """Mean Kullback-Leibler divergence of either text's document reading from the pair's mean reading, which no gradient moves."""
    batch = collate([*(a for a, _ in pairs), *(b for _, b in pairs)], aspects)
    log_p = network(batch, frozen)["document"].float().log_softmax(-1)
    first, second = log_p.chunk(2)
    middle = ((first.exp() + second.exp()) / 2).detach()
    return sum(torch.nn.functional.kl_div(each, middle, reduction="batchmean") for each in (first, second))


def _endless(pairs: Sequence[tuple[Encoded, Encoded]], size: int, seed: int) -> Iterator[list[tuple[Encoded, Encoded]]]:
    """Batches of pairs in random order, again and again."""
    rng = random.Random(seed)
    while pairs:
        order = rng.sample(range(len(pairs)), len(pairs))
        yield from ([pairs[i] for i in order[at : at + size]] for at in range(0, len(order), size))


def _standardise(network: Network, train: Sequence[Encoded], aspects: Sequence[str], config: FitConfig, texts: int = 512) -> None:
    """Take the mean and the scale of token vectors from the first `texts` shuffled examples, through the encoder as it is."""
    network.eval()
    found = []
    with torch.no_grad():
        for _, items in zip(range(texts // config.batch), shuffled(train, config.batch, config.seed), strict=False):
            batch = collate(items, aspects)
            found.append(network.tokens(batch)[batch.mask.bool()])
    network.standardise.fit(torch.cat(found))


def _freeze(network: Network, layers: int) -> None:
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    for layer in network.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)
    if layers:
        network.encoder.embeddings.requires_grad_(False)


def _groups(network: Network, config: FitConfig) -> list[dict[str, object]]:
    encoder = [p for p in network.encoder.parameters() if p.requires_grad]
    return [
        {"params": encoder, "lr": config.learning_rate},
        {"params": list(network.heads.parameters()), "lr": config.head_learning_rate},
    ]


def _rate(step: int, total: int, warmup: float) -> float:
    rise = max(1, int(warmup * total))
    return (step + 1) / rise if step < rise else max(0.02, (total - step) / max(1, total - rise))


def _save(out: Path, network: Network, optimiser: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler, step: int) -> None:
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict(), "step": step}
    torch.save(state, out / "checkpoint.tmp")
    (out / "checkpoint.tmp").replace(out / "checkpoint.pt")


def _resume(out: Path, network: Network, optimiser: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LRScheduler) -> int:
    path = out / "checkpoint.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])
