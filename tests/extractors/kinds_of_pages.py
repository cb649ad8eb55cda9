"""Pages of many kinds with the text that a reader must make of each: live blogs, galleries, interviews, notes and more.

`KINDS` maps a name to HTML and the lines of the text. Words and events are our own.
"""

from __future__ import annotations

BRIDGE = (
    "The bridge that joins the three northern islands to the mainland opened to traffic on Tuesday morning, almost a "
    "year before the date in the contract, after a mild winter let the builders work through."
)
TOLL = (
    "Drivers cross free of charge until the end of August. From September a car will pay the price of a cup of coffee, "
    "and the island council has asked for the money to go to the small harbours that the ferry leaves behind."
)
FERRY = (
    "The ferry made its last crossing at noon with four hundred people on board, among them the two captains who had "
    "steered it in turns since the spring of 1988, and a brass band from the school of the largest island."
)
LIGHT = (
    "Engineers will watch the central pier through the autumn storms, the bridge company said, and will close the road "
    "to lorries whenever the wind at the lighthouse is stronger than twenty metres a second."
)
ELM = (
    "On the mainland side the town of Elmouth has waited for the bridge for forty years. Its mayor, who sold the first "
    "tickets for the ferry as a girl, said that she would walk across on Sunday and come home by boat."
)
STORY = (BRIDGE, TOLL, FERRY, LIGHT, ELM)


