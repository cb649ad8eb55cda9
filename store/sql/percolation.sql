-- How often lexemes occur, and prefixes of such; the empty lexeme counts the articles.
-- name: find_counts
SELECT lexeme, n_articles
FROM lexeme_count
WHERE lexeme = '' OR lexeme = ANY (%(lexemes)s);

-- The same for words that begin so.
-- name: find_prefix_counts
SELECT prefix AS lexeme, coalesce(sum(lexeme_count.n_articles), 0)::bigint AS n_articles
FROM unnest(%(prefixes)s::text[]) prefix
LEFT JOIN lexeme_count ON starts_with(lexeme_count.lexeme, prefix)
GROUP BY prefix;

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

-- The active watches that an article matches: those whose words its document matches, and then whose condition. The document is unpacked once (a tsvector in its table is
-- unpacked for every comparison), and the watches are found by its lexemes and by the beginnings of these.
-- name: find_matches
WITH RECURSIVE n_chars AS (
    (SELECT n_chars AS n FROM watch_prefix ORDER BY n_chars LIMIT 1)
    UNION ALL
    SELECT (SELECT watch_prefix.n_chars FROM watch_prefix WHERE watch_prefix.n_chars > n_chars.n ORDER BY 1 LIMIT 1)
    FROM n_chars
    WHERE n_chars.n IS NOT NULL
),
document AS MATERIALIZED (
    SELECT search || ''::tsvector AS search
    FROM article
    WHERE id = %(article_id)s
),
lexeme AS MATERIALIZED (
    SELECT unnest(tsvector_to_array(search)) AS lexeme
    FROM document
),
beginning AS (
    SELECT DISTINCT n_chars.n, left(lexeme.lexeme, n_chars.n) AS prefix
    FROM n_chars
    JOIN lexeme ON length(lexeme.lexeme) >= n_chars.n
),
candidate AS MATERIALIZED (
    SELECT watch_anchor.watch_id
    FROM (SELECT lexeme FROM lexeme UNION ALL SELECT '') known
    JOIN watch_anchor ON watch_anchor.lexeme = known.lexeme
    UNION
    SELECT watch_prefix.watch_id
    FROM beginning
    JOIN watch_prefix ON watch_prefix.n_chars = beginning.n AND watch_prefix.prefix = beginning.prefix
),
matched AS MATERIALIZED (
    SELECT watch_query.watch_id, watch_query.condition
    FROM candidate
    JOIN watch_query ON watch_query.watch_id = candidate.watch_id
    CROSS JOIN document
    WHERE watch_query.error IS NULL
        AND (watch_query.words IS NULL OR document.search @@ watch_query.words)
)
SELECT watch_id
FROM matched
WHERE condition IS NULL OR article_fits(%(article_id)s, condition)
ORDER BY watch_id;

-- The same by asking every active watch: what the above must agree with.
-- name: find_matches_naively
WITH document AS MATERIALIZED (
    SELECT search || ''::tsvector AS search
    FROM article
    WHERE id = %(article_id)s
),
matched AS MATERIALIZED (
    SELECT watch_query.watch_id, watch_query.condition
    FROM watch_query
    JOIN watch ON watch.id = watch_query.watch_id AND watch.state = 'active'
    CROSS JOIN document
    WHERE watch_query.error IS NULL
        AND (watch_query.words IS NULL OR document.search @@ watch_query.words)
)
SELECT watch_id
FROM matched
WHERE condition IS NULL OR article_fits(%(article_id)s, condition)
ORDER BY watch_id;
