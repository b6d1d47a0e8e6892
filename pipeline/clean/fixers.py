"""The fixers, in their order. Each is one function; to see what one does, read its docstring."""

from functools import partial

from pipeline.clean.boilerplate import fix_boilerplate
from pipeline.clean.composition import fix_nfc
from pipeline.clean.fixer import Fixer
from pipeline.clean.invisible import fix_control
from pipeline.clean.links import URL, USER, fix_links
from pipeline.clean.markup import fix_html
from pipeline.clean.mojibake import fix_mojibake
from pipeline.clean.personal import CARD, IBAN, MAIL, fix_card, fix_iban, fix_mail
from pipeline.clean.phones import PHONE, fix_phone
from pipeline.clean.repeats import fix_repeats
from pipeline.clean.spaces import fix_spaces
from pipeline.config import CleanConfig

PLACEHOLDERS = (URL, USER, MAIL, IBAN, CARD, PHONE)

FIXERS = (
    Fixer("mojibake", fix_mojibake),  # before all others: they would take its traces for signs and controls
    Fixer("html", fix_html),  # entities hide characters from the following
    Fixer("control", fix_control),
    Fixer("nfc", fix_nfc),
    Fixer("repeats", fix_repeats),
    Fixer("boilerplate", fix_boilerplate, "boilerplate"),  # before links: a menu may hold some
    Fixer("links", fix_links),  # before mail: an address of a page may contain an at sign
    Fixer("mail", fix_mail, "personal_data"),
    Fixer("iban", fix_iban, "personal_data"),  # longer numbers first: a part of one may look like a phone number
    Fixer("card", fix_card, "personal_data"),
    Fixer("phone", fix_phone, "personal_data"),
    Fixer("spaces", fix_spaces),  # last: the others leave gaps
)


def fixers(config: CleanConfig) -> tuple[Fixer, ...]:
    """The fixers that a configuration switches on.

    >>> [fixer.name for fixer in fixers(CleanConfig(personal_data=False, boilerplate=False))]
    ['mojibake', 'html', 'control', 'nfc', 'repeats', 'links', 'spaces']
    """
    rows = [fixer for fixer in FIXERS if not fixer.switch or getattr(config, fixer.switch)]
    return tuple(row._replace(fix=partial(fix_phone, regions=config.phone_regions)) if row.name == "phone" else row for row in rows)