def page(inner: str, title: str = "The bridge opens a year early", head: str = "") -> str:
    """A page around the article's part, with the furniture that every site has."""
    menu = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in ("News", "Sport", "Weather", "Culture"))
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} - The Island Post</title>
        <meta property="og:type" content="article"><meta property="og:title" content="{title}">{head}</head><body>
        <header class="site-header"><nav><ul>{menu}</ul></nav></header><main>{inner}</main>
        <footer><p>© The Island Post. Written by people.</p><ul>{menu}</ul></footer></body></html>"""


def p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


H1 = "<h1>The bridge opens a year early</h1>"


def _post(time: str, heading: str, text: str) -> str:
    return (
        f'<div class="live-post" id="post-{time}"><div class="live-post__meta"><time datetime="2025-06-03T{time}:00Z">'
        f"{time}</time><span>2 hours ago</span></div><h2>{heading}</h2><p>{text}</p>"
        f'<div class="share"><a href="/s">Share</a> <a href="/c">Copy link</a></div></div>'
    )


_SHORT_POSTS = (
    ("18:10", "Airport reopens", "The airport on the largest island opened again after the fog had lifted."),
    ("17:15", "Two more lorries", "Police let two more lorries through after the wind at the lighthouse fell."),
    ("16:20", "Mayor responds", "The mayor said she had not been told of the closing before the evening."),
    ("15:25", "What we know", "Nobody was hurt when the barrier at the northern end came down too early."),
    ("14:30", "Schools shut", "All four schools sent their pupils home by boat while the ferry still ran."),
    ("13:35", "UN calls for calm", "Its envoy asked the builders and the council to sit down at one table."),
    ("12:40", "Power back", "Engineers brought power back to the north an hour before it was expected."),
    ("11:45", "Border closed", "The customs post on the mainland side stays closed until the next morning."),
)
_POSTS = (
    ("14:05", "Band plays on the last ferry", FERRY),
    ("12:40", "What it will cost", TOLL),
    ("09:15", "Ribbon is cut", BRIDGE),
)

_SLIDES = (
    (
        "The first car",
        "A baker from the western island was first across, with forty loaves for the builders.",
    ),
    (
        "The last ferry",
        "Four hundred people came on board; some had been on the first crossing in 1961.",
    ),
    (
        "The lighthouse",
        "From its gallery the whole length of the road can be seen at dusk.",
    ),
)

_LINKED = tuple(
    f'{text[:24]}<a href="/t/{n}">{text[24:70]}</a>{text[70:90]}'
    f'<a href="https://other.example/{n}">{text[90:130]}</a>{text[130:]}'
    for n, text in enumerate(STORY)
)

_NOTE = (
    "The bridge to the northern islands will be closed on Sunday from six until ten o'clock, so that the runners "
    "of the island marathon have the road to themselves. The old ferry runs every hour instead, free of charge."
)

_CREDITS = """<div class="byline">By <a href="/authors/ann-lee" rel="author">Ann Lee</a>, transport correspondent</div>
    <div class="dateline">Published 3 June 2025, 14:05 | Updated 3 June 2025, 16:30</div>
    <div class="share-bar"><span>Share this article</span><a href="/f">Facebook</a><a href="/t">Telegram</a></div>
    <figure><img src="/bridge.jpg" alt="The bridge at dusk"><figcaption>The bridge at dusk, seen from Elmouth. Photo:
    Jon Doe/Island Pictures</figcaption></figure>"""
_PROMPTS = """<div class="newsletter"><h3>Get the morning letter</h3><p>The five stories that matter, in your inbox at
    seven every weekday. Leave at any time.</p><form><input type="email"><button>Sign up</button></form></div>"""
_APP = "<p class='app-promo'><strong>Download our app to read the news first and without advertising.</strong></p>"
_COMMENTS = """<section id="comments" class="comments"><h3>Comments (2)</h3><div class="comment"><b>Gull</b>
    <p>I have waited for this bridge since I was a child, and I shall be the first to walk over it on Sunday.</p>
    </div><div class="comment"><b>Tern</b><p>And who pays for the small harbours now? Nobody has asked fishermen about
    the toll, the ferry or the band.</p></div></section>"""
_COOKIES = """<div id="cookie-consent" role="dialog"><p>We and our partners use cookies to give you the best experience,
    to measure our audience and to show you advertising that fits you. You may change your mind at any time.</p>
    <button>Accept all</button></div>"""
_MORE = '<p><strong>Read more:</strong> <a href="/x">Island council asks for a second doctor</a></p>'
_AD = '<div class="ad-slot"><span>Advertisement</span><a href="/ad"><img src="/ad.png" alt=""></a></div>'

KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a live blog": (
        page(
            f'<article class="liveblog">{H1}<p class="standfirst">{LIGHT}</p><div class="live-posts">'
            f"{''.join(_post(*post) for post in _POSTS)}</div><button>Load more</button></article>"
        ),
        (LIGHT, *(line for _, heading, text in _POSTS for line in (heading, text))),
    ),
    "a live blog in a list": (
        page(
            f"<h1>The bridge opens a year early</h1><p>{BRIDGE}</p><ul class='timeline'>"
            + "".join(f"<li><h3>{name}</h3><p><b>{time}</b></p><p>{text}</p></li>" for time, name, text in _SHORT_POSTS)
            + "</ul>"
        ),
        (BRIDGE, *(line for _, name, text in _SHORT_POSTS for line in (name, text))),
    ),
    "a gallery": (
        page(
            f'<article class="gallery-page">{H1}<div class="gallery-intro"><p>{BRIDGE}</p></div><div class="slides">'
            + "".join(
                f'<div class="slide"><span class="count">{n} / 3</span><img src="/{n}.jpg" alt=""><h3>{name}</h3>'
                f'<div class="slide-text"><p>{text}</p></div></div>'
                for n, (name, text) in enumerate(_SLIDES, 1)
            )
            + "</div></article>"
        ),
        (BRIDGE, *(line for slide in _SLIDES for line in slide)),
    ),
    "a video with its description": (
        page(
            f'<div class="video-page"><div class="player"><video src="/v.mp4"></video><span>02:14</span></div>{H1}'
            f'<div class="video-description"><p>{BRIDGE}</p><p>{FERRY}</p></div></div><aside class="up-next">'
            "<h2>Up next</h2><ul>"
            + "".join(
                f'<li><a href="/v/{n}">{name}<span>01:0{n}</span></a></li>' for n, (name, _) in enumerate(_SLIDES)
            )
            + "</ul></aside>"
        ),
        (BRIDGE, FERRY),
    ),
    "a list, a quote, a table, subheadings": (
        page(
            f"<article>{H1}{p(BRIDGE)}<h2>What it costs</h2>{p(TOLL)}<ul><li>A car pays the price of a coffee</li>"
            "<li>A lorry pays four times as much</li><li>Whoever walks or cycles pays nothing</li></ul><h2>The last "
            f"ferry</h2>{p(FERRY)}<blockquote><p>I shall miss the smell of diesel in the morning, and nothing else.</p>"
            f"</blockquote>{p(LIGHT)}<table><tr><th>Island</th><th>People</th></tr><tr><td>Norrey</td><td>4,120</td></tr>"
            f"<tr><td>Little Norrey</td><td>310</td></tr></table>{p(ELM)}</article>"
        ),
        (
            *(BRIDGE, "What it costs", TOLL, "A car pays the price of a coffee"),
            *("A lorry pays four times as much", "Whoever walks or cycles pays nothing", "The last ferry", FERRY),
            *("I shall miss the smell of diesel in the morning, and nothing else.", LIGHT, "Island People"),
            *("Norrey 4,120", "Little Norrey 310", ELM),
        ),
    ),
    "an interview": (
        page(
            f"<article>{H1}{p(BRIDGE)}"
            + p(
                "<strong>Were you ever afraid that it would not be finished?</strong>",
                "Every winter. " + LIGHT,
                "<strong>And the ferry?</strong>",
                FERRY,
                "<strong>Who pays?</strong>",
                "You do.",
                "<strong>What will you do on Sunday?</strong>",
                ELM,
            )
            + "</article>"
        ),
        (
            *(BRIDGE, "Were you ever afraid that it would not be finished?", "Every winter. " + LIGHT),
            *("And the ferry?", FERRY, "Who pays?", "You do.", "What will you do on Sunday?", ELM),
        ),
    ),
    "a lead in other marks": (
        page(
            f'<div class="article-head">{H1}<div class="article-lead"><b>{BRIDGE}</b></div></div><div class="photo">'
            f'<img src="/b.jpg" alt=""></div><div class="article-text">{p(TOLL, FERRY, LIGHT)}</div>'
        ),
        (BRIDGE, TOLL, FERRY, LIGHT),
    ),
    "a body in two containers": (
        page(
            f'<article>{H1}<div class="body-part">{p(BRIDGE, TOLL)}</div>{_AD}<div class="body-part">{p(FERRY, LIGHT)}'
            "</div></article>"
        ),
        (BRIDGE, TOLL, FERRY, LIGHT),
    ),
    "a body in many containers": (
        page(
            f"<article>{H1}"
            + "".join(f'<div class="row"><div class="col">{p(text)}</div></div>{_AD}' for text in STORY)
            + "</article>"
        ),
        STORY,
    ),
    "lines parted by br": (
        page(f"<h2>The bridge opens a year early</h2><div id='txt'>{'<br /><br />'.join(STORY)}</div>"),
        STORY,
    ),
    "a short note": (page(f"<article>{H1}{p(_NOTE)}</article>"), (_NOTE,)),
    "paragraphs full of links": (page(f"<article>{H1}{p(*_LINKED)}</article>"), STORY),
    "all that is no text": (
        page(
            f"{_COOKIES}<article>{H1}{_CREDITS}<div class='text'>{p(BRIDGE)}{_AD}{p(TOLL)}{_MORE}{p(FERRY)}{_PROMPTS}"
            f"{p(LIGHT)}{_APP}</div></article>{_COMMENTS}"
        ),
        (BRIDGE, TOLL, FERRY, LIGHT),
    ),
    "a heading that is a sentence at the end": (
        page(f"<article>{H1}{p(BRIDGE, TOLL)}<h3>What comes next</h3>{p(LIGHT, 'The bridge stays.')}</article>"),
        (BRIDGE, TOLL, "What comes next", LIGHT, "The bridge stays."),
    ),
}
