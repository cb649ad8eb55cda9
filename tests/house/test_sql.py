"""What SQL looks like, in the store's queries and in the migrations."""

import ast
import re
from pathlib import Path

import pytest
from source_files import SourceFile

# Every text search function takes the configuration first: the server's default is nobody's language.
SEARCH_CALL = re.compile(r"\b(to_tsvector|\w*to_tsquery|ts_headline)\s*\(")
OF_OTHERS = "procrastinate"


@pytest.fixture(scope="module")
def queries(project: Path) -> dict[str, str]:
    """The store's files of named queries."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (project / "store" / "sql").glob("*.sql")}
    assert len(found) > 3
    return found


@pytest.fixture(scope="module")
def migrations(project: Path) -> dict[str, str]:
    """Our own migrations: the queue's are Procrastinate's words."""
    found = {path.name: path.read_text(encoding="utf-8") for path in (project / "migrations").glob("[0-9]*.sql")}
    ours = {name: text for name, text in found.items() if OF_OTHERS not in text}
    assert "0001_house.sql" in ours
    return ours


def test_every_query_has_a_name_and_a_sentence_above_it(queries: dict[str, str]) -> None:
    silent = []
    for file, text in queries.items():
        lines = text.splitlines()
        names = [n for n, line in enumerate(lines) if re.fullmatch(r"-- name: \w+", line)]
        assert names, file
        for n in names:
            above, below = lines[n - 1] if n else "", lines[n + 1]
            if not any(re.match(r"-- (?!name:)\w", line) for line in (above, below)):
                silent.append(f"{file}: {lines[n]}")
    assert silent == []


def test_every_file_of_queries_has_a_module_of_its_noun(queries: dict[str, str], project: Path) -> None:
    modules = {path.stem for path in (project / "store").glob("*.py")}
    assert {Path(name).stem for name in queries} <= modules


def test_text_search_names_its_configuration(queries: dict[str, str], migrations: dict[str, str]) -> None:
    texts = {name: _without_comments(text) for name, text in {**queries, **migrations}.items()}
    calls = [
        (name, call[1], _count_arguments(text, call.end()))
        for name, text in texts.items()
        for call in SEARCH_CALL.finditer(text)
    ]
    assert len(calls) >= 3
    assert [call for call in calls if call[2] < (3 if call[1] == "ts_headline" else 2)] == []


def test_pages_are_turned_by_key(queries: dict[str, str]) -> None:
    assert [name for name, text in queries.items() if re.search(r"\bOFFSET\b", _without_comments(text), re.I)] == []


def test_columns_are_spelled_out(queries: dict[str, str]) -> None:
    assert [name for name, text in queries.items() if re.search(r"SELECT\s+(\w+\.)?\*", _without_comments(text))] == []


def test_no_query_is_glued_together_in_python(rooms: list[SourceFile]) -> None:
    calls = [
        (f"{file.name}:{node.lineno}", node.args[0])
        for file in rooms
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"execute", "executemany", "copy", "stream"}
        and node.args
    ]
    assert len(calls) > 10
    assert [place for place, query in calls if _is_glued(query)] == []


def test_every_table_has_a_primary_key(migrations: dict[str, str]) -> None:
    tables = re.findall(r"^CREATE TABLE (\w+) \((.*?)^\);", "\n".join(migrations.values()), re.M | re.S)
    assert len(tables) > 5
    assert [name for name, body in tables if "PRIMARY KEY" not in body] == []
    ids = [(name, line.strip()) for name, body in tables for line in body.splitlines() if re.match(r"\s+id ", line)]
    assert [one for one in ids if not one[1].startswith("id bigint GENERATED ALWAYS AS IDENTITY")] == []


def test_columns_have_the_types_of_the_house(migrations: dict[str, str]) -> None:
    text = re.sub(r"'[^']*'", "''", _without_comments("\n".join(migrations.values())))
    assert re.findall(r"\b(varchar|char|serial|bigserial|timestamp|json|money)\b(?! with)", text, re.I) == []


def test_every_index_names_what_it_serves(migrations: dict[str, str]) -> None:
    n_indexes = 0
    for name, text in migrations.items():
        lines = text.splitlines()
        for n, line in enumerate(lines):
            if re.match(r"CREATE (UNIQUE )?INDEX", line):
                n_indexes += 1
                assert lines[n - 1].startswith("-- "), f"{name}:{n + 1} {line}"
    assert n_indexes > 5


def test_migrations_are_numbered_without_a_gap(project: Path) -> None:
    numbers = sorted(path.name[:4] for path in (project / "migrations").glob("*.sql") if path.name != "schema.sql")
    assert numbers == [f"{n:04}" for n in range(1, len(numbers) + 1)]


def _without_comments(sql: str) -> str:
    return re.sub(r"--.*", "", sql)


def _count_arguments(sql: str, start: int) -> int:
    depth, n_commas = 1, 0
    for sign in sql[start:]:
        depth += (sign == "(") - (sign == ")")
        n_commas += sign == "," and depth == 1
        if depth == 0:
            break
    return n_commas + 1


def _is_glued(query: ast.expr) -> bool:
    if isinstance(query, ast.Call) and isinstance(query.func, ast.Attribute):
        # psycopg.sql quotes what it puts in; str.format does not.
        return query.func.attr == "format" and isinstance(query.func.value, ast.Constant)
    return isinstance(query, ast.JoinedStr | ast.BinOp)
