"""Names that make an angle bracket a tag. Any other `<word>` is what the person wrote: `<3`, `<grins>`, `x<y`."""

BLOCK = frozenset(  # begin a new line when shown
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li link main menu meta nav noscript ol optgroup option p pre section "
    "select summary table tbody tfoot thead title tr ul".split()
)
CELL = frozenset(("td", "th"))  # stand beside each other with a gap
INLINE = frozenset(
    "a abbr acronym applet area audio b base bdi bdo big canvas cite code col colgroup data datalist del dfn em embed font frame frameset "
    "i iframe img input ins kbd label map mark meter nobr object output param path picture progress q rp rt ruby s samp slot small source "
    "span strike strong sub sup svg template textarea time track tt u var video wbr".split()
)
HIDDEN = ("script", "style")  # their content is not text
FLAGS = frozenset(  # attributes that need no value
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled download hidden ismap itemscope loop multiple "
    "muted nomodule noshade novalidate nowrap open playsinline readonly required reversed selected".split()
)
