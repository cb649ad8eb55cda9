-- Sweep alone in the fleet, until the end of the transaction; who comes second goes away.
-- name: try_alone
SELECT pg_try_advisory_xact_lock(%(key)s) AS alone;

-- Wait for no lock longer: who empties a partition goes away and comes again.
-- name: hurry
SET LOCAL lock_timeout = '300ms';

-- Up to which group all are counted, and up to which there are any. Alone: no placement under way will bring an older one.
-- name: find_uncounted
SELECT sweep_progress.counted_to, (SELECT coalesce(max(id), 0) FROM copy_group) AS last_id
FROM sweep_progress;

-- Count the terms of groups.
-- name: count_terms
WITH counted AS (
    SELECT copy_group.id, story.language, copy_group.terms
    FROM copy_group
    JOIN story ON story.id = copy_group.story_id
    WHERE copy_group.id > %(after)s AND copy_group.id <= %(to)s
)
INSERT INTO term_count (language, term, n_groups)
SELECT counted.language, occurring.term, count(*)
FROM counted
CROSS JOIN LATERAL (SELECT 0 UNION ALL SELECT term FROM unnest(counted.terms) AS term) AS occurring (term)
WHERE cardinality(counted.terms) > 0
GROUP BY counted.language, occurring.term
ORDER BY counted.language, occurring.term
ON CONFLICT (language, term) DO UPDATE
SET n_groups = term_count.n_groups + excluded.n_groups;

-- Groups up to this one are counted.
-- name: note_counted
UPDATE sweep_progress
SET counted_to = %(to)s;

-- Languages of which so many groups were counted that what is counted today would hardly weigh any more.
-- name: find_full
SELECT language
FROM term_count
WHERE term = 0 AND n_groups > %(most)s;

-- Let what was counted weigh half of it; words that are met no more are forgotten.
-- name: halve_counts
WITH halved AS (
    UPDATE term_count
    SET n_groups = n_groups / 2
    WHERE language = %(language)s AND n_groups > 1
)
DELETE FROM term_count
WHERE language = %(language)s AND n_groups <= 1;

-- Close stories that have been silent; what they were about is not needed any more.
-- name: close_stories
WITH silent AS (
    SELECT id
    FROM story
    WHERE closed_at IS NULL AND last_at < %(before)s
    ORDER BY last_at
    LIMIT %(limit)s
    FOR NO KEY UPDATE
),
unfound AS (
    DELETE FROM story_term
    USING silent
    WHERE story_term.story_id = silent.id
),
emptied AS (
    UPDATE copy_group
    SET terms = '{}', weights = '{}'
    FROM silent
    WHERE copy_group.story_id = silent.id AND cardinality(copy_group.terms) > 0
)
UPDATE story
SET
    closed_at = %(now)s, terms = '{}', weights = '{}', keys = '{}', key_weights = '{}', needs_keys = FALSE
FROM silent
WHERE story.id = silent.id;

-- Open stories that have grown since the sweep saw them.
-- name: find_grown
SELECT id, language, first_at, last_at, n_groups, by_hand, terms, weights
FROM story
WHERE closed_at IS NULL AND n_groups > n_swept AND id > %(after)s
ORDER BY id
LIMIT %(limit)s;

-- The sweep has seen a story with so many groups.
-- name: note_swept
UPDATE story
SET n_swept = %(n_groups)s
WHERE id = %(story_id)s;

-- Stories that a person took apart from this one.
-- name: find_apart
SELECT CASE WHEN story_id = %(story_id)s THEN other_id ELSE story_id END AS id
FROM story_apart
WHERE %(story_id)s IN (story_id, other_id);

-- Pairs of groups to be looked at together, with their originals and stories.
-- name: find_kindred
SELECT
    one.id AS group_id, other.id AS other_id, one.original_id, other.original_id AS other_original_id, one.story_id,
    other.story_id AS other_story_id, one.by_hand OR other.by_hand AS by_hand
