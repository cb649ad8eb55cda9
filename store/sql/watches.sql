-- Store a watch; nothing where there is one of that name.
-- name: add_watch
INSERT INTO watch (
    name, query, each_article, tell_growth, tell_revisions, tell_spikes, pace, time_zone, quiet_from, quiet_until,
    most_per_hour, added_at, baseline_at
) VALUES (
    %(name)s, %(query)s, %(each_article)s, %(tell_growth)s, %(tell_revisions)s, %(tell_spikes)s, %(pace)s,
    %(time_zone)s, %(quiet_from)s, %(quiet_until)s, %(most_per_hour)s, %(now)s, %(baseline_at)s
)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- Change what a watch is.
-- name: change_watch
UPDATE watch
SET
    name = %(name)s,
    query = %(query)s,
    each_article = %(each_article)s,
    tell_growth = %(tell_growth)s,
    tell_revisions = %(tell_revisions)s,
    tell_spikes = %(tell_spikes)s,
    pace = %(pace)s,
    time_zone = %(time_zone)s,
    quiet_from = %(quiet_from)s,
    quiet_until = %(quiet_until)s,
    most_per_hour = %(most_per_hour)s,
    baseline_at = coalesce(%(baseline_at)s, baseline_at)
WHERE id = %(watch_id)s;

-- Pause or resume a watch. One that is resumed begins anew: what was published meanwhile is old news, and what was to be
-- told before is due as of now.
-- name: set_state
WITH resumed AS (
    UPDATE message
    SET due_since = now()
    WHERE watch_id = %(watch_id)s AND state IN ('pending', 'failed') AND %(baseline_at)s::timestamptz IS NOT NULL
)
UPDATE watch
SET state = %(state)s, baseline_at = CASE WHEN %(baseline_at)s::timestamptz > baseline_at THEN %(baseline_at)s ELSE baseline_at END
WHERE id = %(watch_id)s;

-- Remove a watch, its alerts and what is still to be delivered of them.
-- name: remove_watch
DELETE FROM watch
WHERE id = %(watch_id)s;

-- Lock a watch until the end of the transaction.
-- name: lock_watch
SELECT id
FROM watch
WHERE id = %(watch_id)s
FOR NO KEY UPDATE;

-- Watches: one of that name, or all, in the order of their names.
-- name: list_watches
SELECT
    watch.id, watch.name, watch.query, watch.state, watch.added_at, watch.baseline_at, watch.each_article,
    watch.tell_growth, watch.tell_revisions, watch.tell_spikes, watch.pace, watch.time_zone, watch.quiet_from,
    watch.quiet_until, watch.most_per_hour, watch_query.error, told.n_alerts, told.last_alert_at
FROM watch
LEFT JOIN watch_query ON watch_query.watch_id = watch.id
CROSS JOIN LATERAL (
    SELECT count(*) AS n_alerts, max(alert.created_at) AS last_alert_at
    FROM alert
    WHERE alert.watch_id = watch.id AND NOT alert.silent
) told
WHERE %(name)s::text IS NULL OR watch.name = %(name)s
ORDER BY watch.name
LIMIT %(limit)s;

-- The compiled words of a watch.
-- name: find_words
SELECT words, condition::text AS condition, error
FROM watch_query
WHERE watch_id = %(watch_id)s;

-- Languages of the archive whose first articles were not matched by watches that know them.
-- name: find_new_languages
WITH RECURSIVE used AS (
    (SELECT language FROM article WHERE language IS NOT NULL ORDER BY language LIMIT 1)
    UNION ALL
    SELECT (SELECT article.language FROM article WHERE article.language > used.language ORDER BY language LIMIT 1)
    FROM used
    WHERE used.language IS NOT NULL
)
SELECT used.language
FROM used
WHERE used.language IS NOT NULL
    AND NOT EXISTS (SELECT FROM watch_language WHERE watch_language.language = used.language);

-- Articles of a language that were placed, in the order of their ids.
-- name: find_of_language
SELECT article.id
FROM article
WHERE article.language = %(language)s
    AND article.id > %(after_id)s
    AND EXISTS (SELECT FROM placement WHERE placement.article_id = article.id)
ORDER BY article.id
LIMIT %(limit)s;

-- Its articles were matched.
-- name: note_language
INSERT INTO watch_language (language)
VALUES (%(language)s)
ON CONFLICT DO NOTHING;
