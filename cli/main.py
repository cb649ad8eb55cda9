"""The entry point: the group of all commands, and the one place where an error becomes a line and an exit code.

Exit codes: 0 well, 1 failed, 2 misused, 130 stopped by Ctrl-C. What a command does stands in its own module.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from cli.lazy import LazyGroup, examples

STOPPED = 130
"""128 + SIGINT, as shells say it."""

PIPE_CLOSED = 141
"""128 + SIGPIPE: whoever read our output has seen enough."""

COMMANDS = {
    "up": ("cli.up:up", "Run everything on this machine until stopped."),
    "demo": ("cli.demo:demo", "Show the whole thing at work on sample sites, without the internet."),
    "source": ("cli.source:source", "Add, list, check and change the outlets that are watched."),
    "crawl": ("cli.crawl:crawl", "Visit now what is due, or the named sources, then stop."),
    "search": ("cli.search:search", "Find articles by words and phrases, newest first."),
    "article": ("cli.article:article", "Show one article: where it came from, and its text."),
    "story": ("cli.story:story", "Show, merge and split stories; `wirewatch story ID` shows one."),
    "reread": ("cli.reread:reread", "Read stored pages again with today's reader, and correct what was read of them."),
    "watch": ("cli.watch:watch", "Save queries, and be told of each story that matches."),
    "alert": ("cli.alert:alert", "See what the watches told, and deliver again what could not be delivered."),
    "status": ("cli.status:status", "Tell what is healthy, what is not, and why."),
    "worker": ("cli.worker:worker", "Run a single worker, for servers; any number share one database."),
    "db": ("cli.db:db", "Migrate, back up and restore the database."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "wirewatch source add https://outlet.example", "wirewatch up", 'wirewatch search "prime minister" --since 7d'
    ),
)
@click.version_option(package_name="wirewatch", message="wirewatch %(version)s")
@click.option("--debug", is_flag=True, help="Log decisions, and show the traceback of an error.")
@click.pass_context
def wirewatch(ctx: click.Context, debug: bool) -> None:
    """Watch the news sources you name and keep their articles, clean and searchable, in Postgres."""
    from cli.session import Session, log_to_stderr

    ctx.obj = Session(debug=debug)
    log_to_stderr("DEBUG" if debug else "CRITICAL")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _open_standard_streams()
    code = run(words)
    try:
        sys.stdout.flush()
    except OSError:
        # The interpreter flushes it once more at its end and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def run(words: Sequence[str]) -> int:
    """Run the command line and return its exit code; whatever goes wrong is one line on stderr."""
    debug = "--debug" in words
    try:
        answer = wirewatch.main(list(words), prog_name="wirewatch", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except click.ClickException as error:
        return _tell_click(error)
    except (BrokenPipeError, SystemExit):
        # click itself ends the process for nothing else than a closed pipe.
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001  the one border: a person sees a line, not a traceback
        return _tell(error, debug)
    return answer if isinstance(answer, int) else 0


def _open_standard_streams() -> None:
    """Let what a caller closed lead nowhere: else the next file or connection that is opened takes its number."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdin = sys.stdin or open(0)  # noqa: SIM115  they stay open to the end
    sys.stdout = sys.stdout or open(1, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w")  # noqa: SIM115


def _tell_click(error: click.ClickException) -> int:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        error.show()
        return error.exit_code
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "wirewatch"
    text = error.format_message()
    end = "" if text.endswith((".", "?", "!")) else "."
    _write(f"{where}: {text}" + (f"{end} See {where} --help." if error.exit_code == 2 else ""))
    return error.exit_code


def _tell(error: Exception, debug: bool) -> int:
    from news.errors import WirewatchError

    if debug:
        import traceback

        traceback.print_exception(error)
    cause = _first(error, WirewatchError)
    if isinstance(cause, WirewatchError):
        _write(f"wirewatch: {cause}")
        return cause.exit_code
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        where = f": {error.filename}" if error.filename else ""
        _write(f"wirewatch: disk{where}: {error.strerror}: where the output or a temporary file goes; free space there")
        return 1
    if isinstance(error, UnicodeEncodeError) and any("\udc80" <= char <= "\udcff" for char in error.object):
        _write("wirewatch: what was given holds bytes that are no text in UTF-8; write it in UTF-8")
        return 2
    hint = "" if debug else "; run it again as wirewatch --debug … and report what it shows"
    _write(f"wirewatch: a mistake of ours: {type(error).__name__}: {error}{hint}")
    return 1


def _first(error: BaseException, kind: type[Exception]) -> BaseException | None:
    """Return the first error of a kind, looking into groups of errors (a task group raises such)."""
    if isinstance(error, kind):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := _first(inner, kind))), None)
    return None


def _write(text: str) -> None:
    """Write one line to stderr, whatever characters an outlet or a file put into it."""
    from cli.safe import one_line

    click.echo(one_line(text), err=True)
