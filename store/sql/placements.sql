-- What an article is; nothing where it is not placed.
-- name: find_placement
SELECT article_id, group_id, original_id, relation, of_article_id, score, story_id
FROM article_story
WHERE article_id = %(article_id)s;

-- The text that an article was placed with.
-- name: find_text_hash
SELECT text_hash
FROM placement
WHERE article_id = %(article_id)s;

-- Put an article into the group of the text it copies. The story lives on with it; its row is left alone where it was
-- told of lately: many copies come at one time.
-- name: join_group
WITH joined AS (
    UPDATE copy_group
    SET
        n_articles = n_articles + 1, first_at = least(first_at, %(at)s::timestamptz),
        last_at = greatest(last_at, %(at)s::timestamptz)
    WHERE id = %(group_id)s
    RETURNING id, story_id, original_id
),
placed AS (
    INSERT INTO placement (article_id, group_id, relation, of_article_id, score, text_hash)
    SELECT %(article_id)s, joined.id, %(relation)s, %(of_article_id)s, %(score)s, %(text_hash)s
    FROM joined
),
told AS (
    UPDATE story
    SET first_at = least(first_at, %(at)s::timestamptz), last_at = greatest(last_at, %(at)s::timestamptz)
    FROM joined
    WHERE story.id = joined.story_id
        AND NOT (%(at)s::timestamptz BETWEEN story.first_at AND story.last_at + interval '10 minutes')
)
SELECT joined.story_id, joined.original_id
FROM joined;

-- Begin a group with an article.
-- name: add_group
WITH begun AS (
    INSERT INTO copy_group (story_id, original_id, n_articles, first_at, last_at, named_origin, terms, weights)
    VALUES (%(story_id)s, %(article_id)s, 1, %(at)s, %(at)s, %(named_origin)s, %(terms)s::bigint[], %(weights)s::real[])
    RETURNING id
)
INSERT INTO placement (article_id, group_id, relation, of_article_id, score, text_hash)
SELECT %(article_id)s, begun.id, %(relation)s, %(of_article_id)s, %(score)s, %(text_hash)s
FROM begun
RETURNING group_id;

-- A placed article has another text: who had the same words has not any more.
-- name: replace_text
WITH changed AS (
    UPDATE placement
    SET relation = 'near'
    WHERE of_article_id = %(article_id)s
        AND relation = 'exact'
        AND text_hash IS DISTINCT FROM %(text_hash)s::uuid
)
UPDATE placement
SET relation = %(relation)s, of_article_id = %(of_article_id)s, score = %(score)s, text_hash = %(text_hash)s
WHERE article_id = %(article_id)s;

-- What a group is about, by the text that its original has now.
-- name: replace_terms
UPDATE copy_group
SET terms = %(terms)s::bigint[], weights = %(weights)s::real[]
WHERE id = %(group_id)s AND original_id = %(article_id)s AND cardinality(terms) > 0;

-- Move all articles of one group to another of the same story; its original is a copy now.
-- name: merge_group
WITH merged AS (
    UPDATE copy_group
    SET
        n_articles = copy_group.n_articles + gone.n_articles,
        first_at = least(copy_group.first_at, gone.first_at),
        last_at = greatest(copy_group.last_at, gone.last_at),
        named_origin = coalesce(copy_group.named_origin, gone.named_origin)
    FROM copy_group gone
    WHERE copy_group.id = %(into_id)s AND gone.id = %(gone_id)s AND gone.story_id = copy_group.story_id
    RETURNING gone.original_id
)
UPDATE placement
SET
    group_id = %(into_id)s,
    relation = CASE WHEN placement.article_id = merged.original_id THEN %(relation)s ELSE placement.relation END,
    of_article_id =
        CASE WHEN placement.article_id = merged.original_id THEN %(of_article_id)s ELSE placement.of_article_id END,
    score = CASE WHEN placement.article_id = merged.original_id THEN %(score)s ELSE placement.score END
FROM merged
WHERE placement.group_id = %(gone_id)s
RETURNING placement.article_id;

-- A group that nothing belongs to any more.
-- name: delete_group
DELETE FROM copy_group
WHERE id = %(group_id)s
RETURNING story_id;

