"""The pages say what is there: every command, option and setting is documented, and nothing that is not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import wirewatch
from cli.settings import KEYS

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text()
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text()
ROOMS = ("news", "alerts", "extractors", "store", "crawler", "scheduler")
LOOK_UPS = {"text", "number", "count", "flag", "items", "numbers", "networks"}


def leaves(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


LEAVES = dict(leaves(wirewatch, "wirewatch"))


def sections(page: str) -> dict[str, str]:
    """Headings of `wirewatch …` commands, with the text below each."""
    parts = re.split(r"^#+ `(wirewatch [^`]*)`$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("path", LEAVES)
def test_every_command_is_documented_with_all_its_options(path):
    section = sections(COMMANDS_PAGE).get(path)
    assert section is not None, f"docs/commands.md has no section `{path}`"
    for parameter in LEAVES[path].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert any(f"`{option}" in section for option in parameter.opts), parameter.opts


def test_no_command_is_documented_that_does_not_exist():
    assert set(sections(COMMANDS_PAGE)) == set(LEAVES)


def asked_for() -> dict[str, str]:
    """Every key that a room looks up in its settings, with the file that does."""
    keys: dict[str, str] = {}
    for file in [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in LOOK_UPS
                and ast.unparse(node.func.value).endswith("settings")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                keys[str(node.args[0].value)] = str(file.relative_to(ROOT))
    return keys


def test_the_known_settings_are_those_that_the_rooms_ask_for():
    assert asked_for().keys() == set(KEYS) - {"CONFIG"}


def test_every_setting_is_documented_and_no_other():
    assert set(re.findall(r"^\| `WIREWATCH_([A-Z_]+)`", SETTINGS_PAGE, re.MULTILINE)) == set(KEYS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_shown_on_a_page_exists(page):
    for block in re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(), re.DOTALL):
        for words in re.findall(r"(?:^|\s)(?:wirewatch|\./run|uv run wirewatch) ([a-z][a-z ]*)", block):
            names = words.split()
            if names[0] in {"test", "lint", "bench"}:
                continue
            path = f"wirewatch {names[0]}"
            assert any(leaf == path or leaf.startswith(f"{path} ") for leaf in LEAVES), words
            if path not in LEAVES and len(names) > 1:
                assert f"{path} {names[1]}" in LEAVES, words


def test_the_readme_names_the_two_commands():
    readme = (ROOT / "README.md").read_text()
    for command in ("uv run wirewatch demo", "uv run pytest", "./run demo", "./run test"):
        assert command in readme
