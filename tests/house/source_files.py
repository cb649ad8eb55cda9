"""The Python files of the project, parsed."""

import ast
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A Python file of the project. `name` is its path from the project's root, as `store/rows.py`."""

    name: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.name.partition("/")[0]


def read_sources(folders: list[str]) -> list[SourceFile]:
    """Read every Python file below the folders."""
    files = []
    for folder in folders:
        for path in sorted((PROJECT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = path.relative_to(PROJECT).as_posix()
            files.append(SourceFile(name=name, text=text, tree=ast.parse(text, name)))
    return files
