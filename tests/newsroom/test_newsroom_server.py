"""The newsroom over real sockets: what a crawler meets there."""

import asyncio
import time
from datetime import timedelta
from email.utils import format_datetime

import pytest
from newsroom_client import START, links_of, pieces, serving, site

from newsroom import Fault, FaultKind, FeedFormat, Piece, Site, Validators


async def test_each_host_name_is_its_own_site_on_one_port() -> None:
    async with serving(site("gull"), site("tern", title="The Tern")) as client:
        assert b"<title>gull</title>" in (await client.get("gull")).body
        assert b"<title>The Tern</title>" in (await client.get("tern")).body
        assert (await client.get("auk")).status == 404


@pytest.mark.parametrize("host", ["WWW.Gull.localhost", "m.gull.localhost:1", "gull.localhost."])
async def test_the_twins_of_a_host_name_lead_to_the_same_site(host: str) -> None:
    async with serving(site("gull")) as client:
        assert (await client.get("gull", "/news/1", host=host)).status == 200


@pytest.mark.parametrize(
    "format", [FeedFormat.RSS, FeedFormat.ATOM, FeedFormat.RDF, FeedFormat.JSON, FeedFormat.NEWS_SITEMAP]
)
async def test_a_feed_lists_the_pieces_newest_first_and_each_link_answers(format: FeedFormat) -> None:
    async with serving(site(format=format)) as client:
        feed = await client.get("gull", client.room.site("gull").feed_path)
        base = f"http://gull.localhost:{client.room.port}"
        assert links_of(feed.body, format) == [f"{base}/news/{i}" for i in (2, 1, 0)]
        assert "Ferry 2" in feed.body.decode()
        assert "09:08:07" in feed.body.decode(), "dates are in the outlet's zone"
        page = await client.get("gull", "/news/2")
        assert b"<p>Second of 2.</p>" in page.body
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"


async def test_a_sitemap_index_leads_through_its_children_to_every_piece() -> None:
    async with serving(site(format=FeedFormat.SITEMAP_INDEX, pieces=pieces(25))) as client:
        robots = await client.get("gull", "/robots.txt")
        assert f"Sitemap: {client.room.feed_url('gull')}\n" in robots.body.decode()
        index = await client.get("gull", "/sitemap-index.xml")
        children = links_of(index.body, FeedFormat.SITEMAP_INDEX)
        found = []
        for child in children:
            found += links_of(
                (await client.get("gull", child[child.index("/sitemap") :])).body, FeedFormat.NEWS_SITEMAP
            )
        assert len(children) == 3
        assert sorted(found) == sorted(client.room.url("gull", f"/news/{i}") for i in range(25))
        assert (await client.get("gull", "/sitemap-4.xml")).status == 404


async def test_a_home_page_names_its_feed_and_a_listing_names_none() -> None:
    async with serving(site("gull"), site("tern", format=FeedFormat.LISTING)) as client:
        home, listing = (await client.get("gull")).body.decode(), (await client.get("tern")).body.decode()
        assert f'type="application/rss+xml" title="gull" href="{client.room.feed_url("gull")}"' in home
        assert "alternate" not in listing
        assert listing.count("<h2><a href=") == 3


@pytest.mark.parametrize("path", ["/rss.xml", "/news/1", "/", "/robots.txt"])
async def test_an_etag_brings_304_until_something_is_published(path: str) -> None:
    async with serving(site()) as client:
        first = await client.get("gull", path)
        again = await client.get("gull", path, If_None_Match=f'"else", W/{first.headers["ETag"]}')
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        client.room.publish("gull", Piece(path="/news/9", title="Ninth"))
        after = await client.get("gull", path, If_None_Match=first.headers["ETag"])
        assert after.status == (200 if path in {"/rss.xml", "/"} else 304)


async def test_last_modified_alone_tells_two_changes_of_one_second_apart() -> None:
    async with serving(site(validators=Validators.LAST_MODIFIED)) as client:
        for path in ("/news/8", "/news/9", "/news/9"):
            seen = await client.get("gull", "/rss.xml")
            assert "ETag" not in seen.headers
            since = seen.headers["Last-Modified"]
            assert (await client.get("gull", "/rss.xml", If_Modified_Since=since)).status == 304
            client.room.publish("gull", Piece(path=path, title=path))
            assert (await client.get("gull", "/rss.xml", If_Modified_Since=since)).status == 200


