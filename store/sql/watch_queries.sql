-- Store the compiled query of a watch.
-- name: put_query
INSERT INTO watch_query (watch_id, version, words, condition, error)
VALUES (%(watch_id)s, %(version)s, %(words)s, %(condition)s::jsonb, %(error)s)
ON CONFLICT (watch_id) DO UPDATE
SET version = excluded.version, words = excluded.words, condition = excluded.condition, error = excluded.error;

-- Watches in the order of their ids, with what is compiled of them: those of another version, or all.
-- name: walk
SELECT watch.id, watch.name, watch.query, watch.state, watch_query.error
FROM watch
LEFT JOIN watch_query ON watch_query.watch_id = watch.id
WHERE watch.id > %(after_id)s
    AND (
        %(version)s::text IS NULL
        OR watch_query.version IS DISTINCT FROM
            %(version)s || CASE WHEN position('@' IN watch_query.version) > 0 THEN %(sources)s ELSE '' END
    )
ORDER BY watch.id
LIMIT %(limit)s;

-- Watches that may name others in their queries.
-- name: find_nesting
SELECT watch.id, watch.name, watch.query, watch.state, watch_query.error
FROM watch
LEFT JOIN watch_query ON watch_query.watch_id = watch.id
WHERE watch.query ~* 'watch\s*:'
ORDER BY watch.id;

-- Whether one of these asks for no word.
-- name: find_denial
SELECT coalesce(bool_or(querytree(asked.words::tsquery) IN ('', 'T')), FALSE) AS is_denial
FROM unnest(%(words)s::text[]) AS asked (words);

-- Lock a watch until the end of the transaction.
-- name: lock_watch
SELECT id
FROM watch
WHERE id = %(watch_id)s
FOR NO KEY UPDATE;
