"""Names under which columns go, in six languages, best first. Compared by `key`: case, spaces and signs do not matter."""

import unicodedata

FIELDS = ("text", "id", "rating", "time", "channel", "brand", "author", "reply", "reply_time", "weight")

# One row per field. English first, then German, Welsh, Vietnamese, Tagalog, Arabic.
# Arabic is written without its article (al-), which `key` sets aside, and stands one name a line with its reading.
NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        *("text", "review text", "review body", "feedback text", "comment text", "full text", "verbatim", "free text", "open text"),
        *("review content", "review comment", "comment body", "message body", "post text", "tweet text", "full review"),
        *("customer feedback", "customer comment", "customer review"),
        *("review", "feedback", "comment", "comments", "message", "content", "body", "opinion", "complaint", "post", "tweet", "remarks"),
        *("Freitext", "Kommentar", "Kommentare", "Rezension", "Rezensionstext", "Bewertungstext", "R\u00fcckmeldung", "Meinung"),
        *("Beschwerde", "Nachricht", "Beitrag", "Anmerkung", "Anmerkungen", "Bemerkung", "Bemerkungen", "Inhalt"),
        *("Kundenfeedback", "Kundenkommentar"),
        *("testun", "sylw", "sylwadau", "adborth", "adolygiad", "neges", "cwyn", "barn", "cynnwys"),
        *("nội dung", "nội dung đánh giá", "bình luận", "nhận xét", "ý kiến", "góp ý", "văn bản", "khiếu nại", "tin nhắn"),
        *("teksto", "komento", "mga komento", "puna", "mensahe", "opinyon", "reklamo", "rebyu", "saloobin", "nilalaman"),
        "نص",  # nass: text
        "نص التعليق",  # nass at-taliq: text of the comment
        "نص المراجعة",  # nass al-murajaa: text of the review
        "تعليق",  # taliq: comment
        "تعليقات",  # taliqat: comments
        "مراجعة",  # murajaa: review
        "رأي",  # ray: opinion
        "رسالة",  # risala: message
        "شكوى",  # shakwa: complaint
        "ملاحظات",  # mulahazat: remarks
        "محتوى",  # muhtawa: content
    ),
    "id": (
        *("id", "review id", "comment id", "feedback id", "response id", "document id", "doc id", "post id", "tweet id", "ticket id"),
        *("case id", "uuid", "identifier", "row id", "record id", "ref", "reference"),
        *("Nr", "Nr.", "Nummer", "Kennung", "lfd. Nr.", "Antwort-ID", "Ticketnummer"),
        *("rhif", "cyfeirnod", "mã", "mã số", "mã đánh giá", "stt", "numero", "bilang"),
        "معرف",  # muarrif: identifier
        "رقم",  # raqm: number
    ),
    "rating": (
        *("rating", "stars", "star rating", "rating star", "score", "rate", "overall rating", "review rating", "overall", "grade"),
        *("Sterne", "Bewertung", "Note", "Punkte", "Sternebewertung", "Gesamtbewertung"),
        *("seren", "sêr", "sgôr", "gradd", "số sao", "sao", "điểm", "điểm số", "xếp hạng", "đánh giá"),
        *("bituin", "marka", "grado", "antas"),
        "تقييم",  # taqyim: rating
        "نجوم",  # nujum: stars
        "عدد النجوم",  # adad an-nujum: number of stars
        "درجة",  # daraja: grade
    ),
    "time": (
        *(
            "time",
            "date",
            "datetime",
            "timestamp",
            "created at",
            "created",
            "ctime",
            "create time",
            "date time",
            "review date",
            "review time",
            "posted at",
        ),
        *("published at", "published", "submitted at", "submission date", "date posted", "post date", "end date", "at"),
        *(
            "Datum",
            "Eingangsdatum",
            "Eingang",
            "Eingangszeit",
            "Zeit",
            "Zeitpunkt",
            "Zeitstempel",
            "Uhrzeit",
            "erstellt",
            "erstellt am",
            "Bewertungsdatum",
            "ver\u00f6ffentlicht am",
        ),
        *("dyddiad", "amser", "ngày", "thời gian", "ngày giờ", "ngày tạo", "ngày đăng", "ngày đánh giá", "petsa", "oras", "araw"),
        "تاريخ",  # tarikh: date
        "وقت",  # waqt: time
    ),
    "channel": (
        *("channel", "platform", "source", "medium", "site", "website", "touchpoint"),
        *("Kanal", "Quelle", "Plattform", "sianel", "ffynhonnell", "platfform", "kênh", "nguồn", "nền tảng"),
        *("tsanel", "pinagmulan", "plataporma"),
        "قناة",  # qanat: channel
        "مصدر",  # masdar: source
        "منصة",  # minassa: platform
    ),
    "brand": (
        *("brand", "brand name", "company", "business", "organisation", "organization", "product", "product name", "service", "shop"),
        *("store", "hotel", "restaurant", "location", "branch", "place"),
        *("Marke", "Firma", "Unternehmen", "Anbieter", "Hersteller", "Produkt", "Produktname", "Filiale"),
        *("brand", "cwmni", "cynnyrch", "busnes", "thương hiệu", "nhãn hiệu", "công ty", "sản phẩm", "tên sản phẩm", "cửa hàng"),
        *("tatak", "kumpanya", "produkto", "tindahan"),
        "علامة تجارية",  # alama tijariyya: brand
        "علامة",  # alama: mark
        "شركة",  # sharika: company
        "منتج",  # muntaj: product
        "متجر",  # matjar: shop
    ),
    "author": (
        *("author", "author id", "user", "user id", "username", "user name", "reviewer", "reviewer name", "reviewer id", "customer"),
        *("customer id", "customer name", "respondent", "respondent id", "handle", "screen name", "profile name"),
        *("Autor", "Autorin", "Verfasser", "Benutzer", "Benutzername", "Nutzer", "Nutzername", "Kunde", "Kundin", "Kundennummer"),
        *("Rezensent", "Rezensentin", "awdur", "defnyddiwr", "cwsmer", "adolygydd"),
        *("tác giả", "người dùng", "tên người dùng", "khách hàng", "người đánh giá"),
        *("may-akda", "gumagamit", "mamimili", "kustomer"),
        "كاتب",  # katib: writer
        "مؤلف",  # muallif: author
        "مستخدم",  # mustakhdim: user
        "اسم المستخدم",  # ism al-mustakhdim: user name
        "عميل",  # amil: customer
    ),
    "reply": (
        *("reply", "reply text", "response", "response text", "owner response", "company response", "business response", "brand reply"),
        *("official reply", "developer response", "reply content", "answer", "Antwort", "Antworttext", "Antwort des Inhabers"),
        *("Stellungnahme", "ymateb", "ateb", "phản hồi", "trả lời", "phản hồi của shop", "sagot", "tugon"),
        "رد",  # radd: reply
        "رد الشركة",  # radd ash-sharika: reply of the company
        "إجابة",  # ijaba: answer
    ),
    "reply_time": (
        *("reply time", "reply date", "replied at", "response time", "response date", "responded at", "answered at"),
        *("Antwortdatum", "Antwortzeit", "beantwortet am", "Datum der Antwort", "dyddiad ateb", "dyddiad ymateb"),
        *("ngày phản hồi", "ngày trả lời", "thời gian phản hồi", "petsa ng sagot", "petsa ng tugon"),
        "تاريخ الرد",  # tarikh ar-radd: date of the reply
        "وقت الرد",  # waqt ar-radd: time of the reply
    ),
    "weight": (
        *("weight", "survey weight", "sampling weight", "weighting", "Gewicht", "Gewichtung", "Hochrechnungsfaktor"),
        *("pwysau", "pwysoliad", "trọng số", "timbang", "bigat"),
        "وزن",  # wazn: weight
    ),
}

