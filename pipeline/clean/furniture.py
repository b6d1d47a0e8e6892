"""Phrases that sites put around texts, in six languages: one row per kind. Arabic is written by escapes, its reading beside it."""

import re
from typing import NamedTuple

ANYWHERE, LINE, PAGE = "anywhere", "line", "page"


class Furniture(NamedTuple):
    """A kind of phrase: where it counts as furniture, words of which one must occur (lower case), and its pattern.

    `ANYWHERE` in the text; a whole `LINE`; a whole line of a `PAGE`, a text too long to be a short review.
    """

    name: str
    where: str
    cues: tuple[str, ...]
    pattern: re.Pattern[str]


def _row(name: str, where: str, cues: str, *alternatives: str) -> Furniture:
    return Furniture(name, where, tuple(cues.split("|")), re.compile("|".join(alternatives), re.IGNORECASE))


FURNITURE = (
    _row(  # what a content management system or a mail merge failed to fill in; often with no space before the text
        "placeholder",
        ANYWHERE,
        "] not found|{{|${|[caption|[/caption|[gallery|[embed|[/embed|[vc_|[/vc_|[et_pb|[/et_pb|%%",
        r"\$\w{1,30}\[[\w'\"]{1,30}\] not found",
        r"\{\{[^{}\n]{1,80}\}\}",
        r"\$\{[\w.]{1,60}\}",
        r"\[/?(?:caption|gallery|embed|vc_\w{1,40}|et_pb_\w{1,40})(?:\s[^\]\[\n]{0,300})?\]",
        r"%%[a-z_]{2,40}%%",
    ),
    _row(  # the comment plugin's notice and the sentence about comment data that follows it
        "akismet",
        ANYWHERE,
        "akismet|\u0623\u0643\u064a\u0633\u0645\u064a\u062a|\u0627\u0643\u064a\u0633\u0645\u064a\u062a",
        r"this site uses akismet to reduce spam\.?(?: learn how your comment data is processed\.?)?",
        r"diese (?:web)?(?:site|seite) (?:verwendet|nutzt|benutzt) akismet, um spam zu (?:reduzieren|verringern)\.?"
        r"(?: (?:erfahren sie|erfahre)(?: mehr dar\u00fcber)?, wie (?:ihre|deine) kommentardaten verarbeitet werden\.?)?",
        r"mae['\u2019]r (?:wefan|safle) h[wo]n yn defnyddio akismet i leihau s[bp]am\.?"
        r"(?: dysgwch sut mae eich data sylwadau yn cael ei brosesu\.?)?",
        r"(?:trang(?: web)?|website) n\u00e0y s\u1eed d\u1ee5ng akismet \u0111\u1ec3 (?:gi\u1ea3m|h\u1ea1n ch\u1ebf)[\w ]{0,30}\.?"
        r"(?: t\u00ecm hi\u1ec3u[\w ]{5,90}\.?)?",
        r"(?:ang (?:web)?site na ito ay gumagamit ng akismet|gumagamit (?:ang (?:web)?site na ito ng|ng) akismet)[\w ]{0,40}spam\.?"
        r"(?: alamin[\w ]{5,90}\.?)?",
        # yastakhdim hadha al-mawqi' (this site uses) Akismet ...; i'rif / ta'arraf (learn) ...
        r"\u064a\u0633\u062a\u062e\u062f\u0645 \u0647\u0630\u0627 \u0627\u0644\u0645\u0648\u0642\u0639 (?:\w{1,10} )?"
        r"(?:akismet|[\u0623\u0627]\u0643\u064a\u0633\u0645\u064a\u062a)[\w ]{0,60}\.?"
        r"(?: (?:\u0627\u0639\u0631\u0641|\u062a\u0639\u0631\u0651?\u0641)[\w\u0651 ]{5,90}\.?)?",
    ),
    _row("comments", LINE, "\u25bc|\u25be|\u25b2|\u25b4", r"\d{1,6} [^\W\d][^\n\d]{1,30}? ?[\u25bc\u25be\u25b2\u25b4]"),
    _row(
        "comment count",
        PAGE,
        "comment|kommentar|sylw|b\u00ecnh lu\u1eadn|puna|komento|\u062a\u0639\u0644\u064a\u0642",
        r"\d{1,6} (?:comments?|kommentare?|sylw(?:adau)?|b\u00ecnh lu\u1eadn|(?:mga )?(?:puna|komento)|"
        r"\u062a\u0639\u0644\u064a\u0642(?:\u0627\u062a)?)",  # ta'liq(at)
    ),
    _row(
        "votes",
        LINE,
        "helpful|hilfreich|h\u1eefu \u00edch",
        r"(?:\d{1,6}|one) (?:people|person) found this (?:review )?helpful\.?",
        r"(?:\d{1,6}|eine) (?:personen|person|kunden) fanden? diese (?:informationen|rezension|bewertung) hilfreich\.?",
        r"war diese (?:rezension|bewertung) (?:f\u00fcr sie )?hilfreich\?(?: ja)?(?:[ /|]+nein)?",
        r"was this review helpful(?: to you)?\?(?: yes)?(?:[ /|]+no)?",
        r"\d{1,6} ng\u01b0\u1eddi th\u1ea5y h\u1eefu \u00edch",
    ),
    _row(
        "cookies",
        LINE,
        "cookie|cwcis|\u0645\u0644\u0641\u0627\u062a \u062a\u0639\u0631\u064a\u0641",
        r"(?:(?:this|our) (?:web)?site uses|we use) cookies (?:to|in order to) (?:ensure|improve|give|enhance|provide|offer|personali[sz]e|make)\b.*",
        r"(?:(?:diese|unsere) (?:web)?(?:site|seite) (?:verwendet|nutzt|benutzt)|wir (?:verwenden|nutzen|setzen)) cookies(?: ein)?,? um .*"
        r"(?:verbessern|bieten|gew\u00e4hrleisten|erm\u00f6glichen|personalisieren|analysieren|sicherzustellen|optimieren)\b.*",
        r"(?:mae['\u2019]r (?:wefan|safle) h[wo]n yn defnyddio|rydym yn defnyddio) cwcis (?:i|er mwyn) (?:wella|sicrhau|roi|ddarparu|gwella)\b.*",
        r"(?:(?:trang web|website)(?: n\u00e0y| c\u1ee7a ch\u00fang t\u00f4i)?|ch\u00fang t\u00f4i) s\u1eed d\u1ee5ng (?:c\u00e1c )?cookies? \u0111\u1ec3 "
        r"(?:c\u1ea3i thi\u1ec7n|n\u00e2ng cao|mang|\u0111\u1ea3m b\u1ea3o|cung c\u1ea5p)\b.*",
        r"(?:gumagamit (?:ang (?:web)?site na ito|kami)|ang (?:web)?site na ito ay gumagamit) ng (?:mga )?cookies? (?:upang|para) "
        r"(?:mapa\w+|matiyak|magbigay|mabigyan|ma\w+)\b.*",
        # yastakhdim hadha al-mawqi' / nastakhdim milaffat ta'rif al-irtibat (cookies) li-tahsin, li-daman, li-tawfir, li-taqdim, min ajl
        r"(?:\u064a\u0633\u062a\u062e\u062f\u0645 (?:\u0647\u0630\u0627 \u0627\u0644\u0645\u0648\u0642\u0639|\u0645\u0648\u0642\u0639\u0646\u0627)|"
        r"\u0646\u0633\u062a\u062e\u062f\u0645) \u0645\u0644\u0641\u0627\u062a \u062a\u0639\u0631\u064a\u0641 \u0627\u0644\u0627\u0631\u062a\u0628\u0627\u0637 "
        r"(?:\u0644\u062a\u062d\u0633\u064a\u0646|\u0644\u0636\u0645\u0627\u0646|\u0644\u062a\u0648\u0641\u064a\u0631|\u0644\u062a\u0642\u062f\u064a\u0645|\u0645\u0646 \u0623\u062c\u0644).*",
    ),
    _row(
        "read more",
        LINE,
        "read|reading|lesen|anzeigen|darllen|xem|\u0111\u1ecdc|basa|\u0627\u0644\u0645\u0632\u064a\u062f",
        r"(?:read more|continue reading|(?:mehr|weiter) ?lesen|mehr anzeigen|darllen mwy|darllenwch fwy|xem th\u00eam|\u0111\u1ecdc th\u00eam|\u0111\u1ecdc ti\u1ebfp|"
        r"magbasa pa|basahin pa|magbasa nang higit pa|"
        # iqra', qira'at, 'ard al-mazid (read, reading, show more)
        r"(?:\u0627\u0642\u0631\u0623|\u0642\u0631\u0627\u0621\u0629|\u0639\u0631\u0636) \u0627\u0644\u0645\u0632\u064a\u062f)[ .\u2026\u00bb>\u2192\u203a]*",
    ),
    _row(
        "share",
        PAGE,
        "facebook|twitter|whatsapp|linkedin|pinterest|telegram|zalo",
        r"(?:(?:share|teilen|rhannu|chia s\u1ebb|ibahagi|\u0634\u0627\u0631\u0643)?(?: ?(?:on|via|auf|\u00fcber|ar|l\u00ean|qua|sa|\u0639\u0644\u0649))? ?)"  # sharik 'ala
        r"(?:(?:facebook|twitter|x|whatsapp|linkedin|pinterest|telegram|zalo|instagram|youtube|tumblr|reddit|messenger|e-?mail|print|drucken)[ |,/\u00b7\u2022]*)+"
        r"(?:share|teilen|rhannu|chia s\u1ebb|ibahagi)?",
    ),
    _row(
        "skip link",
        LINE,
        "skip to|zum inhalt|neidio i|chuy\u1ec3n \u0111\u1ebfn|lumaktaw|\u0625\u0644\u0649 \u0627\u0644\u0645\u062d\u062a\u0648\u0649",
        r"skip to (?:main )?content|zum inhalt springen|neidio i['\u2019](?:r|r prif) (?:cynnwys|gynnwys)|chuy\u1ec3n \u0111\u1ebfn n\u1ed9i dung(?: ch\u00ednh)?|"
        r"lumaktaw (?:papunta )?sa nilalaman|"
        # takhatti / al-intiqal ila al-muhtawa
        r"(?:\u062a\u062e\u0637\u064a|\u0627\u0644\u0627\u0646\u062a\u0642\u0627\u0644) \u0625\u0644\u0649 \u0627\u0644\u0645\u062d\u062a\u0648\u0649",
    ),
    _row(  # a rating picture's caption with the number of a footnote
        "stars",
        PAGE,
        "star|stern|seren|sao|bituin|\u0646\u062c\u0648\u0645",
        r"\d (?:stars?|sterne?|seren|sao|bituin|\u0646\u062c\u0648\u0645)\d",  # nujum
    ),
    _row(
        "copyright",
        PAGE,
        "\u00a9|copyright|all rights reserved|alle rechte vorbehalten",
        r"(?:\u00a9|copyright)\W{0,3}(?:19|20)\d\d\b.{0,120}|.{0,60}\b(?:all rights reserved|alle rechte vorbehalten)\.?",
    ),
    _row(
        "signature",
        LINE,
        "iphone|ipad|android|outlook|handy gesendet",
        r"(?:sent|get outlook) (?:from|for) (?:my )?(?:iphone|ipad|android|mobile|samsung|outlook|huawei|mail)\b.{0,40}",
        r"von (?:meinem|meiner) (?:iphone|ipad|handy|smartphone|android|samsung|huawei)\b.{0,30}gesendet\.?|gesendet (?:von|mit) .{0,20}(?:outlook|iphone|android)\b.{0,30}",
        r"anfonwyd (?:o|oddi ar) fy (?:iphone|ipad|ff\u00f4n)\.?",
        r"(?:\u0111\u00e3 )?g\u1eedi t\u1eeb (?:iphone|ipad|outlook|\u0111i\u1ec7n tho\u1ea1i)\b.{0,30}",
        r"ipinadala (?:mula )?(?:sa|mula sa) (?:aking )?(?:iphone|ipad|android)\b.{0,20}",
        # ursilat min, mursal min (sent from)
        r"(?:\u0623\u064f?\u0631\u0633\u0644\u062a|\u0645\u0631\u0633\u0644) \u0645\u0646 .{0,15}(?:iphone|ipad|android)\b.{0,20}",
    ),
)

