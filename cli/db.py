"""`wirewatch db …`: the database as a thing. What is done stands in `store`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import output
from cli.lazy import LazyGroup, examples
from cli.safe import one_line
from cli.session import current

if TYPE_CHECKING:
    from store.config import StoreConfig

COMMANDS = {
    "migrate": ("cli.db:migrate", "Bring the database to this version's schema."),
    "status": ("cli.db:status", "Tell which migrations are applied, and which are pending."),
    "url": ("cli.db:url", "Print the database's address, as psql takes it."),
    "backup": ("cli.db:backup", "Write everything into one file, while all goes on."),
    "restore": ("cli.db:restore", "Fill an empty database from a backup."),
}


@click.group(cls=LazyGroup, places=COMMANDS, epilog=examples("wirewatch db status", 'psql "$(wirewatch db url)"'))
def db() -> None:
    """Migrate, back up and restore the database."""


@click.command(epilog=examples("wirewatch db migrate"))
def migrate() -> None:
    """Bring the database to this version's schema.

    Other commands do so by themselves. On a server it is run once before the workers start.
    """
    from store import migrations

    with running(current().store) as address:
        applied = migrations.migrate(address)
    output.say(f"applied {', '.join(applied)}" if applied else "nothing to apply: the schema is this version's")


@click.command(epilog=examples("wirewatch db status", "wirewatch db status --json"))
@output.json_option
def status(as_json: bool) -> None:
    """Tell which migrations are applied, and which are pending."""
    from store import migrations

    with running(current().store) as address:
        state = migrations.state(address)
    if as_json:
        output.print_json(state)
        return
    rows = [(name, "applied") for name in state.applied] + [(name, "pending") for name in state.pending]
    output.print_table(("MIGRATION", "STATE"), rows)


@click.command(epilog=examples("wirewatch db url", 'psql "$(wirewatch db url)"'))
def url() -> None:
    """Print the database's address, as psql takes it.

    The embedded Postgres runs as long as a command or `wirewatch up` uses it. The address holds the password where
    WIREWATCH_DATABASE_URL does.
    """
    from news.errors import PostgresStartError
    from store.embedded import EmbeddedPostgres

    config = current().store
    if config.database_url:
        click.echo(one_line(config.database_url))
        return
    server = EmbeddedPostgres(config.home)
    try:
        address = server.url
    except PostgresStartError:
        # Its folder is made by the first start.
        with server:
            address = server.url
    click.echo(address)
    if not server.is_alive():
        output.say("the embedded Postgres is not running now; wirewatch up runs it")


@click.command(epilog=examples("wirewatch db backup wirewatch.dump"))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write everything into one file, while all goes on."""
    from store import backup as store_backup

    with running(current().store) as address:
        store_backup.dump(address, file)
    output.say(f"written: {file} ({file.stat().st_size} bytes)")


@click.command(epilog=examples("wirewatch db restore wirewatch.dump"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Destroy what the database holds.")
def restore(file: Path, replace: bool) -> None:
    """Fill an empty database from a backup."""
    from store import backup as store_backup

    with running(current().store) as address:
        store_backup.restore(address, file, replace=replace)
    output.say(f"restored from {file}")


@contextlib.contextmanager
def running(config: StoreConfig) -> Iterator[str]:
    """Give the address of the database, with the embedded server up where it is that one; nothing is migrated."""
    from store.embedded import EmbeddedPostgres

    if config.database_url:
        yield config.database_url
        return
    with EmbeddedPostgres(config.home) as server:
        yield server.url