# Names that belong to another field when the file has a better text column, and are the text when it has none.
TEXT_IF_NONE_BETTER = (
    *("response", "response text", "answer", "Antwort", "Antworttext", "description", "Beschreibung", "Bewertung", "reply", "title"),
    *("Titel", "ymateb", "ateb", "disgrifiad", "phản hồi", "trả lời", "đánh giá", "mô tả", "sagot", "tugon", "paglalarawan"),
    "تقييم",  # taqyim: rating, review
    "رد",  # radd: reply
    "إجابة",  # ijaba: answer
    "وصف",  # wasf: description
)

_ARTICLE = "\u0627\u0644"  # alif, lam: al-


def key(name: str) -> str:
    """A column name in the form that is compared: NFC, no case, no spaces, no signs, no Arabic article.

    >>> key(" Review_Text: ") == key("reviewText") == "reviewtext"
    True
    """
    words = unicodedata.normalize("NFC", name).casefold().replace("_", " ").replace("-", " ").split()
    bare = [word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 1 else word for word in words]
    return "".join(bare).strip(".:*?\"'\ufeff\u200b\u200e\u200f")


KEYS = {name: tuple(dict.fromkeys(map(key, names))) for name, names in NAMES.items()}
FALLBACK_KEYS = tuple(dict.fromkeys(map(key, TEXT_IF_NONE_BETTER)))
KNOWN = frozenset(each for keys in KEYS.values() for each in keys) | frozenset(FALLBACK_KEYS)
TEXT_KEYS = frozenset((*KEYS["text"], *FALLBACK_KEYS))
