-- Store a source; nothing happens where the URL or the name is taken.
-- name: add_source
INSERT INTO source (name, url, url_key, language)
VALUES (%(name)s, %(url)s, %(url_key)s, %(language)s)
ON CONFLICT DO NOTHING
RETURNING id, name, url, state, language, added_at;

-- The source of that home page.
-- name: find_by_url_key
SELECT id, name, url, state, language, added_at
FROM source
WHERE url_key = %(url_key)s;

-- A source by its name; letter case counts only where two names differ by nothing else.
-- name: find_by_name
SELECT id, name, url, state, language, added_at
FROM source
WHERE lower(name) = lower(%(name)s)
    AND (%(include_removed)s OR state <> 'removed')
ORDER BY name = %(name)s DESC, id
LIMIT 1;

-- A source by the URL of one of its feeds.
-- name: find_by_feed
SELECT source.id, source.name, source.url, source.state, source.language, source.added_at
FROM feed
JOIN source ON source.id = feed.source_id
WHERE feed.url_key = %(url_key)s;

-- How many names begin alike.
-- name: count_names
SELECT count(*) AS n
FROM source
WHERE starts_with(name, %(stem)s);

-- Names to suggest.
-- name: list_names
SELECT name
FROM source
WHERE state <> 'removed'
ORDER BY name
LIMIT %(limit)s;

-- Every source with its feeds' health and the number of its articles; the count reads an index only.
-- name: list_sources
SELECT
    source.id, source.name, source.url, source.state, source.language, source.added_at,
    health.n_feeds, health.n_failing, health.last_new_at, health.next_check_at, health.error,
    (SELECT count(*) FROM article WHERE article.source_id = source.id) AS n_articles
FROM source
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE feed.state = 'active') AS n_feeds,
        count(*) FILTER (WHERE feed.state = 'gone' OR (feed.state = 'active' AND feed.n_failures > 0)) AS n_failing,
        max(feed.new_at) AS last_new_at,
        min(feed.next_check_at) AS next_check_at,
        (array_agg(feed.error ORDER BY feed.n_failures DESC) FILTER (WHERE feed.error IS NOT NULL))[1] AS error
    FROM feed
    WHERE feed.source_id = source.id AND feed.state <> 'alternative'
) health
WHERE %(include_removed)s OR source.state <> 'removed'
ORDER BY lower(source.name), source.id;

-- Set what is done with a source; its feeds and entries follow in queries of their own.
-- name: set_state
UPDATE source
SET state = %(state)s
WHERE id = %(source_id)s
RETURNING id;

-- Stop asking the feeds of a source.
-- name: stop_feeds
UPDATE feed
SET next_check_at = NULL
WHERE source_id = %(source_id)s AND next_check_at IS NOT NULL;

-- Ask the feeds of sources now.
-- name: start_feeds
UPDATE feed
SET next_check_at = now()
FROM source
WHERE feed.source_id = source.id
    AND source.id = ANY (%(source_ids)s)
    AND source.state = 'active'
    AND feed.state = 'active';

-- The hosts that serve a source's feeds and its pending pages.
-- name: hosts_of
SELECT feed.host_id AS id
FROM feed
WHERE feed.source_id = ANY (%(source_ids)s) AND feed.state = 'active'
UNION
SELECT entry.host_id
FROM entry
WHERE entry.source_id = ANY (%(source_ids)s) AND entry.state = 'pending' AND entry.host_id IS NOT NULL;

-- The entries that were left when their source was removed wait again.
-- name: bring_entries_back
UPDATE entry
SET state = 'pending', reason = NULL, next_attempt_at = now(), settled_at = NULL
WHERE source_id = %(source_id)s AND state = 'skipped' AND reason = %(reason)s;

-- Removed sources that have entries which wait for their page.
-- name: removed_with_entries
SELECT id
FROM source
WHERE state = 'removed'
    AND EXISTS (SELECT FROM entry WHERE entry.source_id = source.id AND entry.state = 'pending')
ORDER BY id;

-- Give a removed source's pending entries to another source that lists them too.
-- name: hand_over_entries
UPDATE entry
SET source_id = heir.source_id, feed_id = heir.feed_id
FROM (
    SELECT DISTINCT ON (entry.id) entry.id AS entry_id, feed.source_id, feed.id AS feed_id
    FROM entry
    JOIN sighting ON sighting.entry_id = entry.id
    JOIN feed ON feed.id = sighting.feed_id
    JOIN source ON source.id = feed.source_id
    WHERE entry.source_id = %(source_id)s
        AND entry.state = 'pending'
        AND source.id <> %(source_id)s
        AND source.state <> 'removed'
    ORDER BY entry.id, source.state, sighting.seen_at
) heir
WHERE entry.id = heir.entry_id AND entry.state = 'pending';

-- End the entries of a removed source that wait for their page.
-- name: skip_entries
UPDATE entry
SET state = 'skipped', reason = %(reason)s, next_attempt_at = NULL, settled_at = now()
WHERE source_id = %(source_id)s AND state = 'pending';
