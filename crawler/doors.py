"""The kinds of door we knock at. A door decides how much we take and what we ask for."""

from __future__ import annotations

from enum import StrEnum


class Door(StrEnum):
    """What a request expects to find."""

    PAGE = "page"
    FEED = "feed"
    SITEMAP = "sitemap"
    ROBOTS = "robots"
    HOME = "home"


ACCEPT = {
    Door.PAGE: "text/html,application/xhtml+xml,*/*;q=0.8",
    Door.HOME: "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,*/*;q=0.8",
    Door.FEED: "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.8",
    Door.SITEMAP: "application/xml,text/xml,*/*;q=0.8",
    Door.ROBOTS: "text/plain,*/*;q=0.8",
}
"""What each door asks for. Some outlets answer 406 or HTML to a feed reader that takes only `*/*`."""
