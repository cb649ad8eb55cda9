"""The place of an article: which text it copies, which story it tells. In the transaction that stores it.

What is a copy says `news.copies`, which story is told `news.stories`; who was first and who is waited for is the
business of `store.copies`. What one article alone cannot show, that two stories have grown together, is found later by
the sweep (`tidying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from news import copies as rules
from news.copies import Candidate, Relation, Verdict
from news.imprints import Imprint
from news.imprints import imprint as make_imprint
from news.model import Article
from news.placement import Placement
from news.repeats import line_hashes, without_lines
from news.sketches import Sketch, sketch
from news.tokens import MOST_CHARS
from scheduler.jobs import choosing
from scheduler.jobs.origins import named_origin, settle_origin
from store import articles, copies, placements, stories, succession
from store.copies import StoredCandidate
from store.rows import Connection

_LINES_KEPT, _SKETCHES_KEPT = 256, 128
"""Copies come together: what a candidate was read as is kept for the next. 120,000 characters each at most."""

_COPIES_COMPARED = 3
"""Of a group, with the new text of its original."""


async def place(
    conn: Connection,
    article_id: int,
    article: Article,
    *,
    source_id: int | None,
    fetched_at: datetime,
    imprint: Imprint | None = None,
    late: bool = False,
) -> Placement:
    """Say what an article is, and put it into its group of copies and its story.

    One that was placed before and has another text now is looked at again: it stays in its group and its story, unless
    its text is, or is no more, a copy of another.

    Args:
        conn: In the transaction that stores the article, after it is stored. Several articles in one transaction would
            wait for each other's: they are put off (`placements.put_off`) and placed one by one.
        article_id: Which one.
        article: As stored.
        source_id: Whose lines are counted.
        fetched_at: Aware UTC; when the article was first stored.
        imprint: Of the article, where it was made already.
        late: It is placed behind the others, as articles of the time before there was any placing.

    Returns:
        What it is. Whether that is news is for whoever watches.
    """
    imprint = imprint or make_imprint(article.title, article.text, article.language)
    lines = imprint.lines
    async with conn.pipeline():
        await copies.lock_shared(conn)
        is_placed = await copies.open_days(conn, article_id, fetched_at, late=late)
    before = await placements.find_placement(conn, article_id) if is_placed else None
    repeated = await copies.find_repeated(conn, ((line, source_id) for line in lines), fetched_at)
    furniture = frozenset(line for line, _ in repeated)
    text = article.text[:MOST_CHARS]
    if furniture:
        # What a source repeats tells no more of a story than of a copy.
        article = replace(article, text=without_lines(text, furniture))
        imprint = make_imprint(article.title, article.text, article.language)
    if before is not None and await placements.has_text(conn, article_id, copies.hash_of(imprint)):
        return before
    found = await copies.claim(conn, article_id, imprint, fetched_at, late=late)
    candidates = await _candidates(conn, found, fetched_at)
    sketched = _sketch(article.title, text, furniture)
    verdict = rules.compare(sketched, candidates, fetched_at) if candidates else Verdict(relation=Relation.ORIGINAL)
    if verdict.relation is Relation.REPRINT:
        await copies.take_text(conn, article_id, imprint, fetched_at)
    digests = {*verdict.digests, *(one.id for one in found if one.relation is Relation.DIGEST)}
    if digests and verdict.relation not in (Relation.DIGEST, Relation.EXACT):
        await copies.take_from(conn, article_id, imprint, sorted(digests), fetched_at)
        await copies.mark_digests(conn, sorted(digests))
    await _take_from_changed(conn, article_id, imprint, zip(found, candidates, strict=True), fetched_at)
    if before is None:
        await copies.count_lines(conn, lines, source_id, fetched_at)
    if before is not None:
        placed = await _place_again(conn, before, article, verdict, imprint, sketched, fetched_at)
    elif verdict.relation.joins:
        text_hash = copies.hash_of(imprint)
        joined = await placements.join_group(conn, article_id, verdict, text_hash=text_hash, at=fetched_at)
        placed = await settle_origin(conn, joined)
    else:
        # Until the transaction ends nobody else chooses a story in this language.
        story_id = await choosing.choose_story(conn, article.language or "", imprint, fetched_at)
        placed = await _begin_group(conn, article_id, article, verdict, imprint, fetched_at, story_id)
    if verdict.relation.joins:
        await _note_kindred(conn, placed.group_id, sketched, candidates, fetched_at)
    return placed


async def _note_kindred(
    conn: Connection, group_id: int, sketched: Sketch, candidates: Sequence[Candidate], at: datetime
) -> None:
    """Note the other groups of which an article is a copy, too: a text whose parts were told apart before it came."""
    others = {
        one.group_id
        for one in candidates
        if one.group_id != group_id and rules.compare(sketched, [one], at).relation.joins
    }
    if others:
        await placements.note_kindred(conn, group_id, others)


async def _take_from_changed(
    conn: Connection,
    article_id: int,
    imprint: Imprint,
    found: Iterable[tuple[StoredCandidate, Candidate]],
    at: datetime,
) -> None:
    """Take what was others' first, and stands in their texts no more: the next copies are not of those."""
    mine = set(imprint.fingerprints)
    for stored, candidate in found:
        theirs = candidate.sketch
        kept = mine.intersection(theirs.fingerprints)
        if len(kept) < stored.n_shared or (stored.has_text and theirs.text_hash != imprint.text_hash):
            await copies.take_from(conn, article_id, imprint, [stored.id], at, but=kept)


