-- The search's own limits, until the end of the search.
-- name: set_limits
SELECT
    current_setting('statement_timeout') AS statement_timeout,
    current_setting('jit') AS jit,
    set_config('statement_timeout', %(timeout_ms)s, true) AS new_statement_timeout,
    set_config('jit', 'off', true) AS new_jit;

-- What was before the search.
-- name: restore_limits
SELECT set_config('statement_timeout', %(statement_timeout)s, true), set_config('jit', %(jit)s, true);

-- The newest articles that match, by number only.
-- name: find
SELECT id, moment
FROM find_articles(
    %(words)s::tsquery, %(condition)s::jsonb, %(since)s, %(until)s, %(after_moment)s, %(after_id)s, %(limit)s,
    %(looks)s::jsonb
);

-- How well articles match: words that stand close to each other, in the title above all. By the words of their own
-- language alone: marks stand nowhere, and would count as far away.
-- name: rank
SELECT article.id, coalesce(ts_rank_cd(article.search, asked.words, 1), 0) AS rank
FROM article
LEFT JOIN LATERAL (
    SELECT known.words::tsquery AS words
    FROM unnest(%(languages)s::text[], %(words)s::text[]) known (language, words)
    WHERE known.language IS NOT DISTINCT FROM article.language OR known.language IS NULL
    ORDER BY known.language NULLS LAST
    LIMIT 1
) asked ON true
WHERE article.id = ANY (%(ids)s);

-- The stories of articles; those that were not placed are in none.
-- name: stories
SELECT article_id, story_id
FROM article_story
WHERE article_id = ANY (%(ids)s);

-- How many of some articles there are by source, language and day, the most first.
-- name: facets
SELECT facet.kind, facet.value, count(*) AS n
FROM article
LEFT JOIN source ON source.id = article.source_id
CROSS JOIN LATERAL (
    VALUES ('source', source.name), ('language', article.language),
        ('day', to_char(coalesce(article.published_at, article.fetched_at), 'YYYY-MM-DD'))
) facet (kind, value)
WHERE article.id = ANY (%(ids)s)
GROUP BY facet.kind, facet.value
ORDER BY facet.kind, count(*) DESC, facet.value;

-- Articles as hits, with a snippet by the configuration of their own language. The headline function takes the square
-- of a text's matches (seconds for a hostile one): a long text, or a long query, is shown by any of the words, and only
-- the beginning of it is looked at.
-- name: show
SELECT
    article.id, article.title, article.subtitle, article.url, source.name AS source, article.authors, article.agencies,
    article.language, article.published_at, article.fetched_at, article.text_origin, article.doubt,
    story.story_id, story.relation, story.original_id,
    ts_headline(
        fts_config(article.language),
        shown.text,
        CASE
            WHEN length(shown.text) <= %(short_chars)s AND numnode(asked.words) <= %(short_nodes)s THEN asked.words
            ELSE coalesce(asked.any_word, '')
        END,
        %(snippet_options)s
    ) AS snippet
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY hit (id, place)
JOIN article ON article.id = hit.id
LEFT JOIN source ON source.id = article.source_id
LEFT JOIN article_story story ON story.article_id = article.id
CROSS JOIN LATERAL (
    SELECT left(coalesce(nullif(article.text, ''), article.description, article.title, ''), %(snippet_chars)s) AS text
) shown
LEFT JOIN LATERAL (
    SELECT known.words::tsquery AS words, known.any_word::tsquery AS any_word
    FROM unnest(%(languages)s::text[], %(words)s::text[], %(any_words)s::text[]) known (language, words, any_word)
    WHERE known.language IS NOT DISTINCT FROM article.language OR known.language IS NULL
    ORDER BY known.language NULLS LAST
    LIMIT 1
) asked ON true
ORDER BY hit.place;
