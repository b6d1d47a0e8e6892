"""Fine-tune the network on examples, with a log and checkpoints."""

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from pipeline.train.batches import Encoded, collate, shuffled
from pipeline.train.network import WEIGHTS, Network, losses


@dataclass(frozen=True)
class FitConfig:
    """Settings of a training; the defaults are those of the committed model."""

    epochs: int = 1
    batch: int = 32
    longest: int = 160  # tokens; longer texts are rare in the corpora and cost quadratically
    learning_rate: float = 1e-4  # encoder; the e5 card's fine-tunings use 1e-5 to 1e-4, a single short pass wants the upper end
    head_learning_rate: float = 1e-3
    frozen_layers: int = 0
    warmup: float = 0.06
    stop: int | None = None  # steps after which to end, on the schedule of the whole pass
    seed: int = 7
    checkpoint_seconds: int = 300


def fit(
    network: Network,
    train: Sequence[Encoded],
    aspects: Sequence[str],
    config: FitConfig,
    *,
    out: Path,
    evaluate: Callable[[Network], dict[str, float]] | None = None,
) -> Network:
    """Train in place. Writes `out/log.jsonl` (a line every 50 steps) and `out/checkpoint.pt`; resumes from that file.

    Word embeddings stay as they are: they are shared with the base encoder and kept in its exact 4-bit form.
    """
    torch.manual_seed(config.seed)
    out.mkdir(parents=True, exist_ok=True)
    _freeze(network, config.frozen_layers)
    total = sum(math.ceil(len(train) / config.batch) for _ in range(config.epochs))
    optimiser = torch.optim.AdamW(_groups(network, config), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, total, config.warmup))
    done = _resume(out, network, optimiser, schedule)
    network.train()
    step, saved, began = 0, time.monotonic(), time.monotonic()
    sums: dict[str, list[float]] = {}
    with (out / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"examples": len(train), "steps": total, "config": asdict(config), "resumed_at": done}) + "\n")
        for epoch in range(config.epochs):
            for items in shuffled(train, config.batch, config.seed + epoch):
                step += 1
                if step <= done:
                    continue
                if config.stop is not None and step > config.stop:
                    break
                batch = collate(items, aspects)
                found = losses(network(batch), batch)
                loss = sum(WEIGHTS[name] * value for name, value in found.items())
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
            if evaluate is not None:
                network.eval()
                log.write(json.dumps({"epoch": epoch + 1, "dev": evaluate(network)}) + "\n")
                log.flush()
                network.train()
    _save(out, network, optimiser, schedule, min(step, config.stop or step))
    network.eval()
    return network


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
