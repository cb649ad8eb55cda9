-- Choose stories of a language alone until the end of the transaction.
-- name: lock_language
SELECT pg_advisory_xact_lock(%(key)s::integer, hashtext(%(language)s));

-- In how many groups of a language terms occur; term 0 stands for all groups.
-- name: find_counts
SELECT counted.term, counted.n_groups
FROM unnest(%(terms)s::bigint[]) AS wanted (term)
CROSS JOIN LATERAL (
    SELECT term_count.term, term_count.n_groups
    FROM term_count
    WHERE term_count.language = %(language)s AND term_count.term = wanted.term
    LIMIT 1
) counted;

-- The open stories that have most in common with a few heavy terms. A term that is in a hundred open stories tells
-- little: of these the newest.
-- name: find_open
WITH best AS (
    SELECT found.story_id, sum(probe.weight * found.weight) AS score
    FROM unnest(%(terms)s::bigint[], %(weights)s::real[]) AS probe (term, weight)
    CROSS JOIN LATERAL (
        SELECT story_term.story_id, story_term.weight
        FROM story_term
        WHERE story_term.language = %(language)s AND story_term.term = probe.term
        ORDER BY story_term.story_id DESC
        LIMIT 100
    ) found
    GROUP BY found.story_id
    HAVING count(*) >= %(least_terms)s
    ORDER BY score DESC, found.story_id
    LIMIT %(most)s
)
SELECT story.id, story.language, story.first_at, story.last_at, story.n_groups, story.by_hand, story.terms, story.weights
FROM best
JOIN story ON story.id = best.story_id
WHERE story.closed_at IS NULL
ORDER BY best.score DESC, story.id;

-- Open stories by their ids.
-- name: find_stories
SELECT id, language, first_at, last_at, n_groups, by_hand, terms, weights
FROM story
WHERE id = ANY(%(story_ids)s::bigint[]) AND closed_at IS NULL
ORDER BY id;

-- Begin a story that is found by some of its terms.
-- name: add_story
WITH begun AS (
    INSERT INTO story (language, first_at, last_at, n_groups, terms, weights)
    VALUES (%(language)s, %(at)s, %(at)s, 1, %(terms)s::bigint[], %(weights)s::real[])
    RETURNING id, language
),
found AS (
    INSERT INTO story_term (language, term, story_id, weight)
    SELECT begun.language, heavy.term, begun.id, heavy.weight
    FROM begun
    CROSS JOIN unnest(%(sign)s::bigint[], %(sign_weights)s::real[]) AS heavy (term, weight)
)
SELECT id
FROM begun;

-- A story has a group more.
-- name: grow_story
UPDATE story
SET
    first_at = least(first_at, %(at)s::timestamptz), last_at = greatest(last_at, %(at)s::timestamptz),
    n_groups = n_groups + 1, terms = %(terms)s::bigint[], weights = %(weights)s::real[]
WHERE id = %(story_id)s;

-- What an open story is about.
-- name: set_centroid
UPDATE story
SET terms = %(terms)s::bigint[], weights = %(weights)s::real[]
WHERE id = %(story_id)s AND closed_at IS NULL;

-- The terms that it is found by.
-- name: add_terms
WITH gone AS (
    DELETE FROM story_term
    WHERE language = %(language)s
        AND story_id = %(story_id)s
        AND term <> ALL(%(sign)s::bigint[])
)
INSERT INTO story_term (language, term, story_id, weight)
SELECT %(language)s, heavy.term, %(story_id)s, heavy.weight
FROM unnest(%(sign)s::bigint[], %(sign_weights)s::real[]) AS heavy (term, weight)
WHERE EXISTS (SELECT FROM story WHERE id = %(story_id)s AND closed_at IS NULL)
ON CONFLICT (language, term, story_id) DO UPDATE
SET weight = excluded.weight
WHERE story_term.weight <> excluded.weight;

-- A story, or the one it was merged into; locked until the end of the transaction.
-- name: lock_story
SELECT story.id, story.language, story.first_at, story.closed_at, story.by_hand
FROM story
WHERE story.id = (SELECT coalesce(asked.merged_into, asked.id) FROM story asked WHERE asked.id = %(story_id)s)
FOR NO KEY UPDATE;

-- Whether a person took two stories apart.
-- name: are_apart
SELECT EXISTS (
    SELECT
    FROM story_apart
    WHERE story_id = least(%(one_id)s::bigint, %(other_id)s::bigint)
        AND other_id = greatest(%(one_id)s::bigint, %(other_id)s::bigint)
) AS are_apart;

-- The groups of a story that is to be merged belong to the one that takes them.
-- name: move_groups
UPDATE copy_group
SET story_id = %(into_id)s, by_hand = by_hand OR %(by_hand)s
WHERE story_id = %(gone_id)s;

-- A story takes the moments and the number of groups of one that is merged into it. It is open where one of them was.
-- name: take_story
UPDATE story
SET
    first_at = least(story.first_at, gone.first_at),
    last_at = greatest(story.last_at, gone.last_at),
    n_groups = story.n_groups + gone.n_groups,
    by_hand = story.by_hand OR gone.by_hand OR %(by_hand)s,
    closed_at = CASE WHEN gone.closed_at IS NOT NULL THEN story.closed_at END,
    split_from = nullif(story.split_from, gone.id),
    needs_keys = TRUE
FROM story gone
WHERE story.id = %(into_id)s AND gone.id = %(gone_id)s;

