-- Store a feed; nothing happens where its URL is known.
-- name: add_feed
INSERT INTO feed (source_id, host_id, url, url_key, kind, state, title, next_check_at)
SELECT
    source.id, %(host_id)s, %(url)s, %(url_key)s, %(kind)s, %(state)s, %(title)s,
    CASE WHEN source.state = 'active' THEN %(due_at)s::timestamptz END
FROM source
WHERE source.id = %(source_id)s
ON CONFLICT (url_key) DO NOTHING
RETURNING
    id, source_id, (SELECT host.name FROM host WHERE host.id = feed.host_id) AS host, url, kind, state, title, etag,
    last_modified, body_hash, full_at, first_read_at, next_check_at, checked_at, new_at, gone_at, n_failures,
    mean_gap_s, min_interval_s, error;

-- A feed that is known and not asked becomes this source's and is asked: an alternative, one that was gone, or one of a
-- source that was removed.
-- name: take_feed
UPDATE feed
SET
    source_id = %(source_id)s,
    state = %(state)s,
    gone_at = NULL,
    n_failures = 0,
    error = NULL,
    next_check_at = CASE WHEN source.state = 'active' THEN %(due_at)s::timestamptz END
FROM source, source AS owner
WHERE feed.url_key = %(url_key)s
    AND source.id = %(source_id)s
    AND owner.id = feed.source_id
    AND (
        (owner.state = 'removed' AND owner.id <> source.id)
        OR (owner.id = source.id AND feed.state <> 'active' AND %(state)s = 'active')
    )
RETURNING feed.id;

-- The feed of that address.
-- name: find_by_url_key
SELECT
    feed.id, feed.source_id, host.name AS host, feed.url, feed.kind, feed.state, feed.title, feed.etag,
    feed.last_modified, feed.body_hash, feed.full_at, feed.first_read_at, feed.next_check_at, feed.checked_at,
    feed.new_at, feed.gone_at, feed.n_failures, feed.mean_gap_s, feed.min_interval_s, feed.error
FROM feed
JOIN host ON host.id = feed.host_id
WHERE feed.url_key = %(url_key)s;

-- A source's feeds: those that are asked first.
-- name: list_feeds
SELECT
    feed.id, feed.source_id, host.name AS host, feed.url, feed.kind, feed.state, feed.title, feed.etag,
    feed.last_modified, feed.body_hash, feed.full_at, feed.first_read_at, feed.next_check_at, feed.checked_at,
    feed.new_at, feed.gone_at, feed.n_failures, feed.mean_gap_s, feed.min_interval_s, feed.error
FROM feed
JOIN host ON host.id = feed.host_id
WHERE feed.source_id = %(source_id)s
ORDER BY feed.state, feed.id;

-- Every feed with its source, for export; those of removed sources are not watched.
-- name: all_feeds
SELECT
    feed.id, feed.source_id, host.name AS host, feed.url, feed.kind, feed.state, feed.title, feed.etag,
    feed.last_modified, feed.body_hash, feed.full_at, feed.first_read_at, feed.next_check_at, feed.checked_at,
    feed.new_at, feed.gone_at, feed.n_failures, feed.mean_gap_s, feed.min_interval_s, feed.error,
    source.name AS source_name, source.url AS source_url, source.state AS source_state,
    source.language AS source_language, source.added_at AS source_added_at
FROM feed
JOIN host ON host.id = feed.host_id
JOIN source ON source.id = feed.source_id
WHERE source.state <> 'removed'
ORDER BY lower(source.name), source.id, feed.state, feed.id;

-- A host's feeds that are due, longest due first.
-- name: due_feeds
SELECT
    feed.id, feed.source_id, host.name AS host, feed.url, feed.kind, feed.state, feed.title, feed.etag,
    feed.last_modified, feed.body_hash, feed.full_at, feed.first_read_at, feed.next_check_at, feed.checked_at,
    feed.new_at, feed.gone_at, feed.n_failures, feed.mean_gap_s, feed.min_interval_s, feed.error
FROM host
JOIN feed ON feed.host_id = host.id
WHERE host.name = %(host)s AND feed.next_check_at <= now()
ORDER BY feed.next_check_at, feed.id;

-- Write what a check found. A source that was paused meanwhile stays paused, a feed that was put aside stays aside.
-- name: record_check
UPDATE feed
SET
    checked_at = %(checked_at)s,
    next_check_at = CASE
        WHEN source.state = 'active' AND feed.state = 'active' AND %(state)s = 'active'
        THEN %(next_check_at)s::timestamptz
    END,
    state = CASE WHEN feed.state = 'active' THEN %(state)s ELSE feed.state END,
    kind = %(kind)s,
    title = %(title)s,
    etag = %(etag)s,
    last_modified = %(last_modified)s,
    body_hash = %(body_hash)s,
    full_at = %(full_at)s,
    first_read_at = %(first_read_at)s,
    new_at = %(new_at)s,
    gone_at = %(gone_at)s,
    n_failures = %(n_failures)s,
    mean_gap_s = %(mean_gap_s)s,
    min_interval_s = %(min_interval_s)s,
    error = %(error)s
FROM source
WHERE feed.id = %(feed_id)s AND source.id = feed.source_id;

-- Ask a feed later; one that is not asked stays so.
-- name: put_off
UPDATE feed
SET next_check_at = now() + make_interval(secs => %(wait_s)s)
WHERE id = %(feed_id)s AND next_check_at IS NOT NULL;

-- Ask a feed, or put it aside, as another kind than was thought.
-- name: change_feed
UPDATE feed
SET
    url = %(url)s,
    host_id = %(host_id)s,
    kind = %(kind)s,
    state = %(state)s,
    next_check_at = CASE
        WHEN source.state = 'active' AND %(state)s = 'active' THEN %(due_at)s::timestamptz
    END
FROM source
WHERE feed.id = %(feed_id)s AND source.id = feed.source_id;

-- The moments of the entries that a feed was the first to list: the newest batch first.
-- name: recent_seen_at
SELECT least(published_at, seen_at) AS at
FROM entry
WHERE feed_id = %(feed_id)s
ORDER BY seen_at DESC, published_at DESC NULLS LAST
LIMIT %(limit)s;