FROM kindred_group
JOIN copy_group one ON one.id = kindred_group.group_id
JOIN copy_group other ON other.id = kindred_group.other_id
ORDER BY kindred_group.group_id, kindred_group.other_id
LIMIT %(limit)s;

-- They have been looked at.
-- name: forget_kindred
DELETE FROM kindred_group
WHERE group_id = %(group_id)s AND other_id = %(other_id)s;

-- Stories with groups whose keys are not read yet: their originals, the newest first.
-- name: find_keyless
SELECT story.id AS story_id, story.language, copy_group.id AS group_id, article.title, left(article.text, 6000) AS text
FROM copy_group
JOIN story ON story.id = copy_group.story_id
JOIN article ON article.id = copy_group.original_id
WHERE copy_group.id > %(after)s AND copy_group.id <= %(to)s AND story.closed_at IS NULL
ORDER BY copy_group.id;

-- The keys of a story.
-- name: find_keys
SELECT id, language, last_at, keys, key_weights
FROM story
WHERE id = %(story_id)s AND closed_at IS NULL;

-- Write them.
-- name: set_keys
UPDATE story
SET keys = %(keys)s, key_weights = %(weights)s
WHERE id = %(story_id)s AND closed_at IS NULL;

-- Take an open story that was merged or split, beyond an id; it is locked until the end of the transaction.
-- name: take_changed
UPDATE story
SET needs_keys = FALSE
WHERE id = (
    SELECT id
    FROM story
    WHERE needs_keys AND closed_at IS NULL AND id > %(after)s
    ORDER BY id
    LIMIT 1
    FOR NO KEY UPDATE
)
RETURNING id;

-- Its groups whose keys were read before: their originals, the newest first.
-- name: find_originals
SELECT story.id AS story_id, story.language, copy_group.id AS group_id, article.title, left(article.text, 6000) AS text
FROM story
JOIN copy_group ON copy_group.story_id = story.id
JOIN article ON article.id = copy_group.original_id
WHERE story.id = %(story_id)s AND copy_group.id <= (SELECT counted_to FROM sweep_progress)
ORDER BY copy_group.id DESC
LIMIT %(most)s;

-- Open stories of the last days with their keys.
-- name: find_linkable
SELECT id, language, last_at, keys, key_weights
FROM story
WHERE closed_at IS NULL AND last_at >= %(since)s AND cardinality(keys) > 0 AND language <> ''
ORDER BY last_at DESC
LIMIT %(limit)s;

-- Open stories of the last days with what was told first of each: a model of meaning reads it.
-- name: find_told
SELECT
    story.id AS story_id,
    story.language,
    concat_ws(E'\n', article.title, left(article.text, %(n_chars)s)) AS text,
    story.last_at
FROM story
CROSS JOIN LATERAL (
    SELECT copy_group.original_id
    FROM copy_group
    WHERE copy_group.story_id = story.id
    ORDER BY copy_group.first_at, copy_group.id
    LIMIT 1
) first_group
JOIN article ON article.id = first_group.original_id
WHERE story.closed_at IS NULL AND story.last_at >= %(since)s AND story.language <> ''
ORDER BY story.last_at DESC
LIMIT %(limit)s;

-- Link stories; what is linked already is known better now.
-- name: link_stories
INSERT INTO story_link (story_id, other_id, score)
SELECT link.story_id, link.other_id, link.score
FROM unnest(%(story_ids)s::bigint[], %(other_ids)s::bigint[], %(scores)s::real[]) AS link (story_id, other_id, score)
ORDER BY link.story_id, link.other_id
ON CONFLICT (story_id, other_id) DO UPDATE
SET score = excluded.score
WHERE story_link.score <> excluded.score;

-- The sweep went round.
-- name: note_round
UPDATE sweep_progress
SET swept_at = %(now)s;

-- What is behind: articles to be placed, and when the sweep went round last.
-- name: find_unplaced
SELECT
    (SELECT count(*) FROM unplaced) AS n_waiting,
    CASE WHEN place_to > placed_to THEN place_to - placed_to ELSE 0 END AS n_late,
    swept_at
FROM sweep_progress;