-- A story that was merged points to the one that took it, as do those that were merged into it before.
-- name: end_merged
UPDATE story
SET
    merged_into = %(into_id)s, closed_at = coalesce(closed_at, now()), n_groups = 0,
    terms = '{}', weights = '{}', keys = '{}', key_weights = '{}', needs_keys = FALSE
WHERE id = %(gone_id)s OR merged_into = %(gone_id)s;

-- It is found no more.
-- name: forget_terms
DELETE FROM story_term
WHERE story_id = %(gone_id)s;

-- What a person took apart from it stays apart from the one that took it.
-- name: move_apart
WITH gone AS (
    DELETE FROM story_apart
    WHERE %(gone_id)s IN (story_id, other_id)
    RETURNING CASE WHEN story_id = %(gone_id)s THEN other_id ELSE story_id END AS other_id
)
INSERT INTO story_apart (story_id, other_id)
SELECT least(gone.other_id, %(into_id)s::bigint), greatest(gone.other_id, %(into_id)s::bigint)
FROM gone
WHERE gone.other_id <> %(into_id)s
ON CONFLICT DO NOTHING;

-- Links to it lead to the one that took it.
-- name: move_links
WITH gone AS (
    DELETE FROM story_link
    WHERE %(gone_id)s IN (story_id, other_id)
    RETURNING CASE WHEN story_id = %(gone_id)s THEN other_id ELSE story_id END AS other_id, score, linked_at
)
INSERT INTO story_link (story_id, other_id, score, linked_at)
SELECT least(gone.other_id, %(into_id)s::bigint), greatest(gone.other_id, %(into_id)s::bigint), gone.score, gone.linked_at
FROM gone
WHERE gone.other_id <> %(into_id)s
ON CONFLICT (story_id, other_id) DO UPDATE
SET score = greatest(story_link.score, excluded.score);

-- Tell whoever keeps something by story that one was merged.
-- name: tell_merged
SELECT story_was_merged(%(gone_id)s, %(into_id)s);

-- Tell them that one was split.
-- name: tell_split
SELECT story_was_split(%(story_id)s, %(new_id)s);

-- A story that lost a group; how many it has left.
-- name: count_group_out
UPDATE story
SET n_groups = n_groups - 1
WHERE id = %(story_id)s
RETURNING n_groups;

-- A closed story that has a group more.
-- name: count_group_in
UPDATE story
SET n_groups = n_groups + 1
WHERE id = %(story_id)s;

-- The groups of articles that belong to a story.
-- name: find_groups_of
SELECT placement.article_id, placement.group_id
FROM placement
JOIN copy_group ON copy_group.id = placement.group_id
WHERE placement.article_id = ANY(%(article_ids)s::bigint[]) AND copy_group.story_id = %(story_id)s;

-- A story of groups that are taken out of another; a closed story's parts are closed.
-- name: add_split
INSERT INTO story (language, first_at, last_at, n_groups, closed_at, split_from, by_hand, needs_keys)
SELECT
    old.language, min(part.first_at), max(part.last_at), count(*), old.closed_at, old.id, %(by_hand)s,
    old.closed_at IS NULL
FROM story old
JOIN copy_group part ON part.story_id = old.id AND part.id = ANY(%(group_ids)s::bigint[])
WHERE old.id = %(story_id)s
GROUP BY old.id
RETURNING id;

-- They belong to it from now on.
-- name: take_groups
UPDATE copy_group
SET story_id = %(new_id)s, by_hand = by_hand OR %(by_hand)s
WHERE id = ANY(%(group_ids)s::bigint[]) AND story_id = %(story_id)s;

-- What remains of the other.
-- name: shrink_story
UPDATE story
SET
    n_groups = rest.n_groups, first_at = rest.first_at, last_at = rest.last_at,
    by_hand = story.by_hand OR %(by_hand)s, needs_keys = TRUE
FROM (
    SELECT count(*) AS n_groups, min(first_at) AS first_at, max(last_at) AS last_at
    FROM copy_group
    WHERE story_id = %(story_id)s
) rest
WHERE story.id = %(story_id)s;

-- A person took them apart.
-- name: keep_apart
INSERT INTO story_apart (story_id, other_id)
VALUES (least(%(one_id)s::bigint, %(other_id)s::bigint), greatest(%(one_id)s::bigint, %(other_id)s::bigint))
ON CONFLICT DO NOTHING;

-- A person joined them: they are not apart.
-- name: forget_apart
DELETE FROM story_apart
WHERE story_id = least(%(one_id)s::bigint, %(other_id)s::bigint)
    AND other_id = greatest(%(one_id)s::bigint, %(other_id)s::bigint);

-- What the groups of a story are about, the newest first.
-- name: find_group_terms
SELECT copy_group.id, copy_group.terms, copy_group.weights, copy_group.by_hand, copy_group.first_at, copy_group.last_at
FROM copy_group
WHERE copy_group.story_id = %(story_id)s AND cardinality(copy_group.terms) > 0
ORDER BY copy_group.id DESC
LIMIT %(most)s;

-- How many groups a story has besides some.
-- name: count_rest
SELECT count(*) AS n_groups
FROM copy_group
WHERE story_id = %(story_id)s AND id <> ALL(%(group_ids)s::bigint[]);

-- Choose stories of a story's language alone.
-- name: lock_language_of
SELECT pg_advisory_xact_lock(%(key)s::integer, hashtext(story.language))
FROM story
WHERE story.id = %(story_id)s;
