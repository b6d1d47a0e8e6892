"""What stands out: findings made by a table of rules from all tables of a run. No number that is shown, no finding."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.languages import CODES
from pipeline.report.board import KINDS, WHOLE, Place

MOST = 5  # groups: more than a reader keeps in mind is a table, and that comes below
MOST_CASES = 5  # of a group, the clearest
LEFT_OUT = ("overall", "unknown")  # the whole again; a gap in the data, not a subject
SIGNS = ("burst", "share_highest", "share_repeated", "share_contrary")  # of an unusual profile, as the table names them
SURE = 0.05  # q-value below which a difference is one: the level of `families.py` and `changes.py`
HALF = 0.5
SAMPLED = "difference of shares from the labelled samples"  # how such methods begin

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """Rows of `table` with the values of `where` are looked at; those for which `holds` are cases of `group`, said by `message` (of section `finding`).

    `family` (of section `family`) names what each q-value allows for; empty where the table has none. `zero` is the value of no effect.
    """

    group: str
    message: str
    table: str
    where: Mapping[str, str | None]
    holds: Callable[[Row], bool]
    family: str = ""
    zero: float = 0.0


@dataclass(frozen=True)
class Finding:
    """A row for which a rule holds; `compared` rows were looked at together, and `beside` is the row whose interval is said with it, if another."""

    rule: Rule
    row: Row
    compared: int = 0
    beside: Row | None = None

    @property
    def lang(self) -> str | None:
        """None: all languages together."""
        found: str | None = self.row.get("lang")
        return found

    @property
    def place(self) -> Place:
        """Which column, and its value."""
        return next(((kind, self.row[kind]) for kind in KINDS if self.row.get(kind) is not None), WHOLE)

    @property
    def clearness(self) -> float:
        """How far the near end of the interval lies from no effect, in widths of the interval: no scale of its own, so that cases can be put in order."""
        low, high = self.row["low"], self.row["high"]
        if low is None or high is None:
            return 0.0
        return float(max(low - self.rule.zero, self.rule.zero - high) / (high - low)) if high > low else float("inf")


def _is(finding: str) -> Callable[[Row], bool]:
    return lambda row: row["finding"] is not None and row["finding"].startswith(finding)


def _sure(row: Row) -> bool:
    return row.get("q_value") is not None and row["q_value"] < SURE


def _labelled(row: Row) -> bool:
    """A language read worse in this feedback than in the evaluation looks like other customers; only labels of this feedback tell the two apart."""
    return _sure(row) and str(row["method"]).startswith(SAMPLED)


def _apart(row: Row) -> bool:
    return bool(row["low"] > 0 or row["high"] < 0)


def _above_its_list(row: Row) -> bool:
    """The shrunken share is above the raw one of the whole list, by its interval too."""
    return _sure(row) and bool(row["low"] > row["whole"])


_EVENT = {"kind": "before_after"}
_ALONE: dict[str, str | None] = {"measure": "share_negative", "aspect": None}
_ASPECT = {"list": "aspect"}

RULES = (
    Rule("light", "light", "coverage", {"measure": "label_shift"}, _is("these texts are not said"), "light"),
    Rule("event", "event_rating", "changes", {**_EVENT, "measure": "mean_rating"}, _is("changed")),
    Rule("event", "event_share", "changes", {**_EVENT, "measure": "share_negative"}, _is("changed")),
    Rule("unanswered", "unanswered", "replies", {"measure": "answered_30d"}, lambda row: bool(row["high"] < HALF), zero=HALF),
    Rule("recovery", "recovery", "replies", {"measure": "recovery"}, _apart),
    Rule("change", "trend", "changes", {"kind": "trend_fixed_mix"}, _is("changed"), "trend"),
    Rule("change", "change_point", "changes", {"kind": "change_point"}, _is("changed"), "change_point"),
    Rule("change", "newest", "changes", {"kind": "newest_month"}, _is("changed"), "newest"),
    Rule("difference", "difference", "contrasts", {**_ALONE, "against": "rest", "channel": None}, _sure, "brand"),
    Rule("difference", "difference", "contrasts", {**_ALONE, "against": "rest", "brand": None}, _sure, "channel"),
    Rule("difference", "difference", "contrasts", {**_ALONE, "against": "previous"}, _sure, "period"),
    *(
        Rule(
            "language",
            "difference",
            "contrasts",
            {**_ALONE, "against": code, "brand": None, "channel": None, "period": None},
            _labelled,
            "language",
        )
        for code in CODES
    ),
    Rule("aspect", "ranked", "rankings", {**_ASPECT, "measure": "share_negative"}, _above_its_list, "aspect"),
    Rule("aspect", "ranked", "rankings", {**_ASPECT, "measure": "share_positive"}, _above_its_list, "aspect"),
    Rule("driver", "basic", "drivers", {"measure": "asymmetry"}, _is("basic"), "driver"),
    Rule("driver", "excitement", "drivers", {"measure": "asymmetry"}, _is("excitement"), "driver"),
    Rule("unusual", "unusual", "profiles", {"measure": "unusual_signs"}, _is("unusual profile"), "profile"),
    Rule("untagged", "untagged", "mentions", {"measure": "share_tagged"}, lambda row: bool(row["high"] < HALF), zero=HALF),
)


def find(tables: Mapping[str, pa.Table]) -> list[Finding]:
    """All cases of all rules, by group in the order of the rules, the clearest of a group first. `tables` by name, as in `tables.py`."""
    found = [case for rule in RULES for case in _cases(rule, tables)]
    groups = list(dict.fromkeys(rule.group for rule in RULES))
    return sorted(found, key=lambda case: (groups.index(case.rule.group), -case.clearness, case.lang or "", case.place, case.rule.message))


def looked_at(tables: Mapping[str, pa.Table]) -> int:
    """How many numbers the rules looked at: those that are shown."""
    seen = {(rule.table, *sorted(rule.where.items(), key=str)): len(_rows(rule, tables)) for rule in RULES}
    return sum(seen.values())


def _cases(rule: Rule, tables: Mapping[str, pa.Table]) -> Iterator[Finding]:
    rows = _rows(rule, tables)
    wholes = _wholes(rows) if rule.table == "rankings" else {}
    for row in rows:
        row = {**row, "whole": wholes.get(row["lang"])} if wholes else row
        if rule.holds(row) and rule.table == "profiles":
            yield _unusual(rule, row, tables["profiles"])
        elif rule.holds(row):
            yield Finding(rule, row, row.get("compared") or sum(each.get("q_value") is not None for each in rows))


def _unusual(rule: Rule, row: Row, profiles: pa.Table) -> Finding:
    """An unusual profile with its share of five stars beside it, because a count of signs has no interval, and the q-value of its least sure sign.

    Of a brand whose numbers would tell of another's, neither is shown.
    """
    own = {each["measure"]: each for each in profiles.filter(pc.equal(profiles["brand"], row["brand"])).to_pylist()}
    signs = [own[name]["q_value"] for name in SIGNS if name in own and name in row["finding"]]
    brands = profiles.filter(pc.and_(pc.equal(profiles["measure"], SIGNS[0]), pc.is_valid(profiles["q_value"])))
    stars = own.get("share_rating_5")
    least = None if None in signs else max(signs, default=None)
    return Finding(rule, {**row, "q_value": least}, len(brands), stars if stars and stars["value"] is not None else None)


def _rows(rule: Rule, tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    table = tables.get(rule.table)
    if table is None:
        return []
    chosen = pc.is_valid(table["value"])
    for name, value in rule.where.items():
        chosen = pc.and_(chosen, pc.is_null(table[name]) if value is None else pc.fill_null(pc.equal(table[name], value), False))
    rows: list[dict[str, Any]] = table.filter(chosen).to_pylist()
    return [row for row in rows if not any(row.get(kind) in LEFT_OUT for kind in KINDS)]


def _wholes(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The share of each language's list as a whole."""
    n: dict[str, float] = {}
    total: dict[str, float] = {}
    for row in rows:
        n[row["lang"]] = n.get(row["lang"], 0) + row["n"]
        total[row["lang"]] = total.get(row["lang"], 0) + row["n"] * row["raw"]
    return {lang: total[lang] / n[lang] for lang in n}
