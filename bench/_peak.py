"""A process that reads a sample of the labelled pages with one reader and prints what memory it needed at most, in MB.

It imports nothing but that reader and the scoring tool, so that none pays for another. `none` only opens the files.
"""

from __future__ import annotations

import argparse
import logging
import re
import warnings
from pathlib import Path

from bench.labelled import SETS, read_labelled, refuse_connections, sample, score

_PAGES = 8
"""Of each set and language. The peak comes from the largest pages; of these some are there."""


def main() -> None:
    """Read the pages, print the number."""
    parser = argparse.ArgumentParser(description="Peak memory of a process that reads with one reader.")
    parser.add_argument("extractor")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", nargs="+", choices=SETS, required=True)
    chosen = parser.parse_args()
    refuse_connections()
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore")
    for page in sample(read_labelled(chosen.data, chosen.set), _PAGES):
        if chosen.extractor == "none":
            page.read()
        else:
            score(page, chosen.extractor, chosen.data)
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    print(int(found[1]) / 1024)


if __name__ == "__main__":
    main()
