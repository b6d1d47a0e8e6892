"""Public category names to our aspects. The first pattern that matches decides; None means: not in our scheme.

Read off the label lists of the corpora; borders follow docs of the taxonomy (a crashing app is `digital`, a price level is `price`).
"""

import re
from functools import cache

ROWS: tuple[tuple[str, str | None], ...] = (
    (r"miscellaneous|^other$|mathematical|branding|audience groups|demonstration|accidents|construction|space$", None),
    (r"price|value for money", "price"),
    (r"cleanliness", "cleanliness"),
    (r"comfort|^ambience|noise", "comfort"),
    (r"^location", "location"),
    (r"^food|^drinks|^menu$|food&drinks", "food_drink"),
    (r"packag|packing|lost and damaged", "packaging"),
    (r"logistics|shipment|shipping|delivery", "delivery"),
    (r"timeliness|faculty response", "responsiveness"),
    (r"after-sales|support#|ser&acc", "competence"),
    (r"seller service|^service|^staff$|^faculty|^instructor|buyer service", "staff"),
    (r"lift|escalator|barrier|ramp|ground level|guiding|acoustic signal", "accessibility"),
    (r"^info|presentation quality", "information"),
    (r"security$", "safety"),
    (r"lighting|facilities|rooms?#|^rooms? |room_amenities|rooms_amenities|amenities", "facilities"),
    (r"ease of use|usability", "usability"),
    (r"battery|performance|signal|speed|screen#general|audio|shooting|camera|^features$|^storage$|memory|stayingpower", "performance"),
    (r"design|appearance|colou?r|texture|style&?_?options|smell", "design"),
    (r"^course|^material|^assignments|^grades|^content|teaching|presentation|comprehensiveness|workload", "content"),
    (r"availability|choice", "choice"),
    (r"quality|genuine", "quality"),
    (
        r"hotel.general|restaurant.general|laptop#general|overall|^general$|shopping experiences|recommendable|repurchase|hotel#general",
        "overall",
    ),
)


@cache
def aspect(category: str) -> str | None:
    """Our aspect for a public category name.

    >>> aspect("ROOMS#CLEANLINESS"), aspect("food prices"), aspect("Logistics#Speed"), aspect("miscellaneous")
    ('cleanliness', 'price', 'delivery', None)
    """
    low = category.lower()
    for pattern, ours in ROWS:
        if re.search(pattern, low):
            return ours
    return None
