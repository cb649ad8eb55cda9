-- How often lexemes occur, and prefixes of such; the empty lexeme counts the articles.
-- name: find_counts
SELECT lexeme, n_articles
FROM lexeme_count
WHERE lexeme = '' OR lexeme = ANY (%(lexemes)s);

-- The same for words that begin so: in the order of bytes these stand together.
-- name: find_prefix_counts
SELECT prefix AS lexeme, counted.n AS n_articles
FROM unnest(%(prefixes)s::text[]) prefix
CROSS JOIN LATERAL (
    SELECT coalesce(sum(lexeme_count.n_articles), 0)::bigint AS n
    FROM lexeme_count
    WHERE lexeme_count.lexeme >= prefix AND lexeme_count.lexeme < prefix || chr(1114111)
) counted;

-- Count the lexemes of the newest articles anew; those of fewer than three are as good as none.
-- name: forget_counts
DELETE FROM lexeme_count;

-- A lexeme counts once an article.
-- name: count_lexemes
WITH sample AS MATERIALIZED (
    SELECT search
    FROM article
    ORDER BY coalesce(published_at, fetched_at) DESC, id DESC
    LIMIT %(n_articles)s
)
INSERT INTO lexeme_count (lexeme, n_articles)
SELECT lexeme, count(*)
FROM sample
CROSS JOIN LATERAL unnest(tsvector_to_array(search)) lexeme
WHERE lexeme <> ''
GROUP BY lexeme
HAVING count(*) >= 3
UNION ALL
SELECT '', count(*)
FROM sample;

-- The anchors that a watch has.
-- name: find_anchors
SELECT lexeme, 0 AS n_chars
FROM watch_anchor
WHERE watch_id = %(watch_id)s
UNION ALL
SELECT prefix, n_chars
FROM watch_prefix
WHERE watch_id = %(watch_id)s;

-- Take them away.
-- name: drop_anchors
WITH dropped AS (
    DELETE FROM watch_prefix
    WHERE watch_id = %(watch_id)s
)
DELETE FROM watch_anchor
WHERE watch_id = %(watch_id)s;

-- Give it others.
-- name: add_anchors
WITH prefix AS (
    INSERT INTO watch_prefix (n_chars, prefix, watch_id)
    SELECT length(prefix), prefix, %(watch_id)s
    FROM unnest(%(prefixes)s::text[]) prefix
    ON CONFLICT DO NOTHING
)
INSERT INTO watch_anchor (lexeme, watch_id)
SELECT lexeme, %(watch_id)s
FROM unnest(%(lexemes)s::text[]) lexeme
ON CONFLICT DO NOTHING;

-- The active watches that an article matches.
-- name: find_matches
SELECT watch_id
FROM matching_watches(%(article_id)s) watch_id
ORDER BY watch_id;

-- The same, and whether the article's story was told to any watch.
-- name: find_occasions
SELECT
    ARRAY(SELECT watch_id FROM matching_watches(%(article_id)s) watch_id ORDER BY watch_id) AS watch_ids,
    EXISTS (
        SELECT
        FROM article_story
        JOIN alert ON alert.story_id = article_story.story_id
        WHERE article_story.article_id = %(article_id)s
    ) AS is_told;

-- The same by asking every active watch: what the above must agree with.
-- name: find_matches_naively
WITH matched AS MATERIALIZED (
    SELECT watch_query.watch_id, watch_query.condition
    FROM article
    CROSS JOIN watch_query
    JOIN watch ON watch.id = watch_query.watch_id AND watch.state = 'active'
    WHERE article.id = %(article_id)s
        AND watch_query.error IS NULL
        AND (watch_query.words IS NULL OR article.search @@ watch_query.words::tsquery)
)
SELECT watch_id
FROM matched
WHERE condition IS NULL OR article_fits(%(article_id)s, condition)
ORDER BY watch_id;

-- The same again with the document unpacked once: the best that asking every watch can do.
-- name: find_matches_unpacked
WITH document AS MATERIALIZED (
    SELECT search || ''::tsvector AS search
    FROM article
    WHERE id = %(article_id)s
),
matched AS MATERIALIZED (
    SELECT watch_query.watch_id, watch_query.condition
    FROM document
    CROSS JOIN watch_query
    JOIN watch ON watch.id = watch_query.watch_id AND watch.state = 'active'
    WHERE watch_query.error IS NULL
        AND (watch_query.words IS NULL OR document.search @@ watch_query.words::tsquery)
)
SELECT watch_id
FROM matched
WHERE condition IS NULL OR article_fits(%(article_id)s, condition)
ORDER BY watch_id;
