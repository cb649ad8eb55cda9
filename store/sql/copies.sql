-- Place beside others: merging and splitting waits until the transaction has ended, and is waited for.
-- name: lock_shared
SELECT pg_advisory_xact_lock_shared(%(key)s);

-- Be alone with all placements until the end of the transaction.
-- name: lock_alone
SELECT pg_advisory_xact_lock(%(key)s);

-- Whether an article is placed, and the partitions that do not hold the day or the week they are wanted for, nor a newer
-- one that may be true. It reads none of them: who empties one must not wait for somebody who waits for the same.
-- name: find_closed
SELECT
    EXISTS (SELECT FROM placement WHERE article_id = %(article_id)s) AS is_placed,
    ARRAY(
        SELECT wanted.slot
        FROM unnest(%(slots)s::smallint[], %(days)s::date[]) AS wanted (slot, day)
        JOIN fingerprint_day held ON held.slot = wanted.slot
        WHERE held.day IS NULL
            OR held.day < wanted.day
            OR held.day > greatest(wanted.day + 8, current_date + 2)
    ) AS closed_slots,
    EXISTS (
        SELECT
        FROM source_line_week
        WHERE slot = %(line_slot)s
            AND (week IS NULL OR week < %(week)s OR week > greatest(%(week)s + 21, current_date + 7))
    ) AS week_is_closed;

-- The lines that are repeated at their source.
-- name: find_repeated
SELECT wanted.line
FROM unnest(%(lines)s::bigint[]) AS wanted (line)
CROSS JOIN LATERAL (
    SELECT sum(counted.n_articles) AS n_articles
    FROM source_line counted
    WHERE counted.line = wanted.line
        AND counted.slot = ANY(ARRAY(SELECT slot FROM source_line_week WHERE week >= %(week)s - 14))
) seen
WHERE seen.n_articles > %(repeated_after)s;

-- Make a partition of fingerprints ready for a day.
-- name: open_fingerprints
SELECT open_fingerprints(%(slot)s::smallint, %(day)s);

-- Make a partition of lines ready for a week.
-- name: open_source_lines
SELECT open_source_lines(%(slot)s::smallint, %(week)s);

-- Count the lines of an article at its source.
-- name: count_lines
INSERT INTO source_line (line, slot, n_articles)
SELECT line, %(line_slot)s, 1
FROM unnest(%(lines)s::bigint[]) AS line
WHERE EXISTS (SELECT FROM source_line_week WHERE slot = %(line_slot)s AND week = %(week)s)
ORDER BY line
ON CONFLICT (line, slot) DO UPDATE
SET n_articles = least(source_line.n_articles + 1, 32000);

-- Take a text, unless somebody had it before; who takes it at this moment is waited for.
-- name: claim_text
INSERT INTO known_text (hash, article_id, at)
VALUES (%(text_hash)s, %(article_id)s, %(at)s)
ON CONFLICT DO NOTHING;

-- Take the fingerprints that nobody had on these days; who takes one at this moment is waited for.
-- name: claim_fingerprints
INSERT INTO fingerprint (fingerprint, owner, slot)
SELECT wanted.fingerprint, %(owner)s, held.slot
FROM fingerprint_day held
CROSS JOIN unnest(%(fingerprints)s::bigint[]) AS wanted (fingerprint)
WHERE held.slot = ANY(%(slots)s::smallint[]) AND held.day = ANY(%(days)s::date[])
ORDER BY held.slot, wanted.fingerprint
ON CONFLICT DO NOTHING;

-- The placed articles that had the text or some of the fingerprints first, those with most of them first. Each day's
-- owners count. Partition by partition, and run by run by the index: only so the others are not looked at.
-- name: find_candidates
WITH owned AS (
    SELECT found.owner, count(DISTINCT wanted.fingerprint) AS n
    FROM fingerprint_day held
    CROSS JOIN unnest(%(fingerprints)s::bigint[]) AS wanted (fingerprint)
    CROSS JOIN LATERAL (
        SELECT kept.owner
        FROM fingerprint kept
        WHERE kept.fingerprint = wanted.fingerprint AND kept.slot = held.slot
        LIMIT 1
    ) found
    WHERE held.day BETWEEN %(first_day)s AND %(last_day)s AND found.owner <> %(owner)s
    GROUP BY found.owner
    HAVING count(DISTINCT wanted.fingerprint) >= %(least)s
    ORDER BY n DESC, found.owner
    LIMIT %(most)s
),
candidate AS (
    -- The id nearest to this article's that ends in these bits.
    SELECT
        %(article_id)s + (owned.owner::bigint - %(owner)s + 2147483648 + 4294967296) %% 4294967296 - 2147483648 AS id,
        owned.n,
        FALSE AS has_text
    FROM owned
    UNION ALL
    SELECT known_text.article_id, 0, TRUE
    FROM known_text
    WHERE known_text.hash = %(text_hash)s AND known_text.article_id <> %(article_id)s
)
SELECT
    article.id, article.source_id, article.title, left(article.text, %(most_chars)s) AS text, article.fetched_at,
    placement.group_id, placement.relation, candidate.n AS n_shared, candidate.has_text,
    (
        SELECT count(*)
        FROM placement excerpt
        WHERE excerpt.of_article_id = article.id AND excerpt.relation = 'excerpt'
    ) AS n_excerpts
FROM (SELECT id, max(n) AS n, bool_or(has_text) AS has_text FROM candidate GROUP BY id) AS candidate
JOIN article ON article.id = candidate.id
JOIN placement ON placement.article_id = article.id
ORDER BY candidate.has_text DESC, candidate.n DESC, article.id;

-- A text that is told again after the copy window belongs to its last teller: whoever copies it now copies that one.
-- name: take_text
UPDATE known_text
SET article_id = %(article_id)s, at = %(at)s
WHERE hash = %(text_hash)s;

-- Articles that turn out to be digests, or have another text now, lose fingerprints to one whose text has them.
-- name: take_fingerprints
UPDATE fingerprint
SET owner = %(owner)s
WHERE fingerprint = ANY(%(fingerprints)s::bigint[])
    AND slot = ANY(%(slots)s::smallint[])
    AND owner = ANY(%(owners)s::integer[]);

-- The same for its whole text.
-- name: take_text_from
UPDATE known_text
SET article_id = %(article_id)s
WHERE hash = %(text_hash)s AND article_id = ANY(%(owner_ids)s::bigint[]);

-- Articles that turn out to be digests.
-- name: mark_digests
UPDATE placement
SET relation = 'digest', of_article_id = NULL
WHERE article_id = ANY(%(article_ids)s::bigint[])
    AND relation IN ('original', 'excerpt')
    AND NOT EXISTS (SELECT FROM placement other WHERE other.group_id = placement.group_id AND other.article_id <> placement.article_id);
