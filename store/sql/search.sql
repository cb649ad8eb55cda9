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

-- The hits, and a snippet of each by the configuration of its own language; only for these, and only from the beginning
-- of a long text.
-- name: search
WITH hit AS MATERIALIZED (
    SELECT id, moment
    FROM search_articles(
        %(words)s, %(since)s, %(until)s, %(after_moment)s, %(after_id)s, %(source_id)s, %(language)s, %(limit)s
    )
)
SELECT
    article.id, article.title, article.url, source.name AS source, article.language, article.published_at,
    article.fetched_at, article.text_origin,
    ts_headline(
        fts_config(article.language),
        left(coalesce(nullif(article.text, ''), article.description, article.title, ''), %(snippet_chars)s),
        websearch_to_tsquery(fts_config(article.language), fts_fold(%(words)s)),
        %(snippet_options)s
    ) AS snippet
FROM hit
JOIN article ON article.id = hit.id
LEFT JOIN source ON source.id = article.source_id
ORDER BY hit.moment DESC, hit.id DESC;