TWEET_CUES = ("tweet", "twitter", "trydar", "\u0111\u0103ng", "\u063a\u0631\u062f", "\u063a\u0631\u064a\u062f")
TWEET = re.compile(
    r"(?<!\w)(?:click to tweet|tweet this|(?:hier )?klicken,? um zu (?:twittern|tweeten)|zum twittern (?:hier )?klicken|cliciwch i (?:d?rydar|drydar hwn)|"
    r"(?:nh\u1ea5p|nh\u1ea5n|b\u1ea5m) (?:\u0111\u1ec3|v\u00e0o \u0111\u1ec3) tweet|i-click (?:upang|para) (?:i-|mag-?)tweet|"
    # inqur / idghat li-t-taghrid (click, press to tweet)
    r"(?:\u0627\u0646\u0642\u0631|\u0627\u0636\u063a\u0637) \u0644\u0644\u062a\u063a\u0631\u064a\u062f)(?!\w)",
    re.IGNORECASE,
)
TWEET_OR_PROSE = re.compile(
    r"(?<!\w)(?:nh\u1ea5p|nh\u1ea5n|b\u1ea5m) \u0111\u1ec3 \u0111\u0103ng(?!\w)", re.IGNORECASE
)  # only after a quotation said twice

MENU_WORDS = frozenset(  # a row of short lines is a menu if one of them is among these
    "home|home page|homepage|startseite|impressum|datenschutz|datenschutzerkl\u00e4rung|agb|sitemap|login|log in|sign in|sign up|anmelden|"
    "privacy policy|terms of service|terms of use|terms and conditions|contact us|about us|\u00fcber uns|"
    "back to top|back to top button|nach oben|zum seitenanfang|hafan|cysylltu \u00e2 ni|amdanom ni|polisi preifatrwydd|mewngofnodi|yn \u00f4l i'r brig|"
    "trang ch\u1ee7|li\u00ean h\u1ec7|gi\u1edbi thi\u1ec7u|\u0111\u0103ng nh\u1eadp|ch\u00ednh s\u00e1ch b\u1ea3o m\u1eadt|l\u00ean \u0111\u1ea7u trang|"
    "patakaran sa privacy|makipag-ugnayan sa amin|tungkol sa amin|mag-log in|bumalik sa itaas|"
    # ar-ra'isiya, as-safha ar-ra'isiya (home), ittasil bina (contact us), man nahnu (about us), siyasat al-khususiya (privacy policy)
    "\u0627\u0644\u0631\u0626\u064a\u0633\u064a\u0629|\u0627\u0644\u0635\u0641\u062d\u0629 \u0627\u0644\u0631\u0626\u064a\u0633\u064a\u0629|"
    "\u0627\u062a\u0635\u0644 \u0628\u0646\u0627|\u0645\u0646 \u0646\u062d\u0646|\u0633\u064a\u0627\u0633\u0629 \u0627\u0644\u062e\u0635\u0648\u0635\u064a\u0629|"
    # tasjil ad-dukhul (log in), al-'awda ila al-a'la (back to top)
    "\u062a\u0633\u062c\u064a\u0644 \u0627\u0644\u062f\u062e\u0648\u0644|\u0627\u0644\u0639\u0648\u062f\u0629 \u0625\u0644\u0649 \u0627\u0644\u0623\u0639\u0644\u0649".split(
        "|"
    )
)
LABELS = frozenset(  # a category above the headline of a page
    "news|blog|nachrichten|aktuelles|newyddion|tin t\u1ee9c|balita|"
    "\u0623\u062e\u0628\u0627\u0631|\u0627\u0644\u0623\u062e\u0628\u0627\u0631|\u0645\u062f\u0648\u0646\u0629|\u0627\u0644\u0645\u062f\u0648\u0646\u0629".split(
        "|"
    )
)  # Arabic: akhbar (news), mudawwana (blog), with and without article
