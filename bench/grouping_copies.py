"""How well copies are found, in a stream with known truth and in natural texts; ours and its peers.

`Placed` does in memory what `store` does in Postgres: every fingerprint belongs to the first article that has it. The
table and the command are `grouping`'s.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bench.grouping_streams import Told
from news.copies import COPY_WINDOW, MOST_CANDIDATES, Candidate, Relation, Sketch, Verdict, compare, sketch
from news.repeats import REPEATED_AFTER, line_hashes, without_lines

_FEW_FINGERPRINTS = 12
"""A text of so few may have only one in common with its copy."""

Grouping = Callable[[Sequence[Told]], list[Hashable]]
"""The group of each article of a stream, in its order."""


class Placed:
    """Articles as they come, each placed among those before."""

    def __init__(self) -> None:
        self.candidates: list[Candidate] = []
        self.verdicts: list[Verdict] = []
        self._owners: dict[int, int] = {}
        self._texts: dict[bytes, int] = {}
        self._lines: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def place(self, source: str, title: str | None, text: str, fetched_at: datetime) -> Verdict:
        """Place an article and return what it is."""
        own = sketch(title, self._without_repeats(source, text))
        found = self._find(own, fetched_at)
        verdict = compare(own, found, fetched_at)
        self._keep(own, verdict, fetched_at)
        return verdict

    def groups(self) -> list[Hashable]:
        """Return the group of each article, in the order of their coming."""
        return [candidate.group_id for candidate in self.candidates]

    def _without_repeats(self, source: str, text: str) -> str:
        seen = self._lines[source]
        lines = line_hashes(text)
        repeated = {line for line in lines if seen[line] >= REPEATED_AFTER}
        seen.update(lines)
        return without_lines(text, repeated)

    def _find(self, own: Sketch, fetched_at: datetime) -> list[Candidate]:
        twin = self._texts.get(own.text_hash) if own.text_hash else None
        if twin is not None:
            return [self.candidates[twin]]
        owners = Counter(self._owners[f] for f in own.fingerprints if f in self._owners)
        least = 2 if len(own.fingerprints) > _FEW_FINGERPRINTS else 1
        found = [self.candidates[owner] for owner, n in owners.most_common() if n >= least]
        return [c for c in found if fetched_at - c.fetched_at <= COPY_WINDOW][:MOST_CANDIDATES]

    def _keep(self, own: Sketch, verdict: Verdict, fetched_at: datetime) -> None:
        number = len(self.candidates)
        for digest in verdict.digests:
            self.candidates[digest] = replace(self.candidates[digest], is_digest=True)
        if verdict.relation is Relation.EXCERPT and verdict.of is not None:
            of = self.candidates[verdict.of]
            self.candidates[verdict.of] = replace(of, n_excerpts=of.n_excerpts + 1)
        for f in own.fingerprints:
            owner = self.candidates[self._owners[f]] if f in self._owners else None
            # Who owned it is out of the window, or a digest, whose words are others'.
            if owner is None or owner.is_digest or fetched_at - owner.fetched_at > COPY_WINDOW:
                self._owners[f] = number
        if own.text_hash and verdict.relation is not Relation.EXACT:
            self._texts[own.text_hash] = number
        self.verdicts.append(verdict)
        self.candidates.append(
            Candidate(
                article_id=number,
                group_id=number if verdict.group_id is None else verdict.group_id,
                sketch=own,
                fetched_at=fetched_at,
                is_digest=verdict.relation is Relation.DIGEST,
            )
        )


def ours(stream: Sequence[Told]) -> list[Hashable]:
    """Group a stream as we do."""
    placed = Placed()
    for told in stream:
        placed.place(told.source, told.title, told.text, told.fetched_at)
    return placed.groups()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """How many of those that are alone were put together with others."""

    templates: int
    digests: int


def merged(stream: Sequence[Told], groups: Sequence[Hashable]) -> Merged:
    """Return how many templates and digests share a group with anything."""
    sizes = Counter(groups)
    wrong = Counter(told.edit for told, group in zip(stream, groups, strict=True) if sizes[group] > 1)
    return Merged(templates=wrong["template"], digests=wrong["digest"])


def recall_by_edit(stream: Sequence[Told], groups: Sequence[Hashable]) -> dict[str, float]:
    """Return for each kind of editing how many share a group with an article of their text that came before."""
    before: defaultdict[str, set[Hashable]] = defaultdict(set)
    found, n = Counter[str](), Counter[str]()
    for told, group in zip(stream, groups, strict=True):
        if told.group in before:
            n[told.edit] += 1
            found[told.edit] += group in before[told.group]
        before[told.group].add(group)
    return {edit: found[edit] / n[edit] for edit in sorted(n)}
