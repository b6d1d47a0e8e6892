"""Words for pages that exist in English only, such as the evaluation of a model."""

from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED


def count(number: float) -> str:
    """A whole number with separators.

    >>> count(12345)
    '12,345'
    """
    return f"{number:,.0f}"


def language(code: str) -> str:
    """The English name.

    >>> language("cy"), language("other:fr"), language("und")
    ('Welsh', 'other (fr)', 'undetermined')
    """
    if code in BY_CODE:
        return BY_CODE[code].name
    if code == UNDETERMINED:
        return "undetermined"
    return f"other ({code.removeprefix(OTHER_PREFIX)})"


def plural(number: int, word: str) -> str:
    """
    >>> plural(1, "record"), plural(1200, "record")
    ('1 record', '1,200 records')
    """
    return f"{count(number)} {word}{'' if number == 1 else 's'}"
