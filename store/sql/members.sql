-- A story, or the one it was merged into.
-- name: find_story
SELECT
    story.id, nullif(story.language, '') AS language, story.first_at, story.last_at, story.closed_at, story.by_hand,
    story.split_from,
    (
        SELECT coalesce(sum(copy_group.n_articles), 0)
        FROM copy_group
        WHERE copy_group.story_id = story.id
    )::bigint AS n_articles
FROM story asked
JOIN story ON story.id = coalesce(asked.merged_into, asked.id)
WHERE asked.id = %(story_id)s;

-- The articles of a story, groups in the order of their appearance, in each the original before its copies. What an
-- outlet states as its time is believed where it fits the time of the fetch.
-- name: list_members
WITH member AS (
    SELECT
        placement.article_id, placement.group_id, copy_group.original_id, placement.relation, placement.of_article_id,
        placement.score, copy_group.story_id, copy_group.named_origin, article.title, article.url,
        source.name AS source, article.fetched_at,
        CASE
            WHEN article.published_precision = 'time'
                AND article.published_at BETWEEN article.fetched_at - interval '48 hours'
                    AND article.fetched_at + interval '10 minutes'
            THEN article.published_at
            ELSE article.fetched_at
        END AS moment
    FROM copy_group
    JOIN placement ON placement.group_id = copy_group.id
    JOIN article ON article.id = placement.article_id
    LEFT JOIN source ON source.id = article.source_id
    WHERE copy_group.story_id = %(story_id)s
    ORDER BY article.fetched_at, article.id
    LIMIT %(most)s
)
SELECT
    article_id, group_id, original_id, relation, of_article_id, score, story_id, named_origin, title, url, source,
    fetched_at, moment
FROM member
ORDER BY
    min(moment) OVER (PARTITION BY group_id), group_id, article_id <> original_id, moment, article_id;

-- The stories in other languages that tell the same event, the surest first, each called by what appeared first in it.
-- name: list_links
SELECT
    story.id, story.language, link.score, first.title,
    (SELECT coalesce(sum(n_articles), 0) FROM copy_group WHERE story_id = story.id)::bigint AS n_articles,
    (
        SELECT count(DISTINCT article.source_id)
        FROM copy_group
        JOIN placement ON placement.group_id = copy_group.id
        JOIN article ON article.id = placement.article_id
        WHERE copy_group.story_id = story.id
    ) AS n_sources
FROM (
    SELECT other_id AS id, score FROM story_link WHERE story_id = %(story_id)s
    UNION ALL
    SELECT story_id, score FROM story_link WHERE other_id = %(story_id)s
) link
JOIN story ON story.id = link.id
LEFT JOIN LATERAL (
    SELECT article.title
    FROM copy_group
    JOIN article ON article.id = copy_group.original_id
    WHERE copy_group.story_id = story.id
    ORDER BY
        CASE
            WHEN article.published_precision = 'time'
                AND article.published_at BETWEEN article.fetched_at - interval '48 hours'
                    AND article.fetched_at + interval '10 minutes'
            THEN article.published_at
            ELSE article.fetched_at
        END,
        copy_group.id
    LIMIT 1
) first ON true
WHERE story.n_groups > 0
ORDER BY link.score DESC, story.id
LIMIT %(most)s;

-- The articles of a group, the original first.
-- name: list_copies
SELECT
    placement.article_id, placement.group_id, copy_group.original_id, placement.relation, placement.of_article_id,
    placement.score, copy_group.story_id, copy_group.named_origin, article.title, article.url,
    source.name AS source, article.fetched_at,
    CASE
        WHEN article.published_precision = 'time'
            AND article.published_at BETWEEN article.fetched_at - interval '48 hours'
                AND article.fetched_at + interval '10 minutes'
        THEN article.published_at
        ELSE article.fetched_at
    END AS moment
FROM placement
JOIN copy_group ON copy_group.id = placement.group_id
JOIN article ON article.id = placement.article_id
LEFT JOIN source ON source.id = article.source_id
WHERE placement.group_id = %(group_id)s
ORDER BY placement.article_id <> copy_group.original_id, moment, placement.article_id
LIMIT %(most)s;

-- How many stories there are, counted up to a bound.
-- name: count_stories
SELECT count(*) AS n
FROM (SELECT FROM story WHERE merged_into IS NULL AND n_groups > 0 LIMIT %(most)s) bounded;
