"""`wirewatch demo`: a newsroom on loopback, watched by a real worker, in a data folder that is deleted afterwards.

Everything is done as a user would do it; only the outlets are ours. What outlets publish stands in `newsroom`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import output
from cli.lazy import examples
from cli.safe import one_line
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from news.settings import Settings
    from newsroom.edition import Edition
    from scheduler.kit import Kit
    from scheduler.round import RoundReport
    from store.config import StoreConfig

PUBLISHING_S = 25.0
"""How long the outlets publish: several polls of every feed, and short enough to watch."""

SETTLING_S = 8.0
"""After the last piece every feed is asked once more: it is asked at least every four seconds."""

LONGEST_S = 60.0
"""The show ends by now, whatever is still due: with start and report it stays within two minutes."""

TELL_EVERY_S = 5.0
"""How often a line is printed where there is no terminal."""

SEARCH_EXAMPLE = "министры озёра Сарна"
"""Nobody writes so: the words are found in the forms they have in the texts."""

WATCH = ("lake", "Sarn* OR Сарн* OR Սարն*")
"""Name and query: in six languages the same lake, in the forms that its name has there."""

SETTINGS = {
    "WIREWATCH_ALLOW_NETWORKS": "127.0.0.0/8",
    "WIREWATCH_RESOLVE": "*.localhost=127.0.0.1",
    "WIREWATCH_DELAY": "0.2",
    "WIREWATCH_MIN_INTERVAL": "2",
    "WIREWATCH_MAX_INTERVAL": "4",
    "WIREWATCH_ALERT_HOLD": "3",
}
"""Loopback may be reached and everything is quicker than anyone should ask a stranger's host."""


@click.command(epilog=examples("wirewatch demo", "wirewatch demo --keep"))
@click.option("--keep", is_flag=True, help="Go on until Ctrl-C, to be queried from another terminal.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of the newsroom; a free one by default.")
def demo(keep: bool, port: int) -> None:
    """Show the whole thing at work on sample sites, without the internet."""
    with data_folder() as home:
        session = Session(debug=current().debug, settings=settings_for(home))
        with held_database(session.store):
            if not run_async(run_demo(session, keep=keep, port=port)):
                raise KeyboardInterrupt


def settings_for(home: Path) -> Settings:
    """Return the demo's settings; the user's own do not count here."""
    from news.settings import Settings

    return Settings({**SETTINGS, "WIREWATCH_HOME": str(home)})


@contextlib.contextmanager
def data_folder() -> Iterator[Path]:
    """Give a data folder that is deleted afterwards."""
    home = Path(tempfile.mkdtemp(prefix="wirewatch-demo-"))
    if os.geteuid() == 0:
        # The server runs as an unprivileged account and has to pass.
        home.chmod(0o711)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def held_database(config: StoreConfig) -> Iterator[None]:
    """Hold the embedded Postgres up; afterwards it is stopped and its cluster deleted."""
    from store.embedded import EmbeddedPostgres

    output.say("starting a Postgres of its own …")
    server = EmbeddedPostgres(config.home)
    server.start()
    try:
        yield
    finally:
        server.release(discard=True)


async def run_demo(session: Session, *, keep: bool, port: int) -> bool:
    """Show everything; return whether it came to its end, which Ctrl-C may prevent.

    Raises:
        PortInUseError: Another program listens on the newsroom's port.
    """
    from cli.worker import stop_on_signals
    from newsroom.edition import Edition

    stop = stop_on_signals()
    edition = Edition(span_s=PUBLISHING_S, port=port)
    async with edition.room:
        await add_outlets(session, edition)
        told = await add_watch(session)
        async with working(session) as kit:
            report = await watch(kit, edition, stop)
            if stop.is_set():
                return False
            await show_report(session, report)
            await show_told(session, told)
            if keep:
                await stay(session, edition, stop)
    return True


async def add_outlets(session: Session, edition: Edition) -> None:
    """Add every outlet by its home page, as a user would, and tell what was found."""
    from scheduler.sources import add_source

    outlets = edition.feeds()
    click.echo(f"{len(outlets)} outlets on 127.0.0.1:{edition.room.port}; adding them by their home pages:")
    async with session.open_kit() as kit:
        for outlet in outlets:
            added = await add_source(kit, outlet.url, outlet.name)
            chosen = added.findings.feeds[0]
            n_others = len(added.findings.feeds) - 1
            others = f", {n_others} more kept" if n_others else ""
            click.echo(f"  {added.source.name:12} {outlet.language}  {chosen.kind:13} {one_line(chosen.how)}{others}")


async def add_watch(session: Session) -> Path:
    """Add a watch as a user would; return the file that its alerts go to."""
    from cli import watch_work
    from news.watches import Watch

    name, query = WATCH
    told = session.store.home / "alerts.jsonl"
    wish = watch_work.ChannelWish(urls=(told.as_uri(),))
    since = datetime.now(UTC) - timedelta(days=1)
    await watch_work.add_watch(session, Watch(name=name, query=query), wish, since=since, test=False)
    click.echo(f"wirewatch watch add {name} '{query}' --to {told.as_uri()}")
    return told


