"""`make bench`: texts a second, end to end and per stage, and the share of time outside the encoder.

The named peer is onnxruntime running the same encoder graph one text at a time: what the analyse stage adds (sentences, windows,
heads, offsets) and gains (batches of equal length) shows as a ratio in the same run. With `--transformers` a second peer runs: an encoder of
the same shape by transformers in fp32, one text at a time and in padded batches of 32 as the texts come.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from pipeline import models
from pipeline.config import AnalyseConfig, Config
from pipeline.engines.local import LocalEngine
from pipeline.progress import Silent
from pipeline.run import Run, finish
from pipeline.tables import TEXTS

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Copy the samples some times (texts made different by a number), run everything, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--copies", type=int, default=2, help="how many times the sample texts are used (default 2)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default 1, as the peer)")
    parser.add_argument("--transformers", action="store_true", help="also race transformers in fp32 (needs the extra `train`)")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="polyvox-bench-"))
    try:
        source = folder / "texts.jsonl"
        count = _write(source, arguments.copies)
        run = Run(folder / "out", Config(), LocalEngine(arguments.workers), Silent())
        began = time.perf_counter()
        run.until("report", [str(source)], None)
        total = time.perf_counter() - began
        finish(run, "report")
        texts = [text for part in run.store.scan(TEXTS) for text in part["clean"].to_pylist()]
        inside, batched = _encoder_seconds(texts)
    finally:
        shutil.rmtree(folder)
    print(f"{count} texts, {arguments.workers} workers, peer: onnxruntime on the same graph, one text at a time, one thread\n")
    print(f"{'stage':<12}{'seconds':>9}{'texts/s':>10}{'share':>8}")
    for stage, seconds in run.seconds.items():
        print(f"{stage:<12}{seconds:>9.2f}{count / seconds:>10.0f}{seconds / total:>8.1%}")
    print(f"{'end to end':<12}{total:>9.2f}{count / total:>10.0f}{1:>8.0%}")
    print(
        f"\npeer {inside:.2f} s, {count / inside:.0f} texts/s; analyse stage to peer: {inside / run.seconds['analyse']:.2f} times as fast"
    )
    if arguments.workers == 1:
        print(f"the encoder alone, in batches: {batched:.2f} s; share of time outside the encoder: {1 - batched / total:.0%}")
    if arguments.transformers:
        for size in (1, 32):
            seconds = _transformers_seconds(texts, size)
            words = "one text at a time" if size == 1 else f"batches of {size} as they come"
            print(
                f"transformers, fp32, one thread, {words}: {seconds:.2f} s, {count / seconds:.0f} texts/s; the encoder in our batches is "
                f"{seconds / batched:.2f} times as fast, the whole analyse stage {seconds / run.seconds['analyse']:.2f} times"
            )
    return 0


def _write(path: Path, copies: int) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for copy in range(copies):
            for line in (ROOT / "data/samples/labelled.jsonl").open(encoding="utf-8"):
                row = json.loads(line)
                text = f"{row['text']} {copy}" if copy else row["text"]
                out.write(json.dumps({"id": f"{row['id']}-{copy}", "text": text}, ensure_ascii=False) + "\n")
                count += 1
    return count


def _encoder_seconds(texts: list[str]) -> tuple[float, float]:
    """Seconds of the encoder for the texts one by one, and all at once in its own batches."""
    encoder = models.encoder(AnalyseConfig().model, prefix="")
    encoder.encode(texts[:4])
    began = time.perf_counter()
    for text in texts:
        encoder.encode([text[:1000]])
    one_by_one = time.perf_counter() - began
    began = time.perf_counter()
    encoder.encode([text[:1000] for text in texts])
    return one_by_one, time.perf_counter() - began


def _transformers_seconds(texts: list[str], size: int) -> float:
    """Seconds that transformers takes for the same texts; its weights are random, which changes what it says, not how long it takes."""
    import torch
    from tokenizers import Tokenizer

    from pipeline import artifacts
    from pipeline.train.e5 import Shape
    from pipeline.train.network import empty_encoder

    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(str(artifacts.find("encoder").folder / "tokenizer.json"))
    tokenizer.enable_padding(pad_id=1)
    tokenizer.enable_truncation(512)
    shape = Shape(hidden=384, layers=12, heads=12, ffn=1536, vocab=0, positions=512, types=2)
    network = empty_encoder(tokenizer.get_vocab_size(), shape).eval()
    began = time.perf_counter()
    with torch.inference_mode():
        for at in range(0, len(texts), size):
            encodings = tokenizer.encode_batch([text[:1000] for text in texts[at : at + size]])
            ids, mask = (torch.tensor(each) for each in ([e.ids for e in encodings], [e.attention_mask for e in encodings]))
            network(input_ids=ids, attention_mask=mask)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
