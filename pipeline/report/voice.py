"""Put facts into the words of a language: messages, plural forms, numbers, dates and names, after CLDR."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from pipeline.languages import OTHER_PREFIX, UNDETERMINED
from pipeline.report import catalogue

LOCALES = {"en": "en_GB", "tl": "fil"}  # where CLDR has another code for the language that we mean
NARROW = 0.04  # an interval narrower than this can carry a decimal of a percent


class Share(NamedTuple):
    """A share, and how many decimals of a percent it deserves."""

    value: float
    places: int


def shares(value: float, low: float, high: float) -> tuple[Share, Share, Share]:
    """A share and its interval, with a decimal only where the interval is narrow enough to carry it.

    >>> [each.places for each in (*shares(0.27, 0.1, 0.57), *shares(0.03, 0.02, 0.045))]
    [0, 0, 0, 1, 1, 1]
    """
    places = 1 if high - low < NARROW else 0
    return Share(value, places), Share(low, places), Share(high, places)


class Voice:
    """One language of the report. `aspects` are the names of the aspects in it, by id."""

    def __init__(
        self, lang: str, aspects: Mapping[str, str] | None = None, messages: Mapping[str, catalogue.Message] | None = None
    ) -> None:
        self.lang, self._aspects = lang, aspects or {}
        self._messages = catalogue.load(lang) if messages is None else messages
        self._ways: dict[str, Callable[[Any], str]] = {
            **{"": str, "plain": str, "number": self.number, "share": self.share, "percent": self.percent, "decimal": self.decimal},
            **{"language": self.language, "aspect": self.aspect, "month": self.month, "day": self.day},
            **{
                "signed": lambda value: _ltr(self.signed(value)),
                "gap": lambda value: _ltr(self.points(value)),
                "rough": partial(self._percent, places=0),
            },
        }

    @cached_property
    def locale(self) -> Any:
        """The locale of CLDR."""
        from babel import Locale

        return Locale.parse(LOCALES.get(self.lang, self.lang))

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self.locale.character_order == "right-to-left" else "ltr"

    def say(self, key: str, **facts: Any) -> Markup:
        """A message with its facts filled in. Words of the catalogue are markup, facts are escaped unless they are markup.

        A placeholder `{n:way}` is put into words by `way`; a way that is no formatter is a plural message of the section `count`.

        >>> print(Voice("en").say("count.rows", n=1200), Voice("cy").say("count.rows", n=2))
        1,200 rows 2 res
        """
        message = self._messages[key]
        text = message if isinstance(message, str) else self._form(message, facts["n"])
        return Markup("").join(Markup(words) + self._fact(fact, how, facts) for words, fact, how in catalogue.pieces(text))

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self._messages

    def _form(self, forms: Mapping[str, str], number: int) -> str:
        return forms.get(self.locale.plural_form(number), forms["other"])

    def _fact(self, fact: str, how: str, facts: Mapping[str, Any]) -> Markup:
        if not fact:
            return Markup("")
        if how in self._ways:
            value = facts[fact]
            return value if isinstance(value, Markup) else escape(self._ways[how](value))
        return self.say(f"count.{how}", n=facts[fact])

    def number(self, value: int) -> str:
        """A whole number with separators."""
        from babel.numbers import format_decimal

        return str(format_decimal(int(value), locale=self.locale, numbering_system="default"))

    def share(self, share: Share) -> str:
        """A share in percent."""
        return self._percent(share.value, share.places)

    def percent(self, value: float) -> str:
        """A level such as 95 %."""
        return self._percent(value, 0 if round(100 * value, 6).is_integer() else 1)

    def decimal(self, value: float) -> str:
        """A number with two decimals."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="0.00", locale=self.locale, numbering_system="default"))

    def exact(self, value: float) -> str:
        """A small number with three decimals."""
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="0.000", locale=self.locale, numbering_system="default"))

    def signed(self, value: float) -> str:
        """A difference, with its sign.

        >>> Voice("de").signed(1.5)
        '+1,50'
        """
        from babel.numbers import format_decimal

        return str(format_decimal(value, format="+0.00;-0.00", locale=self.locale, numbering_system="default"))

    def points(self, value: float) -> str:
        """A difference of shares in percentage points, with its sign.

        >>> Voice("en").points(0.123), Voice("en").points(0.0)
        ('+12', '0')
        """
        from babel.numbers import format_decimal

        rounded = round(100 * value)
        return str(format_decimal(rounded, format="+0;-0" if rounded else "0", locale=self.locale, numbering_system="default"))

    def day(self, day: str) -> str:
        """A day YYYY-MM-DD.

        >>> Voice("en").day("2026-04-01"), Voice("de").day("2026-04-01")
        ('1 April 2026', '1. April 2026')
        """
        from babel.dates import format_date

        return str(format_date(date.fromisoformat(day), format="long", locale=self.locale))

    def month(self, period: str) -> str:
        """A calendar month YYYY-MM; what is none stays as it is.

        >>> Voice("cy").month("2026-03"), Voice("en").month("unknown")
        ('Mawrth 2026', 'not stated')
        """
        from babel.dates import format_skeleton

        year, _, number = period.partition("-")
        if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12 and 1 <= int(year) <= 9999):
            return self.name(period)
        return str(format_skeleton("yMMMM", date(int(year), int(number), 1), locale=self.locale))

    def name(self, name: str) -> str:
        """A name from the data; that of a missing value is put into words."""
        return str(self.say("quotes.unknown")) if name == "unknown" else name

    def language(self, code: str) -> str:
        """The name of a language; of one unknown to CLDR its code.

        >>> Voice("en").language("other:fr"), Voice("de").language("cy"), Voice("en").language("und")
        ('French', 'Walisisch', 'undetermined')
        """
        if code == UNDETERMINED:
            return str(self.say("page.undetermined"))
        plain = code.removeprefix(OTHER_PREFIX)
        return str(self.locale.languages.get(plain, plain))

    def aspect(self, identifier: str) -> str:
        """The name of an aspect, else its id in plain writing.

        >>> Voice("en").aspect("food_drink"), Voice("en", {"staff": "Staff"}).aspect("staff")
        ('food drink', 'Staff')
        """
        return self._aspects.get(identifier) or identifier.replace("_", " ")

    def listed(self, items: Sequence[object]) -> Markup:
        """Items one after the other."""
        return Markup(self.say("page.separator")).join(escape(item) for item in items)

    def _percent(self, value: float, places: int) -> str:
        from babel.numbers import format_percent

        pattern = self.locale.percent_formats[None].pattern
        if places:
            pattern = pattern.replace("#,##0", "#,##0." + "0" * places)
        return str(format_percent(value, format=pattern, locale=self.locale, numbering_system="default"))


def _ltr(number: str) -> Markup:
    """A signed number keeps its order in a sentence from right to left."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(number)
