-- Every number in one look. What may be large is counted up to a bound, from an index; beyond it the planner's own
-- estimate stands in.
-- name: counts
SELECT
    now() AS at,
    current_setting('server_version') AS postgres_version,
    pg_database_size(current_database()) AS database_bytes,
    pg_total_relation_size('page') AS page_bytes,
    (SELECT count(*) FROM source WHERE state = 'active') AS sources_active,
    (SELECT count(*) FROM source WHERE state = 'paused') AS sources_paused,
    feeds.*,
    (SELECT count(*) FROM (SELECT FROM article LIMIT %(most)s) bounded) AS articles,
    (SELECT reltuples::bigint FROM pg_class WHERE oid = 'article'::regclass) AS articles_estimate,
    (SELECT count(*) FROM (SELECT FROM entry LIMIT %(most)s) bounded) AS entries,
    (SELECT reltuples::bigint FROM pg_class WHERE oid = 'entry'::regclass) AS entries_estimate,
    (SELECT count(*) FROM (SELECT FROM entry WHERE state = 'pending' LIMIT %(most)s) bounded) AS pending,
    (SELECT count(*) FROM (SELECT FROM entry WHERE state = 'duplicate' LIMIT %(most)s) bounded) AS duplicate,
    (SELECT count(*) FROM (SELECT FROM entry WHERE state = 'failed' LIMIT %(most)s) bounded) AS failed,
    (SELECT count(*) FROM (SELECT FROM entry WHERE state = 'skipped' LIMIT %(most)s) bounded) AS skipped,
    (
        SELECT count(*)
        FROM (SELECT FROM entry WHERE state = 'pending' AND next_attempt_at <= now() LIMIT %(most)s) bounded
    ) AS entries_due,
    (SELECT count(*) FROM host WHERE next_visit_at <= now()) AS hosts_due,
    (SELECT count(*) FROM host WHERE backoff_until > now()) AS hosts_backing_off,
    (SELECT min(next_visit_at) FROM host WHERE next_visit_at <= now()) AS oldest_due_at,
    jobs.*
FROM (
    SELECT
        count(*) FILTER (WHERE feed.state = 'active') AS feeds_active,
        count(*) FILTER (WHERE feed.state = 'alternative') AS feeds_alternative,
        count(*) FILTER (WHERE feed.state = 'gone') AS feeds_gone,
        count(*) FILTER (WHERE feed.state = 'active' AND feed.n_failures > 0) AS feeds_failing,
        count(*) FILTER (WHERE feed.state = 'active' AND feed.first_read_at IS NULL) AS feeds_unread,
        count(*) FILTER (WHERE feed.next_check_at <= now()) AS feeds_due
    FROM feed
    JOIN source ON source.id = feed.source_id
    WHERE source.state <> 'removed'
) feeds,
(
    SELECT
        count(*) FILTER (WHERE job.status = 'todo') AS jobs_waiting,
        count(*) FILTER (WHERE job.status = 'doing') AS jobs_running,
        count(*) FILTER (
            WHERE job.status = 'doing'
                AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(stalled_after_s)s))
        ) AS jobs_stalled,
        count(*) FILTER (WHERE job.status = 'failed') AS jobs_failed
    FROM procrastinate.procrastinate_jobs job
    LEFT JOIN procrastinate.procrastinate_workers worker ON worker.id = job.worker_id
) jobs;

-- Feeds that could not be read when asked last, those that failed most often first.
-- name: failing_feeds
SELECT source.name AS source, feed.url, feed.state, feed.n_failures, feed.error, feed.checked_at, feed.next_check_at
FROM feed
JOIN source ON source.id = feed.source_id
WHERE source.state = 'active'
    AND (feed.state = 'gone' OR (feed.state = 'active' AND feed.n_failures > 0))
ORDER BY feed.n_failures DESC, feed.id
LIMIT %(limit)s;

-- Hosts that are left alone, for the longest first.
-- name: hosts_backing_off
SELECT name, backoff_until, n_failures, failing_since, error
FROM host
WHERE backoff_until > now()
ORDER BY backoff_until DESC, name
LIMIT %(limit)s;

-- The entries that failed last.
-- name: failed_entries
SELECT entry.id, source.name AS source, entry.url, entry.reason, entry.settled_at
FROM entry
LEFT JOIN source ON source.id = entry.source_id
WHERE entry.state = 'failed'
ORDER BY entry.settled_at DESC
LIMIT %(limit)s;

-- The article stored last.
-- name: last_article
SELECT article.id, article.title, article.url, source.name AS source, article.fetched_at
FROM article
LEFT JOIN source ON source.id = article.source_id
ORDER BY article.id DESC
LIMIT 1;

-- Why the reader had doubts about articles of the last days, the commonest reason first, numbers in it aside, with its
-- newest article. Of many the newest are looked at.
-- name: poor_reads
WITH poor AS MATERIALIZED (
    SELECT id, title, url, doubt, fetched_at, regexp_replace(doubt, '[0-9]+', '0', 'g') AS kind
    FROM article
    WHERE doubt IS NOT NULL AND fetched_at >= now() - make_interval(days => %(days)s)
    ORDER BY fetched_at DESC
    LIMIT %(most)s
),
newest AS (
    SELECT DISTINCT ON (kind) kind, id, title, url, doubt
    FROM poor
    ORDER BY kind, fetched_at DESC, id DESC
)
SELECT counted.n, sum(counted.n) OVER ()::bigint AS total, newest.doubt, newest.id, newest.title, newest.url
FROM (SELECT kind, count(*) AS n FROM poor GROUP BY kind) counted
JOIN newest ON newest.kind = counted.kind
ORDER BY counted.n DESC, newest.doubt
LIMIT %(limit)s;

-- What the schema is made of.
-- name: migrations
SELECT name
FROM migration
ORDER BY name;