async def _place_again(
    conn: Connection,
    before: Placement,
    article: Article,
    verdict: Verdict,
    imprint: Imprint,
    sketched: Sketch,
    at: datetime,
) -> Placement:
    """Place an article whose text was replaced. Where nothing says otherwise it stays what it was."""
    await stories.lock_language_of(conn, before.story_id)
    is_original = before.original_id == before.article_id
    is_alone = is_original and await placements.is_alone(conn, before)
    is_free = not is_original or is_alone or not await _is_still_copied(conn, before, sketched, at)
    copies_others = verdict.relation.joins and verdict.group_id != before.group_id
    if copies_others and not is_free:
        assert verdict.group_id is not None, "a copy has a group to join"
        await placements.note_kindred(conn, before.group_id, [verdict.group_id])
    elif copies_others and (placed := await _change_group(conn, before, verdict, imprint, at)) is not None:
        return placed
    elif is_free and not is_alone and (copies_others or not verdict.relation.joins) and imprint.n_words:
        # It copies nothing any more, and tells the same story.
        await choosing.stay_in_story(conn, before, article.language or "", imprint.terms, at)
        await succession.leave_group(conn, before, before.story_id)
        alone = Verdict(relation=Relation.ORIGINAL) if verdict.relation.joins else verdict
        return await _begin_group(conn, before.article_id, article, alone, imprint, at, before.story_id)
    stays = is_original or verdict.group_id != before.group_id
    now = _as_it_was(before) if stays else verdict
    await placements.replace_text(conn, before, now, text_hash=copies.hash_of(imprint), terms=imprint.terms)
    placed = await placements.find_placement(conn, before.article_id)
    assert placed is not None, "it was placed before"
    return await settle_origin(conn, placed)


async def _is_still_copied(conn: Connection, before: Placement, sketched: Sketch, at: datetime) -> bool:
    """Return whether an original with another text is still what one of the first of its group is a copy of."""
    members = await placements.find_group(conn, before.group_id)
    others = [member for member in members if member.id != before.article_id][:_COPIES_COMPARED]
    for one in others:
        stored = (await articles.find_article(conn, one.id)).article
        known = Candidate(
            article_id=one.id,
            group_id=before.group_id,
            sketch=sketch(stored.title, stored.text[:MOST_CHARS]),
            fetched_at=one.fetched_at,
        )
        if rules.compare(sketched, [known], at).relation.joins:
            return True
    return False


async def _change_group(
    conn: Connection, before: Placement, verdict: Verdict, imprint: Imprint, at: datetime
) -> Placement | None:
    """Put a placed article into the group of the text that it turns out to copy; None where a person said otherwise."""
    assert verdict.of is not None, "a copy is of an article"
    target = await placements.find_placement(conn, verdict.of)
    assert target is not None, "a candidate is placed"
    if await succession.is_held(conn, before, target.story_id):
        return None
    await succession.leave_group(conn, before, target.story_id)
    placed = await placements.join_group(conn, before.article_id, verdict, text_hash=copies.hash_of(imprint), at=at)
    return await settle_origin(conn, placed)


async def _begin_group(
    conn: Connection,
    article_id: int,
    article: Article,
    verdict: Verdict,
    imprint: Imprint,
    at: datetime,
    story_id: int,
) -> Placement:
    return await placements.begin_group(
        conn,
        article_id,
        verdict,
        text_hash=copies.hash_of(imprint),
        at=at,
        story_id=story_id,
        terms=imprint.terms,
        named_origin=named_origin(article, at),
    )


def _as_it_was(before: Placement) -> Verdict:
    return Verdict(relation=before.relation, of=before.of_article_id, group_id=before.group_id, score=before.score)


async def _candidates(conn: Connection, found: Sequence[StoredCandidate], at: datetime) -> list[Candidate]:
    """Return the candidates prepared, without the lines that their sources repeat."""
    if not found:
        return []
    lines = {one.id: _lines(one.text) for one in found}
    repeated = await copies.find_repeated(conn, [(line, one.source_id) for one in found for line in lines[one.id]], at)
    by_source: Mapping[int | None, set[int]] = {one.source_id: set() for one in found}
    for line, source_id in repeated:
        by_source[source_id].add(line)
    return [
        Candidate(
            article_id=one.id,
            group_id=one.group_id,
            sketch=_sketch(one.title, one.text, frozenset(by_source[one.source_id].intersection(lines[one.id]))),
            fetched_at=one.fetched_at,
            is_digest=one.relation is Relation.DIGEST,
            n_excerpts=one.n_excerpts,
        )
        for one in found
    ]


@lru_cache(_LINES_KEPT)
def _lines(text: str) -> tuple[int, ...]:
    return line_hashes(text)


@lru_cache(_SKETCHES_KEPT)
def _sketch(title: str | None, text: str, repeated: frozenset[int]) -> Sketch:
    return sketch(title, without_lines(text, repeated))
