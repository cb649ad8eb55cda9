"""The parse children take no code from the folder in which a person happens to stand."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, os
from scheduler.config import SchedulerConfig
from scheduler.parsing import ParsePool

async def main():
    async with ParsePool(SchedulerConfig(n_parse_children=1)) as pool:
        print(await pool.run(os.getcwd))

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_module_in_the_current_folder_is_not_taken_for_ours(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    for name in ("extractors", "news", "scheduler", "html"):
        (folder / f"{name}.py").write_text(f"open('ran_{name}', 'w').close()\nraise ImportError('not ours')\n")
    script = tmp_path / "wirewatch"  # as an installed command: its own folder is on the path, not the current one
    script.write_text(PROGRAM)
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=folder, timeout=120)
    assert (told.returncode, told.stdout.strip()) == (0, str(folder)), told.stderr
    assert list(folder.glob("ran_*")) == []
