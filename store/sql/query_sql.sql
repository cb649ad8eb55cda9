-- The languages of all stored articles; NULL for those whose language is not known, and two that are always looked for.
-- name: find_languages
WITH RECURSIVE used AS (
    (SELECT language FROM article WHERE language IS NOT NULL ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT article.language FROM article WHERE article.language > used.language ORDER BY language LIMIT 1)
    FROM used
    WHERE used.language IS NOT NULL
)
SELECT known.language, fts_config(known.language)::text AS config
FROM (
    SELECT language FROM used WHERE language IS NOT NULL
    UNION
    SELECT unnest(ARRAY[NULL, 'en', 'ru'])
) known
ORDER BY known.language NULLS FIRST;

-- What each text is in each language: its lexemes in a row; empty where it has none that are kept.
-- name: read_texts
SELECT asked.number, known.language, phraseto_tsquery(
        fts_config(known.language), fts_fold(known.fold, asked.text)
    )::text AS lexemes
FROM unnest(%(texts)s::text[]) WITH ORDINALITY asked (text, number)
CROSS JOIN unnest(%(languages)s::text[], %(folds)s::text[]) known (language, fold);

-- The sources that a person may mean.
-- name: find_sources
SELECT id
FROM source
WHERE position(%(name)s IN lower(name)) > 0
    OR lower(url) = %(name)s
    OR lower(url) IN (%(name)s || '/', 'https://' || %(name)s, 'https://' || %(name)s || '/');

-- The words that documents bear of somebody's name.
-- name: name_marks
SELECT fts_name_marks(ARRAY[%(name)s::text]) AS marks;

-- The word that documents bear of a tag.
-- name: tag_marks
SELECT fts_tag_marks(ARRAY[%(tag)s::text]) AS marks;

-- As Postgres writes it; an error where it is none.
-- name: normalise
SELECT (%(words)s)::tsquery::text AS words;

-- The query of a watch.
-- name: find_watch
SELECT query
FROM watch
WHERE name = %(name)s;

-- What changes when a source comes or goes.
-- name: count_sources
SELECT count(*) AS n, coalesce(max(id), 0) AS last_id
FROM source;