-- Lock groups in the order of their ids.
-- name: lock_groups
SELECT id
FROM copy_group
WHERE id = ANY(%(group_ids)s::bigint[])
ORDER BY id
FOR NO KEY UPDATE;

-- The members of a group, for the question who was first.
-- name: find_group
SELECT
    article.id, article.url, article.site_name, source.name AS source, article.published_at,
    article.published_precision, article.fetched_at, article.attributions, placement.relation,
    placement.of_article_id, placement.score
FROM placement
JOIN article ON article.id = placement.article_id
LEFT JOIN source ON source.id = article.source_id
WHERE placement.group_id = %(group_id)s
ORDER BY article.fetched_at, article.id
LIMIT %(most)s;

-- Another article is the original of a group: what copied it is a copy of it, and it is none.
-- name: set_original
WITH changed AS (
    UPDATE copy_group
    SET original_id = %(article_id)s, named_origin = %(named_origin)s
    WHERE id = %(group_id)s
)
UPDATE placement
SET
    relation = CASE
        WHEN placement.article_id = %(article_id)s THEN 'original'
        WHEN risen.relation = 'truncated' THEN 'expanded'
        WHEN risen.relation = 'expanded' THEN 'truncated'
        WHEN risen.relation IN ('exact', 'near') THEN risen.relation
        ELSE 'near'
    END,
    of_article_id = CASE WHEN placement.article_id <> %(article_id)s THEN %(article_id)s END,
    score = CASE WHEN placement.article_id <> %(article_id)s THEN risen.score END
FROM placement risen
WHERE risen.article_id = %(article_id)s
    AND placement.group_id = %(group_id)s
    AND (placement.article_id = %(article_id)s OR placement.relation IN ('original', 'excerpt', 'reprint', 'digest'));

-- Whom the copies of a group name as the source of their text.
-- name: name_origin
UPDATE copy_group
SET named_origin = %(named_origin)s
WHERE id = %(group_id)s AND named_origin IS DISTINCT FROM %(named_origin)s;

-- Articles that are to be placed by themselves, later.
-- name: put_off
INSERT INTO unplaced (article_id)
SELECT article_id
FROM unnest(%(article_ids)s::bigint[]) AS article_id
WHERE NOT EXISTS (SELECT FROM placement WHERE placement.article_id = article_id.article_id)
ON CONFLICT DO NOTHING;

-- Take one of them; who took another is not waited for.
-- name: take_unplaced
DELETE FROM unplaced
WHERE article_id = (
    SELECT article_id
    FROM unplaced
    WHERE article_id > %(after)s
    ORDER BY article_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING article_id;

-- The source whose lines an article's are counted with.
-- name: find_source
SELECT source_id
FROM article
WHERE id = %(article_id)s;

-- Articles from before there was any placing, the oldest first.
-- name: find_late
SELECT article.id
FROM sweep_progress
JOIN article ON article.id > sweep_progress.placed_to AND article.id <= sweep_progress.place_to
WHERE NOT EXISTS (SELECT FROM placement WHERE placement.article_id = article.id)
ORDER BY article.id
LIMIT %(limit)s;

-- How far these are placed; without a number: all of them.
-- name: note_late
UPDATE sweep_progress
SET placed_to = greatest(placed_to, coalesce(%(placed_to)s::bigint, place_to));

-- Groups that the sweep is to look at together.
-- name: note_kindred
INSERT INTO kindred_group (group_id, other_id)
SELECT least(%(group_id)s::bigint, other.id), greatest(%(group_id)s::bigint, other.id)
FROM unnest(%(other_ids)s::bigint[]) AS other (id)
WHERE other.id <> %(group_id)s
ORDER BY other.id
ON CONFLICT DO NOTHING;

-- How many articles a group has.
-- name: count_members
SELECT n_articles
FROM copy_group
WHERE id = %(group_id)s;

-- When the next of these was fetched.
-- name: find_late_at
SELECT article.fetched_at
FROM sweep_progress
JOIN article ON article.id > sweep_progress.placed_to AND article.id <= sweep_progress.place_to
ORDER BY article.id
LIMIT 1;
