"""A hundred stories made of posts, for a person to read, and the judgements of who read them.

    python -m bench.grouping_read [--data DIR]            # the stories, each with its judgement where there is one
    python -m bench.grouping_read --purity                # how many of them were judged to tell one event

Posts come in the order of their dates, which stand for when they were fetched. Of the stories that have two posts in
different words at least, a hundred are drawn by chance, always the same. Judgements stand in
`grouping_stories_read.txt`, one line a story: its first post's id, how many posts it had, `one` or `several` or
`unclear`, and what it is about; they hold as long as the story has that first post and that many posts.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from datetime import datetime
from hashlib import sha256
from itertools import combinations
from pathlib import Path

from bench.grouping_desk import Desk
from bench.grouping_rows import Row, read_rows
from bench.grouping_texts import data_folder
from news.repeats import REPEATED_AFTER, line_hashes, without_lines
from news.tokens import tokens

N_STORIES = 100
_JUDGED = Path(__file__).parent / "grouping_stories_read.txt"

_SAME_WORDS = 0.5
"""Jaccard of two posts' words: more are copies, of which nobody doubts that they tell one event."""

_LEAST_WORDS = 12
"""Of a post; less is a picture's caption."""

_SHOWN_POSTS, _SHOWN_CHARS = 6, 260


def read_stories(data: Path) -> list[list[Row]]:
    """Return all stories of the posts of a folder that have posts in different words, each in order of time."""
    rows = sorted(read_rows(data, "posts_ru.jsonl") or [], key=lambda row: (row["date"], row["id"]))
    desk = Desk()
    placed, seen = [], set()
    lines: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        words = tuple(tokens(row["text"]))
        if len(words) >= _LEAST_WORDS and words not in seen:
            seen.add(words)
            lines[row["source"]].update(found := line_hashes(row["text"]))
            repeated = {line for line in found if lines[row["source"]][line] > REPEATED_AFTER}
            desk.place(None, without_lines(row["text"], repeated), "ru", datetime.fromisoformat(row["date"]))
            placed.append(row)
    stories = defaultdict(list)
    for row, story in zip(placed, desk.stories(), strict=True):
        stories[story].append(row)
    return [posts for _, posts in sorted(stories.items()) if _differ(posts)]


def draw(stories: list[list[Row]]) -> list[list[Row]]:
    """Return the hundred that are read: mostly the same ones when a few stories change."""
    return sorted(stories, key=lambda posts: sha256(posts[0]["id"].encode()).digest())[:N_STORIES]


def read_judgements() -> dict[tuple[str, int], tuple[str, str]]:
    """Return what was judged, and what it is about, by the first post's id and the number of posts."""
    lines = [line.split(maxsplit=3) for line in _JUDGED.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    return {(first, int(n)): (judged, about) for first, n, judged, about in lines}


def purity(stories: list[list[Row]]) -> tuple[int, int]:
    """Return how many of the stories were judged to tell one event, and how many were judged."""
    judged = read_judgements()
    found = [judged[key][0] for posts in stories if (key := (posts[0]["id"], len(posts))) in judged]
    return found.count("one"), len(found)


def main() -> None:
    """Print the stories or their purity."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--purity", action="store_true", help="only how many tell one event")
    arguments = parser.parse_args()
    stories = draw(read_stories(arguments.data))
    if not arguments.purity:
        judged = read_judgements() if _JUDGED.is_file() else {}
        for posts in stories:
            print(f"== {posts[0]['id']} {len(posts)}", *judged.get((posts[0]["id"], len(posts)), ("unread",)))
            step = max(1, len(posts) // _SHOWN_POSTS)
            for post in posts[::step][:_SHOWN_POSTS]:
                print("  ", post["date"][:16], " ".join(post["text"].split())[:_SHOWN_CHARS])
    if _JUDGED.is_file():
        n_one, n_judged = purity(stories)
        print(f"{n_one} of {n_judged} judged stories tell one event; {len(stories)} drawn")


def _differ(posts: list[Row]) -> bool:
    words = [set(tokens(post["text"])) for post in posts[:20]]
    return any(len(one & other) < _SAME_WORDS * len(one | other) for one, other in combinations(words, 2))


if __name__ == "__main__":
    main()
