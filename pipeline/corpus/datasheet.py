"""Write the tables of a corpus into its datasheet, between markers; everything else in it is left alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.corpus import counts, reread, variety
from pipeline.corpus.agreement import agreement, confusions
from pipeline.corpus.alpha import Estimate
from pipeline.corpus.balance import FULL, OPINIONS, shortfalls
from pipeline.corpus.format import Record
from pipeline.corpus.second import Pair
from pipeline.corpus.tabular import markdown
from pipeline.errors import InputError
from pipeline.taxonomy import Taxonomy

CONFUSIONS = 12  # shown: a short list says where the borders are hard


def sections(records: Sequence[Record], taxonomy: Taxonomy) -> dict[str, str]:
    """The text of each section that is made from the corpus."""
    return {
        "counts": "\n\n".join(
            [
                markdown(*counts.overview(records)),
                "Texts by split and label:",
                markdown(*counts.by_split(records)),
                "Texts by genre and label:",
                markdown(*counts.by_genre(records)),
                "Texts by variety asked for, and label:",
                markdown(*counts.by_variety(records)),
                "Texts by domain:",
                markdown(*counts.by_domain(records)),
            ]
        ),
        "aspects": "\n\n".join(
            [
                "Opinions by aspect, as negative / neutral / positive:",
                markdown(*counts.by_aspect(records, taxonomy)),
                "Opinions by aspect, as train / dev / test:",
                markdown(*counts.aspect_by_split(records, taxonomy)),
            ]
        ),
        "variety": markdown(*variety.table(records)),
        "balance": _balance(records, taxonomy),
    }


def agreement_section(pairs: Sequence[Pair]) -> dict[str, str]:
    """The text of the section on agreement: a table a round, and the categories that were confused."""
    parts = []
    for number in sorted({pair.round for pair in pairs}):
        own = [pair for pair in pairs if pair.round == number]
        langs = sorted({pair.lang for pair in own})
        found = {lang: agreement([pair for pair in own if pair.lang == lang]) for lang in langs}
        texts = ", ".join(f"{lang} {sum(pair.lang == lang for pair in own)}" for lang in langs)
        rows = [[name, *(_shown(found[lang][name]) for lang in langs)] for name in found[langs[0]]]
        confused = ", ".join(f"{one} / {other} {times}" for (one, other), times in confusions(own)[:CONFUSIONS])
        parts += [f"Round {number}: {texts} texts.", markdown(["measure", *langs], rows)]
        parts += [f"Categories given to the same term where the two differ (both ways, all languages): {confused or 'none'}."]
    return {"agreement": "\n\n".join(parts) or "No second annotation yet."}


def reread_section(before: Sequence[reread.Reread], after: Sequence[reread.Reread] = ()) -> dict[str, str]:
    """The text of the section on texts re-read, before the corrections and (other texts) after them."""
    named = {"reread": before, "reread-after": after}
    return {name: markdown(*reread.table(rereads)) if rereads else "No text was re-read yet." for name, rereads in named.items()}


def write(path: Path, parts: Mapping[str, str]) -> None:
    """Put each part between its markers. Raises InputError, changing nothing, where a marker is missing."""
    text = filled(path.read_text(encoding="utf-8"), parts, str(path))
    path.write_text(text, encoding="utf-8")


def filled(text: str, parts: Mapping[str, str], name: str = "the datasheet") -> str:
    r"""A datasheet with its parts put in.

    >>> filled("a\n<!-- counts:begin -->\nold\n<!-- counts:end -->\nb", {"counts": "new"})
    'a\n<!-- counts:begin -->\nnew\n<!-- counts:end -->\nb'
    """
    for part, content in parts.items():
        begin, end = f"<!-- {part}:begin -->\n", f"<!-- {part}:end -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise InputError(f"{name} needs the lines {begin.strip()} and {end}, each once and in this order.")
        before, rest = text.split(begin)
        text = f"{before}{begin}{content}\n{end}{rest.split(end)[1]}"
    return text


def _shown(estimate: Estimate) -> str:
    """Value with its interval and what carries it.

    >>> _shown(Estimate(0.8123, 0.75, 0.86, 220, ""))
    '0.81 [0.75, 0.86] n=220'
    """
    if estimate.value != estimate.value:  # NaN: one value only, or nothing
        return f"not defined, n={estimate.n}"
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}] n={estimate.n}"


def _balance(records: Sequence[Record], taxonomy: Taxonomy) -> str:
    below = list(shortfalls(records, taxonomy))
    head = f"Targets are stated for {FULL} texts a language ({OPINIONS} opinions on each aspect) and scaled to the size of each."
    return "\n".join([head, "", *(f"- below target: {each}" for each in below)] if below else [head, "", "Nothing is below target."])
