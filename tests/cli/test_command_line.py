"""The contract of the command line: exit codes, one line for an error, help with examples, a quick start."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli import main
from cli.lazy import LazyGroup
from news.errors import NotFoundError


def commands(group: click.Group = main.wirewatch, path: str = "wirewatch") -> Iterator[tuple[str, click.Command]]:
    """Every command and group there is, with the words that call it."""
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands())


def wirewatch(*words: str, cwd=None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real program."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("WIREWATCH_")}
    return subprocess.run(
        [sys.executable, "-m", "cli", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, **environment},
        cwd=cwd,
        check=False,
    )


@pytest.mark.parametrize("path", ALL)
def test_every_command_has_help_with_an_example_that_parses(path):
    command = ALL[path]
    assert command.help and command.help.split("\n")[0].endswith(".")
    assert command.epilog and command.epilog.startswith("\b\nExamples:\n")
    for line in command.epilog.splitlines()[2:]:
        words = shlex.split(line.split("|")[0].split(">")[0])
        words = words[next(i for i, word in enumerate(words) if word == "wirewatch" or "wirewatch " in word) :]
        if " " in words[0]:
            words = shlex.split(words[0].strip("$()"))
        _parse(words[1:])


def _parse(words: list[str]) -> None:
    """Parse words as the program would, without running what they call."""
    group: click.Command = main.wirewatch
    context = click.Context(group)
    while isinstance(group, click.Group):
        name, command, words = group.resolve_command(context, words)
        assert command is not None, name
        group = command
    if not any("FILE" in word or "." in word for word in words) or not any(
        isinstance(parameter.type, click.File | click.Path) for parameter in group.params
    ):
        group.make_context(str(group.name), list(words), resilient_parsing=False)


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if isinstance(command, LazyGroup)])
def test_the_table_of_short_helps_is_the_commands_own_first_sentence(path):
    group = ALL[path]
    assert isinstance(group, LazyGroup)
    for name, (_, short) in group.places.items():
        command = ALL[f"{path} {name}"]
        assert command.help
        assert " ".join(command.help.split("\n\n")[0].split()) == short


@pytest.mark.parametrize("path", [path for path, command in ALL.items() if not isinstance(command, click.Group)])
def test_every_read_knows_json(path):
    options = {option for parameter in ALL[path].params for option in parameter.opts}
    writes = {"up", "demo", "worker", "pause", "resume", "remove", "export", "migrate", "url", "backup", "restore"}
    writes |= {"merge", "split", "retry"}
    assert ("--json" in options) == (path.split()[-1] not in writes)


def test_help_imports_no_room_and_takes_less_than_half_a_second_of_cpu():
    script = (
        "import sys, time\n"
        "from cli.main import run\n"
        "code = run(['--help'])\n"
        "rooms = {'news', 'extractors', 'store', 'crawler', 'scheduler', 'newsroom', 'rich', 'asyncio', 'scrapy'}\n"
        "print(code, sorted(rooms & set(sys.modules)), time.process_time(), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    code, rooms, seconds = done.stderr.split()
    assert (code, rooms) == ("0", "[]")
    assert float(seconds) < 0.5
    assert "wirewatch source add https://outlet.example" in done.stdout


def test_no_words_show_the_help_and_end_with_2():
    done = wirewatch()
    assert done.returncode == 2
    assert "Commands:" in done.stderr


def test_an_unknown_command_ends_with_2_and_the_nearest_one():
    done = wirewatch("serch", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "wirewatch: No such command 'serch'; did you mean 'search'? See wirewatch --help.\n"


def test_an_unknown_option_is_one_line_that_names_the_command():
    done = wirewatch("source", "list", "--jsno")
    assert done.returncode == 2
    assert done.stderr.startswith("wirewatch source list: No such option")
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_ends_with_2_and_names_its_key(tmp_path):
    done = wirewatch("status", WIREWATCH_HOME=str(tmp_path), WIREWATCH_POOL_SIZE="many")
    assert done.returncode == 2
    assert done.stderr == "wirewatch: setting: WIREWATCH_POOL_SIZE: 'many' is no number\n"


def test_an_unknown_setting_is_told_and_the_command_goes_on(tmp_path):
    done = wirewatch("status", WIREWATCH_HOEM=str(tmp_path), WIREWATCH_POOL_SIZE="many")
    assert "unknown setting WIREWATCH_HOEM" in done.stderr
    assert "did you mean WIREWATCH_HOME?" in done.stderr


def test_the_version_is_the_packages():
    done = wirewatch("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("wirewatch 0.")


class Failing:
    """Makes a command of the program raise what it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, error: BaseException) -> None:
        @click.command()
        def failing() -> None:
            raise error

        self._monkeypatch.setattr(main.wirewatch, "get_command", lambda context, name: failing)


@pytest.fixture
def failing(monkeypatch):
    return Failing(monkeypatch)


def test_a_mendable_error_is_one_line_and_its_exit_code(failing, capsys):
    failing(NotFoundError("source: a\x1b[31m: not\nwatched"))
    assert main.run(["status"]) == 1
    assert capsys.readouterr().err == "wirewatch: source: a[31m: not watched\n"


def test_a_mendable_error_inside_a_group_of_errors_is_found(failing, capsys):
    failing(ExceptionGroup("tasks", [ExceptionGroup("inner", [NotFoundError("source: a: not watched")])]))
    assert main.run(["status"]) == 1
    assert capsys.readouterr().err == "wirewatch: source: a: not watched\n"


def test_a_mistake_of_ours_is_one_line_that_says_how_to_see_more(failing, capsys):
    failing(ZeroDivisionError("division by zero"))
    assert main.run(["status"]) == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told and "--debug" in told and "Traceback" not in told
    assert told.count("\n") == 1


def test_debug_shows_the_traceback(failing, capsys):
    failing(ZeroDivisionError("division by zero"))
    assert main.run(["--debug", "status"]) == 1
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_ctrl_c_ends_quietly_with_130(failing, capsys):
    failing(KeyboardInterrupt())
    assert main.run(["status"]) == 130
    assert capsys.readouterr().err.strip() == ""


def test_a_closed_pipe_ends_quietly():
    script = (
        "import click, cli.main as m\n"
        "@click.command()\n"
        "def flood():\n"
        "    for _ in range(100000): click.echo('x' * 100)\n"
        "m.wirewatch.get_command = lambda context, name: flood\n"
        "m.main(['status'])\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=30) == 141


SHOUT = (
    "import click, cli.main as m\n"
    "@click.command()\n"
    "def shout():\n"
    "    import cli.output as o; o.print_table(('A',), (('x' * 9000,),))\n"
    "m.wirewatch.get_command = lambda context, name: shout\n"
    "m.main(['status'])\n"
)


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_lead_nowhere(closed):
    command = f'exec "{sys.executable}" -c "$SHOUT" {closed}'
    done = subprocess.run(["sh", "-c", command], env={**os.environ, "SHOUT": SHOUT}, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="there is no /dev/full here")
def test_a_full_disk_under_the_output_is_one_line():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", SHOUT], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "wirewatch: disk: No space left on device: where the output or a temporary file goes; free space there"
    ]


@pytest.mark.parametrize("words", [("article", "1", "2"), ("status", "extra"), ("source", "import", "/")])
def test_the_sentence_of_a_misuse_ends_before_the_hint(words, capsys):
    assert main.run(words) == 2
    assert re.search(r"[.?!] See wirewatch [a-z ]*--help\.$", capsys.readouterr().err.strip())