async def test_an_edited_piece_is_no_longer_unmodified() -> None:
    async with serving(site()) as client:
        seen = await client.get("gull", "/news/1")
        assert seen.headers["Last-Modified"] == format_datetime(START + timedelta(minutes=1), usegmt=True)
        client.room.publish("gull", Piece(path="/news/1", title="Corrected", published_at=START))
        after = await client.get("gull", "/news/1", If_Modified_Since=seen.headers["Last-Modified"])
        assert (after.status, b"Corrected" in after.body) == (200, True)
        assert (await client.get("gull", "/rss.xml")).body.count(b"<item>") == 3


async def test_without_validators_nothing_is_ever_304() -> None:
    async with serving(site(validators=Validators.NONE)) as client:
        seen = await client.get("gull", "/rss.xml")
        assert not {"ETag", "Last-Modified"} & set(seen.headers)
        assert (await client.get("gull", "/rss.xml", If_None_Match="*")).status == 200


async def test_windows_1251_is_served_honestly_or_under_a_lie() -> None:
    async with serving(
        site("honest", encoding="windows-1251"),
        site("liar", encoding="windows-1251", label="utf-8"),
        site("silent", encoding="windows-1251", label=""),
    ) as client:
        honest, liar, silent = [await client.get(name, "/news/1") for name in ("honest", "liar", "silent")]
        assert honest.headers["Content-Type"] == "text/html; charset=windows-1251"
        assert "буря" in honest.body.decode("windows-1251")
        assert liar.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "буря" in liar.body.decode("windows-1251")
        assert silent.headers["Content-Type"] == "text/html"
        assert b"charset" not in silent.body
        feed = await client.get("liar", "/rss.xml")
        assert feed.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
        assert "буря" in feed.body.decode("windows-1251")


async def test_letters_an_encoding_lacks_become_references() -> None:
    odd = Piece(path="/odd", title="Ərzaq", text="Հայերեն")
    async with serving(Site("odd", encoding="windows-1251", pieces=(odd,))) as client:
        assert "&#399;rzaq" in (await client.get("odd", "/odd")).body.decode("windows-1251")


async def test_tracking_parameters_lead_to_the_same_page() -> None:
    async with serving(site(pieces=(*pieces(), Piece(path="/read?id=7", title="By number")))) as client:
        assert (await client.get("gull", "/news/1?utm_source=x")).body == (await client.get("gull", "/news/1")).body
        assert b"By number" in (await client.get("gull", "/read?id=7")).body
        assert (await client.get("gull", "/read")).status == 404


async def test_a_piece_of_another_outlet_is_listed_under_its_own_address() -> None:
    shared = Piece(path="/out/1", title="Shared", url="http://tern.localhost:{port}/news/1?utm_source=gull")
    async with serving(site("gull", pieces=(shared,)), site("tern")) as client:
        feed = await client.get("gull", "/rss.xml")
        assert f"http://tern.localhost:{client.room.port}/news/1?utm_source=gull" in feed.body.decode()


async def test_robots_may_be_missing() -> None:
    async with serving(site(robots=None)) as client:
        assert (await client.get("gull", "/robots.txt")).status == 404


async def test_the_log_counts_by_address_and_status_with_time_stamps() -> None:
    async with serving(site()) as client:
        before = time.time()
        etag = (await client.get("gull", "/rss.xml", User_Agent="probe/1")).headers["ETag"]
        await client.get("gull", "/rss.xml", If_None_Match=etag)
        await client.get("gull", "/nothing")
        log = client.room.requests
        assert [(one.target, one.status, one.n) for one in log.tallies()] == [
            ("/nothing", 404, 1),
            ("/rss.xml", 200, 1),
            ("/rss.xml", 304, 1),
        ]
        assert (len(log), log.count(target="/rss.xml"), log.count(status=304)) == (3, 2, 1)
        assert log.of("gull")[0].user_agent == "probe/1"
        assert all(before <= one.at <= time.time() and one.took_s >= 0 for one in log)
        log.clear()
        assert (len(log), list(log)) == (0, [])


async def test_the_log_knows_how_many_were_open_at_once() -> None:
    async with serving(site()) as client:
        client.room.misbehave("gull", "*", Fault(kind=FaultKind.SLOW, delay_s=0.2))
        await asyncio.gather(*[client.get("gull", f"/news/{i}") for i in range(3)])
        assert client.room.requests.most_at_once("gull") == 3
