"""What an evaluation says, as sections of prose and tables: the same for Markdown and HTML. Everything comes from evaluation.json."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.evaluate.baselines import FROZEN, LEXICON, MAJORITY, WORDS
from pipeline.evaluate.classifiers import MOST
from pipeline.evaluate.parallel import METRIC as SAME
from pipeline.evaluate.scoring import SIDES
from pipeline.evaluate.summary import summary, weakest
from pipeline.evaluate.tasks import LEAST, MAIN, TASKS
from pipeline.languages import CODES
from pipeline.report.english import count, language, plural

READERS = (MAJORITY, LEXICON, WORDS, FROZEN)
NOTHING = "\N{EN DASH}"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A value with its interval, as text and (for a figure) as numbers from 0 to 1."""

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """A table with a caption."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True)
class Section:
    """A heading, sentences, tables."""

    id: str
    heading: str
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = field(default_factory=tuple)


def sections(values: Row) -> Iterator[Section]:
    """All sections that the evaluation has something for."""
    yield Section("short", "In short", list(summary(values)))
    yield Section("what", "What was measured", list(_what(values)))
    if values["comparison"]:
        yield _comparison(values)
    yield Section("scores", "Scores by language", [_HOW], [table for task in MAIN if (table := _main(values, task.name, task.metric))])
    yield Section(
        "all", "Every score", [], [table for task in dict.fromkeys(task.name for task in TASKS) if (table := _every(values, task))]
    )
    if any(row["task"] == "consistency" for row in values["scores"]):
        yield _consistency(values)
    yield _identification(values)
    yield Section("confusions", "What is taken for what", [_CONFUSION], list(_confusions(values)))
    yield calibration(values)
    yield thresholds(values)
    yield slices(values)
    yield Section("parts", "By genre, length and variety", [_PARTS, *_not_shown(values)], list(_parts(values)))
    yield Section("cost", "Cost", list(_cost(values)))


_HOW = (
    "Value, 95 % interval (bootstrap over authors; a text without an author stands alone) and number of items. Scores of different languages are of "
    f"different texts. Labels with fewer than {LEAST} items are left out of a mean, and scores of fewer than {LEAST} items are withheld."
)
_CONFUSION = "Rows are true labels, columns what the model said; numbers of texts."
_PARTS = "Document sentiment, macro-F1. Parts of other tasks are in evaluation.json."


def _what(values: Row) -> Iterator[str]:
    for each in values["corpora"]:
        splits = ", ".join(split for split in each["splits"] if split)
        yield f"Corpus `{each['name']}`{f', split {splits}' if splits else ''}: {plural(each['texts'], 'text')} (sha256 {each['sha256'][:12]})."
    yield f"Model `{values['model']['name']}` (sha256 {values['model']['sha256'][:12]}), Polyvox {values['version']}."
    if values["against"]:
        yield f"Against model `{values['against']['name']}` (sha256 {values['against']['sha256'][:12]})."
    if values["baselines_from"]:
        yield f"Baselines were fitted on {values['baselines_from']} (that of the frozen encoder on at most {MOST} texts a language)."
    if values["ceiling"]:
        yield (
            "Agreement is that of a second, blind annotation with the first, scored as if it were a model, on other texts of the same corpus. Both annotators "
            "of data/corpus are sessions of one language model: kin agree more than strangers, so that the true ceiling may be lower."
        )
    yield from values["notes"]


def _comparison(values: Row) -> Section:
    rows = [
        [
            language(r["lang"]),
            f"{r['title']}, {r['metric']}",
            r["texts"],
            f"{r['a']:.3f}",
            f"{r['b']:.3f}",
            f"{r['difference']:+.3f} ({r['low']:+.3f} to {r['high']:+.3f})",
            r["test"],
            f"{r['p']:.3g}",
            f"{r['q']:.3g}",
            r["verdict"],
        ]
        for r in values["comparison"]["rows"]
    ]
    head = ("", "score", "texts", values["model"]["name"], values["against"]["name"], "difference", "test", "p", "q", "verdict")
    how = (
        "Judged by q, the p-value adjusted for the languages of a score (Benjamini & Hochberg), at 5 %; `same` means: cannot be told apart."
    )
    return Section("comparison", "The two models", [*values["comparison"]["words"], how], [Table("All differences", head, rows)])


def _main(values: Row, task: str, metric: str) -> Table | None:
    """A row per language: the model, the baselines, and how far people agree."""
    own = [r for r in _of(values["scores"], task, metric) if not r["side"]]
    if not own:
        return None
    readers = [name for name in READERS if any(r["reader"] == name for r in _of(values["baselines"], task, metric))]
    agreed = {r["lang"]: r for r in _of(values["ceiling"], task, metric)}
    rows: list[list[object]] = []
    for r in sorted(own, key=order):
        beside = [_matching(values["baselines"], r, name) for name in readers]
        rows.append(
            [
                name_of(values, r),
                _cell(r, own[0]["unit"]),
                *(_cell(each) for each in beside),
                *([_cell(agreed.get(r["lang"]))] if agreed else []),
            ]
        )
    head = ("", values["model"]["name"], *readers, *(["agreement"] if agreed else []))
    title = next(t.title for t in TASKS if t.name == task)
    return Table(f"{title[0].upper()}{title[1:]}, {metric}", head, rows)


def _every(values: Row, task: str) -> Table | None:
    """A row per language, a column per metric."""
    metrics = [t.metric for t in TASKS if t.name == task]
    own = {(r["corpus"], r["lang"], r["split"], r["metric"]): r for r in values["scores"] if r["task"] == task and not r["side"]}
    keys = sorted({key[:3] for key in own}, key=lambda key: order({"lang": key[1], "corpus": key[0], "split": key[2]}))
    if not keys:
        return None
    rows = []
    for key in keys:
        first = next(own[(*key, metric)] for metric in metrics if (*key, metric) in own)
        left = ", ".join(first["left_out"])
        rows.append([name_of(values, first), *(_cell(own.get((*key, metric))) for metric in metrics), *([left] if left else [""])])
    head = ("", *metrics, "labels left out")
    if not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    return Table(next(t.title for t in TASKS if t.name == task).capitalize(), head, rows)


def _consistency(values: Row) -> Section:
    rows = [[name_of(values, r), _cell(r)] for r in sorted(_of(values["scores"], "consistency", SAME), key=order)]
    how = (
        "Of texts of one scenario told in two languages and labelled alike, the share that the model labels alike. In data/corpus the scenarios are told anew in each "
        "language, not translated; n counts pairs, the interval resamples scenarios."
    )
    return Section("consistency", "The same thing in two languages", [how], [Table("", ("", SAME), rows)])


def _identification(values: Row) -> Section:
    own = [r for r in values["scores"] if r["task"] == "language"]
    instead = {(r["corpus"], r["lang"], r["split"]): r["said"] for r in values["named_instead"]}
    rows: list[list[object]] = []
    for r in sorted((r for r in own if not r["side"]), key=order):
        said = ", ".join(f"{language(code)} {number}" for code, number in instead[r["corpus"], r["lang"], r["split"]])
        rows.append([name_of(values, r), _cell(r), said or NOTHING])
    return Section(
        "language",
        "Naming the language",
        ["Of whole texts, by the detector of the pipeline."],
        [Table("", ("", "named right", "named instead"), rows)],
    )


def _confusions(values: Row) -> Iterator[Table]:
    labels = values["confusion"]["labels"]
    for r in sorted(values["confusion"]["rows"], key=order):
        rows = [[label, *numbers] for label, numbers in zip(labels, r["matrix"], strict=True)]
        yield Table(name_of(values, r), ("true", *labels), rows)


def calibration(values: Row) -> Section:
    """Log loss, Brier score and calibration error beside what a calibrated model would show."""
    rows = []
    for r in sorted(values["calibration"], key=order):
        ece = r["ece"]
        verdict = "off" if ece["off"] else "as a calibrated model's"
        chance = f"{ece['value']:.3f} (calibrated: {ece['if_calibrated']:.3f}, at most {ece['at_most']:.3f})"
        rows.append([name_of(values, r), _cell(r["log_loss"] | {"n": r["n"]}), _cell(r["brier"] | {"n": r["n"]}), chance, verdict])
    how = (
        "Of the document label. Log loss and Brier score are lower for better probabilities. The calibration error (ECE, 8 bins of equal mass) of even a perfectly calibrated model "
        "is not 0 in so few texts: beside it stands what such a model would show, and what it would exceed once in twenty."
    )
    return Section(
        "calibration",
        "Do the probabilities mean what they say?",
        [how],
        [Table("", ("", "log loss", "Brier score", "ECE", "verdict"), rows)],
    )


def thresholds(values: Row) -> Section:
    """The risk-coverage curve at three places, its area, and proven thresholds."""
    rows, rates = [], [t["at_most_wrong"] for t in (values["calibration"] or [{"thresholds": []}])[0]["thresholds"]]
    for r in sorted(values["calibration"], key=order):
        curve = dict((f"{share:g}", risk) for share, risk in r["risk_coverage"])
        rows.append(
            [
                name_of(values, r),
                f"{curve['1']:.2f}",
                f"{curve['0.5']:.2f}",
                f"{r['area']:.3f}",
                *(_advice(t["found"]) for t in r["thresholds"]),
            ]
        )
    how = (
        "Share of wrong document labels when all texts are kept, when the surer half is kept, and on average over all shares kept (area under the risk-coverage curve). "
        "Then: to have at most so many wrong among those kept (proven at 95 %, learn then test), keep texts whose probability reaches the threshold, which keeps that share."
    )
    head = ("", "wrong of all", "wrong of surer half", "area", *(f"at most {rate:.0%} wrong" for rate in rates))
    return Section("thresholds", "Leaving unsure texts out", [how], [Table("", head, rows)])


def _advice(found: Row | None) -> str:
    return f"from {found['threshold']:.2f}: keeps {found['keeps']:.0%}" if found else "no threshold is proven"


def slices(values: Row) -> Section:
    """Parts with more wrong labels than the rest."""
    found = values["slices"]
    if not found["compared"]:
        return Section("weak", "Weakest parts", [weakest(found)])
    rows = [
        [
            language(r["lang"]),
            r["part"],
            r["n"],
            f"{r['wrong']:.0%}",
            f"{r['rest']:.0%}",
            f"{r['difference']:+.0%} ({r['low']:+.0%} to {r['high']:+.0%})",
            f"{r['q']:.2g}",
            "yes" if r["stands_out"] else "no",
        ]
        for r in found["worst"]
    ]
    how = (
        f"{count(found['compared'])} parts of at least {LEAST} texts (languages against each other; genre, length, variety, domain, and each two of them together, within a "
        "language) were compared with the rest by Fisher's exact test; q controls false discoveries under any dependence (Benjamini & Yekutieli). The difference is overstated where it was picked."
    )
    head = ("", "part", "texts", "wrong", "wrong in the rest", "difference", "q", "stands out")
    return Section("weak", "Weakest parts", [weakest(found), how], [Table("", head, rows)])


def _parts(values: Row) -> Iterator[Table]:
    own = [r for r in _of(values["scores"], MAIN[0].name, MAIN[0].metric) if r["side"]]
    for side in SIDES:
        rows = [[name_of(values, r), r["within"], _cell(r)] for r in sorted(own, key=order) if r["side"] == side and r["value"] is not None]
        if rows:
            yield Table(f"By {side}", ("", side, MAIN[0].metric), rows)


def _not_shown(values: Row) -> Iterator[str]:
    """The parts without a score, gathered by language: a row for each would bury the others."""
    own = sorted((r for r in _of(values["scores"], MAIN[0].name, MAIN[0].metric) if r["side"] and r["value"] is None), key=order)
    held = {name: [r["within"] for r in own if name_of(values, r) == name] for name in dict.fromkeys(name_of(values, r) for r in own)}
    if held:
        parts = "; ".join(f"{name}: {', '.join(within)}" for name, within in held.items())
        yield f"Withheld, because fewer than two labels have {LEAST} texts: {parts}."


def _cost(values: Row) -> Iterator[str]:
    cost = values["cost"]
    yield (
        f"{cost['texts_a_second']:.0f} texts a second on one core of the machine that measured it ({cost['texts']} texts of {cost['words_a_text']:.0f} words on average; "
        f"other work may have been running), {cost['model_megabytes']:.0f} MB on disk with the encoder's vocabulary."
    )
    if cost["peak_megabytes"]:
        yield f"The evaluation itself peaked at {cost['peak_megabytes']:,.0f} MB."


def _of(rows: Sequence[Row], task: str, metric: str) -> list[Row]:
    return [r for r in rows if r["task"] == task and r["metric"] == metric]


def _matching(rows: Sequence[Row], own: Row, reader: str) -> Row | None:
    same = ("task", "metric", "corpus", "lang", "split", "side")
    return next((r for r in rows if r["reader"] == reader and all(r[name] == own[name] for name in same)), None)


def _cell(row: Row | None, unit: str = "") -> Cell:
    if row is None:
        return Cell(NOTHING)
    if row["value"] is None:
        return Cell(row.get("reason") or NOTHING)
    items = f" {unit}" if unit else ""
    value, low, high = row["value"], row["low"], row["high"]
    return Cell(f"{value:.2f} ({low:.2f} to {high:.2f}; n {row['n']:,}{items})", value, low, high)


def name_of(values: Row, row: Row) -> str:
    """The language, and the corpus and split where there are several."""
    several = len(values["corpora"]) > 1
    splits = len({split for each in values["corpora"] for split in each["splits"]}) > 1
    return language(row["lang"]) + (f", {row['corpus']}" if several else "") + (f", {row['split']}" if splits and row["split"] else "")


def order(row: Row) -> tuple[object, ...]:
    """By corpus, split, our languages before others, and part of the texts."""
    place = CODES.index(row["lang"]) if row["lang"] in CODES else len(CODES)
    return (row["corpus"], row["split"], place, row["lang"], row.get("side", ""), row.get("within", ""))
