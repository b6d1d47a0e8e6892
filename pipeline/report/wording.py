"""What the template calls to put findings, names, reasons and remarks into the words of the report."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from pipeline.languages import CODES
from pipeline.report import contrasts, drivers, rankings, reasons
from pipeline.report import limits as limiting
from pipeline.report.coverage import Coverage
from pipeline.report.disputes import Dispute
from pipeline.report.evidence import filter_name
from pipeline.report.hostile import present
from pipeline.report.over_time import Noted
from pipeline.report.remarks import supported
from pipeline.report.sentences import allowed, graded, place_name, sentence, small, split_sentence
from pipeline.report.speech import Speech
from pipeline.report.voice import Share, Voice


def words(speech: Speech, confidence: float) -> dict[str, Any]:
    """Functions by the name that the template calls them by."""

    def aloud(key: str, **facts: Any) -> str:
        return speech.plain(lambda voice: voice.say(key, **facts))

    def reason(found: reasons.Reason) -> Markup:
        return speech.render(lambda voice: voice.say(found.key, **found.facts))

    return {
        "speech": speech,
        "voice": speech.first,
        "say": speech.say,
        "aloud": aloud,
        "reason": reason,
        "reject": lambda text: reason(reasons.rejected(text)),
        "caution": lambda name: speech.render(lambda voice: voice.say(f"caution.{name}", section=voice.say("heading.alike"))),
        "limit": lambda each: speech.render(partial(limiting.say, each)),
        "unknown": lambda each: speech.render(partial(limiting.say_unknown, each, confidence)),
        "finding": lambda each: speech.render(partial(sentence, each, confidence)),
        "split": lambda each: speech.render(partial(split_sentence, each, confidence)),
        "graded": lambda each: speech.render(partial(graded, each)),
        "allowed": lambda each: speech.render(partial(allowed, each)),
        "language": lambda code: speech.render(lambda voice: voice.language(code)),
        "name": lambda place, lang="": speech.render(partial(place_name, place, lang)),
        "name_aloud": lambda place, lang="": speech.plain(partial(place_name, place, lang)),
        "label_name": lambda kind: speech.say(f"label.{kind}"),
        "aspect": lambda each: speech.render(lambda voice: present(voice.aspect(each)).text),
        "filter_name": lambda name, value: speech.plain(lambda voice: filter_name(name, value, voice)),
        "kept_back": lambda each: speech.render(each.say),
        "group": lambda lang, brand: speech.render(partial(_group, lang, brand)),
        "supports": lambda finding: speech.say(key) if (key := supported(finding)) else "",
        "dispute": lambda each: speech.render(partial(_dispute, each)),
        "marked": lambda each: speech.render(partial(_marked, each)),
        "dated": lambda row: speech.render(lambda voice: Markup("{}: {}").format(voice.day(row["at"]), _data(row["event"]))),
        "day": lambda each: speech.render(lambda voice: voice.day(each)),
        "alarm": lambda row: speech.render(partial(_alarm, row)),
        "data": _data,
        "drivers_withheld": lambda each: speech.render(partial(drivers.withheld, each)),
        "rankings_unranked": lambda each: speech.render(partial(rankings.unranked, each)),
        "pair_name": lambda each: speech.render(lambda voice: contrasts.names(each, voice, place_name)),
        "note": lambda each: speech.render(lambda voice: _note(each, voice)),
        "small": lambda value: small(value, speech.first),
        "level": confidence,
    }


def _data(text: str) -> Markup:
    """What comes from the data or stands for itself, kept apart from the direction of the sentence."""
    return Markup("<bdi>{}</bdi>").format(present(text).text)


def _dispute(each: Dispute, voice: Voice) -> Markup:
    """An aspect, and that opinions on it are split."""
    aspect, said = place_name(each.place, each.lang, voice), supported(each.finding)
    return Markup("{}: {}. {}").format(voice.language(each.lang), aspect, voice.say(said) if said else "")


def _marked(each: Noted, voice: Voice) -> Markup:
    """What a numbered line of a chart stands for."""
    brand = Markup(" ({})").format(_data(each.brand)) if each.brand else ""
    what = (
        voice.say("time.step", before=each.before, after=each.after) if each.mark.step else Markup("{}{}").format(_data(each.name), brand)
    )
    return Markup("{}: {}, {}").format(voice.number(each.mark.number), voice.day(each.mark.day), what)


def _alarm(row: Mapping[str, Any], voice: Voice) -> Markup:
    """The newest month of a language or brand, beside the months before."""
    before, after = Share(row["before"], 0), Share(row["after"], 0)
    return voice.say("time.alarm", name=_group(row["lang"], row["brand"], voice), month=row["at"], before=before, after=after)


def _group(lang: str | None, brand: str | None, voice: Voice) -> Markup:
    """A language, a brand, a brand in a language, or everything."""
    parts = [voice.language(lang)] if lang else []
    parts += [_data(brand)] if brand else []
    return Markup(" · ").join(parts or [voice.say("page.everything")])


def _note(note: Mapping[str, Any], voice: Voice) -> object:
    facts = {name: Markup("<bdi>{}</bdi>").format(present(value).text) if name == "column" else value for name, value in note.items()}
    key = facts.pop("note")
    return voice.say(f"coverage.{key}", **facts) if voice.has(f"coverage.{key}") else present(str(facts.get("text", key))).text


def summary(coverage: Coverage, voice: Voice) -> Markup:
    """What came in, in one paragraph."""
    documents, rejected = coverage.get("documents", 0), sum(reason["count"] for reason in coverage.get("rejects", []))
    records, files = coverage.get("records", documents + rejected), len(coverage.get("sources", []))
    sentences = [voice.say("summary.came", records=records, sources=files, documents=documents, rejected=rejected)]
    if not documents:
        return Markup(" ").join([voice.say("summary.nothing"), *sentences])
    languages = coverage.get("languages", {})
    known = [f"{voice.language(code)} {voice.number(languages[code])}" for code in CODES if languages.get(code)]
    if known:
        rest = documents - sum(languages.get(code, 0) for code in CODES)
        listed = [*known, voice.say("summary.rest", n=rest)] if rest else known
        sentences.append(voice.say("summary.languages", list=voice.listed(listed)))
    sentences.append(voice.say("summary.scored", n=documents - coverage.get("unscored", 0)))
    return Markup(" ").join(sentences)
