"""A server that outlives the process that started it, because another one still uses it."""

import subprocess
import sys

from store.embedded import EmbeddedPostgres
from store.seats import take

PROGRAM = """
import sys
from pathlib import Path
from store.embedded import EmbeddedPostgres
EmbeddedPostgres(Path(sys.argv[1])).start()
print("started", flush=True)
sys.stdin.readline()
"""


def test_who_started_it_leaves_it_to_the_others_without_a_word(tmp_path):
    command = [sys.executable, "-X", "dev", "-c", PROGRAM, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    ours = EmbeddedPostgres(tmp_path)
    try:
        with subprocess.Popen(command, text=True, **pipes) as starter:
            assert starter.stdout is not None
            assert starter.stdout.readline() == "started\n"
            with ours:
                said, complained = starter.communicate("\n", timeout=30)
                assert (starter.returncode, said, complained) == (0, "", "")
                assert ours.is_alive()
        assert not ours.is_alive()
    finally:
        ours.start()
        ours.release(discard=True)
        assert not take(tmp_path, ours.binaries.major).data.exists()
