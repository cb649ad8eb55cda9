-- Which lines of a feed are known to the letter: read from the primary key alone.
-- name: known_sightings
SELECT key
FROM sighting
WHERE feed_id = %(feed_id)s AND key = ANY (%(keys)s);

-- Which identities are stored.
-- name: known_keys
SELECT key
FROM entry
WHERE key = ANY (%(keys)s);

-- What is known of lines that are new to a feed: the entry of that identity; else the entry that this feed listed under
-- the same guid and title, at another URL; and the article that is stored under that identity.
-- name: recognise
SELECT line.n, coalesce(same_key.id, same_guid.entry_id) AS entry_id, article.id AS article_id
FROM unnest(%(keys)s::bytea[], %(guid_keys)s::bytea[]) WITH ORDINALITY AS line (key, guid_key, n)
LEFT JOIN entry same_key ON same_key.key = line.key
LEFT JOIN LATERAL (
    SELECT sighting.entry_id
    FROM sighting
    WHERE sighting.feed_id = %(feed_id)s AND sighting.guid_key = line.guid_key
    ORDER BY sighting.seen_at
    LIMIT 1
) same_guid ON same_key.id IS NULL
LEFT JOIN article ON article.url_key = line.key;

-- In the order of keys: two feeds that list the same new entries wait for each other in one direction. `place` keeps the
-- order of the document among entries that are due at once. Lists come as lines, apart by a unit separator, which
-- no clean text holds.
-- name: add_entries
INSERT INTO entry (
    key, source_id, feed_id, host_id, url, guid, title, summary, authors, language, tags, image_url,
    published_at, published_raw, published_origin, published_precision, published_offset_s,
    state, reason, article_id, next_attempt_at, seen_at, settled_at
)
SELECT
    line.key, %(source_id)s, %(feed_id)s, line.host_id, line.url, line.guid, line.title, line.summary,
    coalesce(string_to_array(line.authors, E'\x1f'), '{}'), line.language,
    coalesce(string_to_array(line.tags, E'\x1f'), '{}'), line.image_url,
    line.published_at, line.published_raw, line.published_origin, line.published_precision, line.published_offset_s,
    line.state, line.reason, line.article_id,
    CASE WHEN line.state = 'pending' THEN now() - interval '1 second' + line.place * interval '1 microsecond' END,
    %(now)s,
    CASE WHEN line.state <> 'pending' THEN %(now)s::timestamptz END
FROM unnest(
    %(key)s::bytea[], %(place)s::integer[], %(host_id)s::bigint[], %(url)s::text[], %(guid)s::text[], %(title)s::text[],
    %(summary)s::text[], %(authors)s::text[], %(language)s::text[], %(tags)s::text[], %(image_url)s::text[],
    %(published_at)s::timestamptz[], %(published_raw)s::text[], %(published_origin)s::text[],
    %(published_precision)s::text[], %(published_offset_s)s::integer[], %(state)s::text[], %(reason)s::text[],
    %(article_id)s::bigint[]
) AS line (
    key, place, host_id, url, guid, title, summary, authors, language, tags, image_url,
    published_at, published_raw, published_origin, published_precision, published_offset_s, state, reason,
    article_id
)
ORDER BY line.key
ON CONFLICT (key) DO NOTHING
RETURNING id, key;

-- The ids of identities that are stored.
-- name: find_ids
SELECT id, key
FROM entry
WHERE key = ANY (%(keys)s);

-- Note that a feed lists entries, under which URL and guid.
-- name: add_sightings
INSERT INTO sighting (feed_id, key, entry_id, url, guid_key, seen_at)
SELECT %(feed_id)s, line.key, line.entry_id, line.url, line.guid_key, %(now)s
FROM unnest(%(key)s::bytea[], %(entry_id)s::bigint[], %(url)s::text[], %(guid_key)s::bytea[]) AS line (
    key, entry_id, url, guid_key
)
ORDER BY line.key
ON CONFLICT DO NOTHING;

-- A failed entry that its outlet lists at another address is tried there.
-- name: revive_entries
UPDATE entry
SET
    state = 'pending', url = line.url, host_id = line.host_id, n_attempts = 0, next_attempt_at = now(),
    settled_at = NULL
