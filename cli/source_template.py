"""`wirewatch source template`: what the pages of a source taught, and the path that an operator confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import examples
from cli.session import Session, current, run_async

if TYPE_CHECKING:
    from scheduler.templates import SiteTemplate, TemplateReport

N_SHOWN = 30


@click.command(
    epilog=examples(
        "wirewatch source template outlet.example",
        "wirewatch source template outlet.example --path main/div.story --try",
        "wirewatch source template outlet.example --path 'main .story'",
        "wirewatch source template outlet.example --forget",
    )
)
@click.argument("name", metavar="SOURCE")
@click.option("--path", help="Where the text stands: keep only what is within, from now on.")
@click.option("--try", "only_try", is_flag=True, help="Only show what the path gives on the last stored pages.")
@click.option("--no-path", is_flag=True, help="Leave it to the reader again where the text stands.")
@click.option("--forget", is_flag=True, help="Forget the path and all that the source's sites taught.")
@output.json_option
def template(name: str, path: str | None, only_try: bool, no_path: bool, forget: bool, as_json: bool) -> int:
    """Show what a source's pages taught, and confirm where their text stands.

    A path is a CSS selector, or steps as the table of places shows them: main/div.story. Ends with 1 when a path
    finds no text on any stored page, and is then not confirmed.
    """
    if (path is not None) + no_path + forget > 1:
        raise click.UsageError("Give one of --path, --no-path and --forget.")
    if only_try and path is None:
        raise click.UsageError("--try goes with --path.")
    if forget:
        sites = run_async(forget_template(current(), name))
        output.say(f"forgotten: {', '.join(sites)}")
        return 0
    report = run_async(read_template(current(), name, path, keep=not only_try, leave=no_path))
    if as_json:
        output.print_json(report)
    else:
        show(report)
    if path is not None and not found_text(report):
        output.say(f"not confirmed: {report.path} finds no text on the stored pages")
        return 1
    return 0


async def read_template(
    session: Session, name: str, path: str | None, *, keep: bool = False, leave: bool = False
) -> TemplateReport:
    """Return what a source's pages taught; with `keep` confirm a path that finds text, with `leave` drop the old one.

    Raises:
        NotFoundError: There is no such source.
        UsageError: The path is none.
    """
    from dataclasses import replace

    from extractors.content_path import check_path
    from scheduler.parsing import ParsePool
    from scheduler.templates import read_template as look
    from store import furniture, sources

    path = check_path(path) if path is not None else None
    async with (
        session.open_database() as database,
        ParsePool(session.scheduler) as parse,
        database.connection() as conn,
    ):
        source = await sources.find_source(conn, name)
        if leave:
            await furniture.set_content_path(conn, source.id, None)
        report = await look(conn, parse, source, path)
        if path is not None and keep and found_text(report):
            await furniture.set_content_path(conn, source.id, path)
            report = replace(report, confirmed=True)
        return report


async def forget_template(session: Session, name: str) -> list[str]:
    """Forget what a source's sites taught, and its path; return the sites.

    Raises:
        NotFoundError: There is no such source.
    """
    from scheduler.templates import forget_template as forget
    from store import sources

    async with session.open_database() as database, database.connection() as conn, conn.transaction():
        return await forget(conn, await sources.find_source(conn, name, include_removed=True))


def found_text(report: TemplateReport) -> bool:
    """Return whether a path found text, or there is no page to try it on."""
    return not report.pages or any(page.n_within for page in report.pages)


def show(report: TemplateReport) -> None:
    """Print what was learned for a person."""
    output.print_heading(report.source)
    state = " (confirmed)" if report.confirmed else " (not confirmed)"
    output.print_facts([("path", report.path + state if report.path else "left to the reader")])
    for site in report.sites:
        _show_site(site)
    if report.places:
        click.echo()
        rows = ((place.path, str(place.n_pages), str(place.n_paragraphs)) for place in report.places)
        output.print_table(("WHERE THE TEXT STANDS", "PAGES", "PARAGRAPHS"), rows)
    if report.path:
        click.echo()
        output.print_table(
            ("STORED PAGE", "PARAGRAPHS", "WITHIN THE PATH"),
            ((page.url, page.reason or str(page.n_paragraphs), str(page.n_within or 0)) for page in report.pages),
        )


def _show_site(site: SiteTemplate) -> None:
    click.echo()
    output.print_heading(site.name)
    if site.dates is None:
        click.echo("  nothing learned yet")
        return
    dates = site.dates
    output.print_facts(
        [
            ("learned from", f"{dates.n_pages} pages, the last {output.moment(dates.last_page_at)}"),
            ("layout", f"changed {output.moment(dates.changed_at)}" if dates.changed_at else None),
        ]
    )
    shown = [line for line in site.lines if line.text][:N_SHOWN]
    output.print_table(
        ("REPEATED LINE", "PAGES", "FIRST SEEN", "LAST SEEN", "READER ALONE"),
        (
            (
                line.text or "",
                str(line.n_pages),
                output.moment(line.first_seen_at),
                output.moment(line.last_seen_at),
                "would keep it" if line.kept else "drops it",
            )
            for line in shown
        ),
    )
    if len(site.lines) > len(shown):
        click.echo(f"  and {len(site.lines) - len(shown)} more; those on no stored page are known by their hash only")
