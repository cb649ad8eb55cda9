"""What outlets call the parts of their pages: words in `class`, `id` and `role`, by what such a part holds.

A name is a hint among others: how much each is worth is learned (`forest`), never decided here.
"""

from __future__ import annotations

import functools
import re
from enum import IntEnum


class Part(IntEnum):
    """What a part of a page holds, as its name says."""

    BODY = 0
    LEAD = 1
    TITLE = 2
    BYLINE = 3
    DATE = 4
    CAPTION = 5
    TAGS = 6
    SHARE = 7
    RELATED = 8
    COMMENTS = 9
    PROMOTION = 10
    NAVIGATION = 11
    OVERLAY = 12
    LIST = 13
    MEDIA = 14
    LIVE = 15


_WORDS = {
    Part.BODY: "articlebody storybody entrycontent postcontent maincontent articletext newstext fulltext "
    "article story entry post content text body detail details fullstory newsbody textbody "
    "articlecontent richtext prose wysiwyg paragraph paragraphs texte texto contenido contenu "
    "inhalt artikel artykul tresc clanek statia statya",
    Part.LEAD: "lead lede intro introduction standfirst summary subtitle subhead subheadline deck dek "
    "abstract excerpt description strap kicker chapo entradilla vorspann zajawka perex ingress "
    "bajada anons announce preview",
    Part.TITLE: "title headline heading titre titulo titel zagolovok tytul nadpis",
    Part.BYLINE: "author authors byline bio contributor contributors writer reporter auteur autor autores "
    "redakteur avtor journalist signature profile aboutauthor",
    Part.DATE: "date time timestamp datetime published pubdate posted datum data fecha updated meta metadata "
    "info dateline",
    Part.CAPTION: "caption captions credit credits figcaption legend copyright source photographer "
    "bildunterschrift wpcaption phototext imgdesc",
    Part.TAGS: "tag tags keyword keywords topic topics category categories labels hashtag rubric rubrics "
    "theme themes",
    Part.SHARE: "share sharing social socials addthis sharethis addtoany facebook twitter telegram whatsapp "
    "pinterest vk like likes follow bookmark print email tools toolbar ya-share2 pluso uptolike "
    "rating vote",
    Part.RELATED: "related recommended recommendation recommendations recommend readmore more morelike seealso "
    "also similar popular trending mostread mostpopular most latest teaser teasers outbrain "
    "taboola partners partner next previous prev read other others further suggested powiazane "
    "pohozhie verwandt mehr onward upnext infinite incontent inline news lastnews topnews anounce "
    "linkbox links",
    Part.COMMENTS: "comment comments commentlist disqus reply replies respond response responses kommentar "
    "kommentare komentarze komentar komentarai komment discussion forum feedback livefyre "
    "hypercomments cackle fbcomments review reviews",
    Part.PROMOTION: "ad ads advert advertisement advertising adv banner promo promotion promobox sponsor "
    "sponsored newsletter subscribe subscription signup paywall offer reklama werbung anzeige "
    "publicidad pub shop affiliate product products donate donation membership piano marketing "
    "cta campaign",
    Part.NAVIGATION: "nav navbar navigation menu breadcrumb breadcrumbs crumbs footer header sidebar side aside "
    "pager pagination paging topbar bottom masthead toc skip site logo search rightcol leftcol "
    "rightcolumn leftcolumn right left column rail widget widgets navi complementary contentinfo "
    "banner",
    Part.OVERLAY: "hidden modal popup overlay dialog cookie cookies consent gdpr ccpa onetrust lightbox tooltip "
    "dropdown login signin register registration sr-only visuallyhidden screen privacy notice "
    "alert offcanvas disclaimer",
    Part.LIST: "list items item feed stream archive cards card grid carousel slider swiper slides rows row "
    "block blocks box module ticker table calendar weather currency informer",
    Part.MEDIA: "image images img photo photos picture video player gallery media audio podcast embed figure "
    "slideshow slide thumb thumbnail foto fotos bild iframe infographic quote pullquote factbox",
    Part.LIVE: "live liveblog timeline updates liveticker",
}  # fmt: skip
_PARTS: dict[str, frozenset[Part]] = {}
for _part, _listed in _WORDS.items():
    for _word in _listed.split():
        _PARTS[_word] = _PARTS.get(_word, frozenset()) | {_part}

_BETWEEN = re.compile(r"[^A-Za-z0-9]+")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MOST_CHARS = 300
_NONE: frozenset[Part] = frozenset()


@functools.lru_cache(maxsize=20_000)
def parts_named(names: str) -> frozenset[Part]:
    """Return what the words of a class, id or role speak of; the first 300 characters count."""
    found = _NONE
    for name in names[:_MOST_CHARS].split():
        joined = _BETWEEN.sub("", name).lower()
        words = [joined]
        for piece in _BETWEEN.split(name):
            words.append(piece.lower())
            if not piece.islower():
                words += [word.lower() for word in _CAMEL.findall(piece)]
        for word in words:
            found |= _PARTS.get(word, _NONE)
    return found
