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

-- The hits, and a snippet of each by the configuration of its own language; only for these. The headline function takes
-- the square of a text's matches (seconds for a hostile one): a long text, or a long query, is shown by any of the
-- words, and only the beginning of it is looked at.
-- name: search
WITH hit AS MATERIALIZED (
    SELECT id, moment
    FROM search_articles(
        %(words)s, %(since)s, %(until)s, %(after_moment)s, %(after_id)s, %(source_id)s, %(language)s, %(limit)s
    )
)
SELECT
    article.id, article.title, article.subtitle, article.url, source.name AS source, article.authors, article.agencies,
    article.language, article.published_at, article.fetched_at, article.text_origin, article.doubt,
    ts_headline(
        fts_config(article.language),
        shown.text,
        CASE
            WHEN length(shown.text) <= %(short_chars)s AND numnode(asked.query) <= %(short_nodes)s
            THEN asked.query
            ELSE (
                SELECT coalesce(string_agg('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''', ' | '), '')
                FROM unnest(to_tsvector(fts_config(article.language), fts_fold(%(words)s)))
            )::tsquery
        END,
        %(snippet_options)s
    ) AS snippet
FROM hit
JOIN article ON article.id = hit.id
LEFT JOIN source ON source.id = article.source_id
CROSS JOIN LATERAL (
    SELECT left(coalesce(nullif(article.text, ''), article.description, article.title, ''), %(snippet_chars)s) AS text
) shown
CROSS JOIN LATERAL (
    SELECT websearch_to_tsquery(fts_config(article.language), fts_fold(%(words)s)) AS query
) asked
ORDER BY hit.moment DESC, hit.id DESC;
