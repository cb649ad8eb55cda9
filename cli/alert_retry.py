"""`wirewatch alert retry`: what could not be delivered goes again."""

from __future__ import annotations

from collections.abc import Sequence

import click

from cli import output
from cli.lazy import examples
from cli.numbers import NUMBER
from cli.session import Session, current, run_async
from news.errors import NotFoundError


@click.command(epilog=examples("wirewatch alert retry", "wirewatch alert retry --watch bridges"))
@click.argument("alert_ids", metavar="[ALERT…]", nargs=-1, type=NUMBER)
@click.option("--watch", metavar="NAME", help="Only alerts of this watch.")
@click.option(
    "--channel", type=NUMBER, metavar="ID", help="Only what is for this channel, by its number in the status."
)
def retry(alert_ids: tuple[int, ...], watch: str | None, channel: int | None) -> None:
    """Deliver again what failed or was given up.

    All of it, or that of the numbered alerts.
    """
    n = run_async(retry_deliveries(current(), alert_ids, watch, channel))
    if not n and (alert_ids or channel):
        named = f"alert: {', '.join(map(str, alert_ids))}" if alert_ids else f"channel: {channel}"
        raise NotFoundError(f"{named}: nothing of it failed; see: wirewatch alert list, wirewatch status")
    output.say(f"{n} message{'' if n == 1 else 's'} will be delivered again by the worker")


async def retry_deliveries(
    session: Session, alert_ids: Sequence[int], watch: str | None, channel_id: int | None
) -> int:
    """Bring messages back; return how many.

    Raises:
        NotFoundError: There is no watch of this name.
    """
    from store import deliveries

    async with session.open_database() as database, database.connection() as conn:
        return await deliveries.retry(conn, channel_id=channel_id, watch=watch, alert_ids=alert_ids or None)
