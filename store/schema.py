"""`migrations/schema.sql`: the sum of all migrations, to be read at once. A test proves that it is.

    python -m store.schema

writes it anew after a migration was added.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from store import migrations
from store.binaries import bundled_binaries
from store.embedded import EmbeddedPostgres

FILE = migrations.FOLDER / "schema.sql"

_HEAD = "-- The sum of all migrations. Written by `python -m store.schema`; do not edit.\n"
# Settings of the dump's own session, its version, its comments and its key against injected psql commands.
_NOISE = re.compile(r"^(--|SET |SELECT pg_catalog\.set_config|\\(un)?restrict )")


def read_schema(url: str) -> str:
    """Return the schema `public` of a database on the embedded server, as pg_dump writes it, without what may vary."""
    arguments = ["--schema-only", "--no-owner", "--no-privileges", "--schema=public", f"--dbname={url}"]
    program = bundled_binaries().folder / "pg_dump"
    text = subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout
    kept = [line for line in text.splitlines() if not _NOISE.match(line) and line != "CREATE SCHEMA public;"]
    return _HEAD + re.sub(r"\n{2,}", "\n\n", "\n" + "\n".join(kept).strip() + "\n")


def main() -> None:
    """Write `migrations/schema.sql`."""
    with tempfile.TemporaryDirectory(prefix="wirewatch-schema-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "home")
        postgres.start()
        try:
            migrations.migrate(postgres.url)
            FILE.write_text(read_schema(postgres.url), encoding="utf-8")
        finally:
            postgres.release(discard=True)
    sys.stderr.write(f"written: {FILE}\n")


if __name__ == "__main__":
    main()
