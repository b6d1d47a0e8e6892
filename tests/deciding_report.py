"""What a report needs that has drivers, rankings and differences in it: made up, but computed by the real stage."""

from functools import cache
from typing import Any

import feedback_tables as feedback
import numpy as np
import pyarrow as pa
from test_correcting import CONFUSION

from pipeline import taxonomy
from pipeline.aggregate.drivers import drivers
from pipeline.aggregate.gathered import Gathered
from pipeline.aggregate.rankings import rankings
from pipeline.aggregate.stage import count, estimate_all, merge, read_errors, record
from pipeline.config import AggregateConfig
from pipeline.report.coverage import combine, describe
from pipeline.report.inputs import ReportInputs
from pipeline.tables import CONTRASTS, DRIVERS, RANKINGS, REJECTS

NUMBER = 780
ASPECTS = ("staff", "delivery", "price", "quality", "design", "waiting")
NAMES = {lang: {aspect.id: aspect.name(lang) for aspect in taxonomy.load().aspects} for lang in taxonomy.NAMED_IN}
TEXTS = {
    "de": ("Alles gut bei euch.", "So geht es nicht weiter."),
    "ar": ("كل شيء ممتاز.", "لم يعجبني ذلك."),
}  # kull shay' mumtaz; lam yu'jibni dhalik


def rows(number: int = NUMBER) -> list[dict[str, Any]]:
    """Two languages; in German blame of the delivery costs stars, and praise of the staff gains them. Brand A and the app are blamed more."""
    rng = np.random.default_rng(11)
    made = []
    for i in range(number):
        lang = "de" if i % 3 else "ar"
        brand, channel = "ABCDEF"[int(rng.integers(6))], ("app", "shop", "web")[int(rng.integers(3))]
        bad = bool(rng.random() < 0.3 + 0.45 * (brand == "A") + 0.2 * (channel == "app"))
        told = [ASPECTS[k] for k in sorted({int(rng.integers(6)), int(rng.integers(6))})]
        opinions = [(aspect, "negative" if rng.random() < (0.75 if bad else 0.3) else "positive", None, 0.8) for aspect in told]
        stars = 3.4 + sum(
            {("staff", "positive"): 1.6, ("delivery", "negative"): -2.0}.get(each[:2], 0.3 if each[1] == "positive" else -0.3)
            for each in opinions
        )
        label = str(rng.choice(["negative", "neutral", "positive", "mixed"], p=[0.7, 0.1, 0.1, 0.1] if bad else [0.1, 0.15, 0.65, 0.1]))
        about = {"lang": lang, "label": label, "brand": brand, "channel": channel, "aspects": opinions}
        rating = float(np.clip(round(stars + rng.normal(0, 0.6)), 1, 5)) if lang == "de" or i % 12 == 0 else None
        made.append({**about, "doc_id": f"d{i:04d}", "text": f"{TEXTS[lang][bad]} ({i})", "rating": rating, "line": i + 2})
    return made


@cache
def made(number: int = NUMBER) -> dict[str, Any]:
    """The tables of these rows; how the model errs is known of German only."""
    config, run = AggregateConfig(), feedback.run_of(rows(number))
    estimates, contrasts = estimate_all(
        merge([count(*run, config=config)]), config=config, errors=read_errors({"errors": {"document": {"de": CONFUSION}}})
    )
    gathered = Gathered.of(*record(run.documents, run.texts, run.languages, run.sentiment, run.aspects, config=config))
    decided = {
        RANKINGS.name: rankings(gathered, config=config, rng=np.random.default_rng(1)),
        DRIVERS.name: drivers(gathered, config=config, rng=np.random.default_rng(2)),
    }
    described = describe(run.documents, run.texts, run.languages, run.sentiment, REJECTS.schema.empty_table())
    tables: dict[str, pa.Table] = {CONTRASTS.name: contrasts, **decided}
    return {"estimates": estimates, "tables": tables, "quotes": feedback.quotes_of(run, 2), "coverage": combine([described])}


def inputs(number: int = NUMBER, **more: Any) -> ReportInputs:
    """Everything for the report."""
    return ReportInputs(**{**made(number), "aspect_names": NAMES, **more})