@contextlib.asynccontextmanager
async def working(session: Session) -> AsyncIterator[Kit]:
    """Run a worker in this process and give its tools; told to stop at the end.

    Raises:
        WirewatchError: It could not begin, or ended before it was told to.
    """
    from news.errors import WirewatchError
    from scheduler.worker import run_worker

    stop = asyncio.Event()
    ready: asyncio.Future[Kit] = asyncio.get_running_loop().create_future()
    worker = asyncio.create_task(
        run_worker(session.store, session.crawler, session.scheduler, session.alerts, stop, on_ready=ready.set_result)
    )
    first: set[asyncio.Future[Any]] = {worker, ready}
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    try:
        if not ready.done():
            await worker
            raise WirewatchError("demo: the worker ended before it began")
        yield ready.result()
    finally:
        stop.set()
        await worker


async def watch(kit: Kit, edition: Edition, stop: asyncio.Event) -> RoundReport:
    """Let the outlets publish and show what the worker does with it, until all is read."""
    from scheduler.round import report_of

    click.echo(f"the worker runs; for {PUBLISHING_S:.0f} seconds the outlets go on publishing …")
    began = told = time.monotonic()
    publishing = asyncio.create_task(edition.run())
    try:
        with output.progress() as progress:
            task = progress.add_task("watching", total=PUBLISHING_S + SETTLING_S, note="")
            while not stop.is_set():
                now = time.monotonic()
                report = report_of(kit, 0, now - began)
                progress.update(
                    task, completed=int(now - began), note=f"{report.n_stored} articles, {report.n_feeds} feeds asked"
                )
                if progress.disable and now - told >= TELL_EVERY_S:
                    click.echo(f"  {now - began:3.0f} s: {summary(report)}")
                    told = now
                if now - began > PUBLISHING_S + SETTLING_S and (now - began > LONGEST_S or not await is_busy(kit)):
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.5)
    finally:
        publishing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await publishing
    return report_of(kit, 0, time.monotonic() - began)


async def is_busy(kit: Kit) -> bool:
    """Tell whether a host waits for its visit or is being visited."""
    from store import hosts

    async with kit.database.connection() as conn:
        return await hosts.count_open(conn) > 0


def summary(report: RoundReport) -> str:
    """Return a round so far in one line."""
    return (
        f"{report.n_feeds} feeds asked, {report.n_not_modified} unchanged; {report.n_new} new lines, "
        f"{report.n_fetched} pages fetched, {report.n_stored} articles stored"
    )


async def show_report(session: Session, report: RoundReport) -> None:
    """Print what was done, then search as a user would, then one article."""
    from cli import article, crawl, search
    from cli.search_answer import Question, find_hits

    click.echo()
    crawl.show(report)
    click.echo()
    output.print_heading(f"wirewatch search {SEARCH_EXAMPLE}")
    hits = await find_hits(session, Question(query=SEARCH_EXAMPLE, limit=3))
    for hit in hits:
        search.show(hit)
    if hits:
        output.print_heading(f"wirewatch article {hits[-1].id}")
        article.show(await article.read_article(session, hits[-1].id))


async def show_told(session: Session, told: Path) -> None:
    """Print what the watch told, the newest alert, and the story that most articles tell of those it told."""
    from cli import alert_list, story
    from store import members

    name, _ = WATCH
    found = await alert_list.find_alerts(session, name, since=None, limit=20, before=None)
    async with session.open_database() as database, database.connection() as conn:
        n_stories = await members.count_stories(conn)
    click.echo()
    output.print_table(
        ("WHAT", "HOW MANY"),
        (
            ("stories", str(n_stories)),
            (f"alerts of the watch {name}", str(len(found))),
            (f"messages in {told.name}", str(count_lines(told))),
        ),
    )
    click.echo()
    if found:
        output.print_heading("wirewatch alert list --limit 1")
        alert_list.show_alert(*found[0])
        click.echo()
    stories = [await story.read_story(session, one.story_id) for one, _ in found if one.story_id is not None]
    if stories:
        largest = max(stories, key=lambda one: one.n_articles)
        output.print_heading(f"wirewatch story {largest.id}")
        story.print_story(largest)


def count_lines(file: Path) -> int:
    """Return how many lines a file has that may not be there."""
    return file.read_bytes().count(b"\n") if file.exists() else 0


async def stay(session: Session, edition: Edition, stop: asyncio.Event) -> None:
    """Go on until told to stop; say how to ask from another terminal."""
    click.echo()
    click.echo(f"The outlets stay on http://*.localhost:{edition.room.port}/ until Ctrl-C. From another terminal:")
    for command in ("status", "source list", "search QUERY", "alert list"):
        click.echo(f"  WIREWATCH_HOME={session.store.home} wirewatch {command}")
    await stop.wait()
