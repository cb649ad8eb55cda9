"""Imported once by the server from which parse children are forked: it has the readers and their data loaded.

A child forked from it reads its first page at once and shares what is loaded here; without it each child pays a second
of CPU and 80 MB of its own. What the children do stands in `parse_child`.
"""

from __future__ import annotations

import gc
import importlib
import os
from datetime import UTC, datetime

# numpy's linear algebra starts a thread a core when it is imported, each with its own share of address space: a process
# with threads must not fork, and on a large machine the threads alone would fill a child's address space.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

for _name in ("discovery", "feeds", "robots"):
    importlib.import_module(f"extractors.{_name}")

importlib.import_module("extractors.language").load_model()

# What a reader loads at its first document is loaded by one here.
importlib.import_module("extractors.articles").read_article(
    b"<title>A page</title><article><p>The council of the river town voted on Tuesday to repair the old bridge, which "
    b"had been closed since the spring.</p><p>Engineers expect the work to last until next summer.</p></article>",
    "https://outlet.example/news/1",
    None,
    None,
    datetime(2026, 1, 1, tzinfo=UTC),
)

importlib.import_module("news.imprints").imprint("A page", "The council voted to repair the bridge.", "en")

# The collector writes into every object it looks at; frozen, they stay on pages that all children share.
gc.collect()
gc.freeze()
