"""Things that are done in one place only: catching everything, reading the environment, asking the time, feedparser."""

import ast
from collections.abc import Iterator

from source_files import SourceFile

# Where everything may be caught, and why there.
BORDERS = {
    "scheduler/queue.py": "the job's border: a mistake of ours ends one visit, and the next goes on",
    "scheduler/deliveries.py": "the border of a channel's job: a mistake of ours ends one, and the others go on",
    "scheduler/clock.py": "the border of the clock's jobs: the database may be away for a while",
    "scheduler/parse_child.py": "what a reader raises goes back to the worker as text, and becomes an Unreadable",
    "extractors/syndication.py": "ten kinds of exception escape feedparser 6.0.14",
    "cli/main.py": "a person sees a line, not a traceback",
}
EVERYTHING = {"Exception", "BaseException"}

ENVIRONMENT = {"os.environ", "os.environb", "os.getenv"}

# Pure files of rooms that are not.
PURE = {
    *("scheduler/cadence.py", "alerts/pace.py", "alerts/retries.py", "alerts/templates.py", "alerts/wording.py"),
    "alerts/channels/mail_address.py",
}

CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"),
    *("time.monotonic", "time.perf_counter", "time.localtime", "time.gmtime", "time.sleep"),
}


def test_everything_is_caught_only_at_the_named_borders(rooms: list[SourceFile]) -> None:
    found = {(file.name, line) for file in rooms for line in _catch_alls(file.tree)}
    assert {place for place in found if place[0] not in BORDERS} == set()
    # A border that is gone leaves the list.
    present = {file.name for file in rooms}
    assert {border for border in BORDERS if border in present} == {name for name, _ in found}


def test_only_the_command_line_reads_the_environment(rooms: list[SourceFile]) -> None:
    found = {file.name for file in rooms if _reads_environment(file.tree)}
    assert {name for name in found if not name.startswith("cli/")} == set()
    assert found == {"cli/settings.py"}


def test_pure_code_never_asks_the_time(rooms: list[SourceFile]) -> None:
    pure = [file for file in rooms if file.room in {"news", "extractors"} or file.name in PURE]
    assert {file.name for file in pure} >= PURE
    assert len(pure) > 10
    asked = [
        f"{file.name}:{node.lineno}"
        for file in pure
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in CLOCKS
    ]
    assert asked == []


def test_feedparser_is_called_in_one_place(rooms: list[SourceFile]) -> None:
    knowing = {file.name for file in rooms if "feedparser" in set(_imported(file.tree))}
    assert knowing == {"extractors/syndication.py"}
    [file] = [file for file in rooms if file.name in knowing]
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call)]
    [parse] = [call for call in calls if ast.unparse(call.func).endswith("feedparser.parse")]
    # Bytes in a buffer: a body that reads like a path would open that file.
    assert "BytesIO" in ast.unparse(parse.args[0])
    assert ast.unparse(parse).count("sanitize_html=False") == 1


def test_only_the_store_and_the_scheduler_know_postgres(rooms: list[SourceFile]) -> None:
    knowing = {file.room for file in rooms if set(_imported(file.tree)) & {"psycopg", "psycopg_pool"}}
    assert "store" in knowing
    # The scheduler hands Procrastinate its connections.
    assert knowing <= {"store", "scheduler"}


def _catch_alls(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = {ast.unparse(kind) for kind in _kinds(node.type)} if node.type else EVERYTHING
            hands_on = any(isinstance(step, ast.Raise) and step.exc is None for step in node.body)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            caught = {ast.unparse(argument) for argument in node.args}
            hands_on = False
        else:
            continue
        if caught & EVERYTHING and not hands_on:
            yield node.lineno


def _kinds(type_: ast.expr) -> list[ast.expr]:
    return type_.elts if isinstance(type_, ast.Tuple) else [type_]


def _reads_environment(tree: ast.Module) -> bool:
    nodes = list(ast.walk(tree))
    # Emptying it or writing to it, as parse children do, is no reading; nor is handing all of it on to a program.
    unread = {id(node.value) for node in nodes if isinstance(node, ast.Attribute) and node.attr == "clear"}
    unread |= {id(node.value) for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)}
    unread |= {
        id(value)
        for node in nodes
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if not key
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and id(node) not in unread and ast.unparse(node) in ENVIRONMENT:
            return True
        if isinstance(node, ast.ImportFrom) and {f"{node.module}.{alias.name}" for alias in node.names} & ENVIRONMENT:
            return True
    return False


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