FROM unnest(%(key)s::bytea[], %(entry_id)s::bigint[], %(url)s::text[], %(host_id)s::bigint[]) AS line (
    key, entry_id, url, host_id
)
WHERE entry.id = line.entry_id AND entry.state = 'failed' AND entry.key <> line.key
RETURNING entry.host_id;

-- Entries by id.
-- name: find_entries
SELECT
    entry.id, entry.key, entry.source_id, entry.feed_id, host.name AS host, entry.url, entry.guid, entry.title,
    entry.summary, entry.authors, entry.language, entry.tags, entry.image_url, entry.published_at,
    entry.published_raw, entry.published_origin, entry.published_precision, entry.published_offset_s, entry.state,
    entry.reason, entry.article_id, entry.n_attempts, entry.seen_at, entry.next_attempt_at
FROM entry
LEFT JOIN host ON host.id = entry.host_id
WHERE entry.id = ANY (%(ids)s)
ORDER BY entry.id;

-- A host's pending entries that are due, longest due first; those of paused sources wait.
-- name: claim_entries
SELECT
    entry.id, entry.key, entry.source_id, entry.feed_id, host.name AS host, entry.url, entry.guid, entry.title,
    entry.summary, entry.authors, entry.language, entry.tags, entry.image_url, entry.published_at,
    entry.published_raw, entry.published_origin, entry.published_precision, entry.published_offset_s, entry.state,
    entry.reason, entry.article_id, entry.n_attempts, entry.seen_at, entry.next_attempt_at
FROM host
JOIN entry ON entry.host_id = host.id
LEFT JOIN source ON source.id = entry.source_id
WHERE host.name = %(host)s
    AND entry.state = 'pending'
    AND entry.next_attempt_at <= now()
    AND coalesce(source.state, 'active') = 'active'
ORDER BY entry.next_attempt_at
LIMIT %(limit)s;

-- Lock an entry that has not come to its end.
-- name: lock_pending
SELECT id
FROM entry
WHERE id = %(entry_id)s AND state = 'pending'
FOR NO KEY UPDATE;

-- An entry that has come to its end stays there: a second worker that fetched the same page changes nothing.
-- name: settle
UPDATE entry
SET
    state = %(state)s,
    reason = %(reason)s,
    article_id = coalesce(%(article_id)s::bigint, article_id),
    n_attempts = coalesce(%(n_attempts)s::integer, n_attempts),
    next_attempt_at = NULL,
    settled_at = %(now)s
WHERE id = %(entry_id)s AND state = 'pending';

-- Put a pending entry off.
-- name: retry_later
UPDATE entry
SET
    reason = %(reason)s,
    next_attempt_at = %(next_attempt_at)s,
    n_attempts = %(n_attempts)s,
    article_id = coalesce(%(article_id)s::bigint, article_id)
WHERE id = %(entry_id)s AND state = 'pending';

-- Try failed entries again from the start, where their source is watched.
-- name: retry_failed
UPDATE entry
SET state = 'pending', n_attempts = 0, next_attempt_at = now(), settled_at = NULL
FROM source
WHERE entry.state = 'failed'
    AND entry.host_id IS NOT NULL
    AND source.id = entry.source_id
    AND source.state <> 'removed'
    AND (%(source_id)s::bigint IS NULL OR entry.source_id = %(source_id)s)
RETURNING entry.host_id;

-- Hosts that are to be tried again in spite of what they said.
-- name: forgive_hosts
UPDATE host
SET n_failures = 0, failing_since = NULL, backoff_until = NULL
WHERE id = ANY (%(host_ids)s);

-- Entries whose host has been failing for long, and what to say of them; the host's error says why.
-- name: find_stale
SELECT
    entry.id,
    'given up: nothing came from ' || host.name || ' since '
        || to_char(host.failing_since AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
        || coalesce(': ' || host.error, '') AS reason
FROM host
JOIN entry ON entry.host_id = host.id
WHERE host.failing_since < %(before)s
    AND entry.state = 'pending'
    AND entry.seen_at < %(before)s
ORDER BY entry.id
LIMIT %(limit)s;
