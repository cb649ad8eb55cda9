-- The ids of hosts that are stored.
-- name: find_hosts
SELECT name, id
FROM host
WHERE name = ANY (%(names)s);

-- In the order of names: two that add the same hosts wait for each other in one direction.
-- name: add_hosts
INSERT INTO host (name)
SELECT name
FROM unnest(%(names)s::text[]) name
ORDER BY name
ON CONFLICT DO NOTHING;

-- Hosts that are due and have no visit waiting, longest due first; they are due again when the lease ends.
-- NO KEY: an entry that is being added refers to its host, and need not wait.
-- name: claim_hosts
WITH due AS MATERIALIZED (
    SELECT id
    FROM host
    WHERE next_visit_at <= now()
        AND NOT EXISTS (
            SELECT FROM procrastinate.procrastinate_jobs
            WHERE queueing_lock = host.name AND status = 'todo'
        )
    ORDER BY next_visit_at
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE host
SET next_visit_at = now() + make_interval(secs => %(lease_s)s)
FROM due
WHERE host.id = due.id
RETURNING host.name;

-- The same for hosts of these sources only.
-- name: claim_hosts_of
WITH theirs AS MATERIALIZED (
    SELECT feed.host_id AS id
    FROM feed
    WHERE feed.source_id = ANY (%(source_ids)s) AND feed.next_check_at IS NOT NULL
    UNION
    SELECT entry.host_id
    FROM entry
    WHERE entry.source_id = ANY (%(source_ids)s) AND entry.state = 'pending'
),
due AS MATERIALIZED (
    SELECT id
    FROM host
    WHERE id IN (SELECT id FROM theirs)
        AND next_visit_at <= now()
        AND NOT EXISTS (
            SELECT FROM procrastinate.procrastinate_jobs
            WHERE queueing_lock = host.name AND status = 'todo'
        )
    ORDER BY next_visit_at
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE host
SET next_visit_at = now() + make_interval(secs => %(lease_s)s)
FROM due
WHERE host.id = due.id
RETURNING host.name;

-- Hosts that are due, wait in the queue, or are being visited.
-- name: count_open
SELECT count(*) AS n
FROM host
WHERE next_visit_at <= now()
    OR name IN (SELECT lock FROM procrastinate.procrastinate_jobs WHERE status IN ('todo', 'doing'));

-- The same for hosts of these sources only. A host that is due for others alone is nothing they wait for: it would be
-- claimed for none of them.
-- name: count_open_of
WITH theirs AS MATERIALIZED (
    SELECT feed.host_id AS id, feed.next_check_at IS NOT NULL AS waits
    FROM feed
    WHERE feed.source_id = ANY (%(source_ids)s)
    UNION
    SELECT entry.host_id, TRUE
    FROM entry
    WHERE entry.source_id = ANY (%(source_ids)s) AND entry.state = 'pending'
)
SELECT count(*) AS n
FROM host
WHERE (next_visit_at <= now() AND id IN (SELECT id FROM theirs WHERE waits))
    OR (
        id IN (SELECT id FROM theirs)
        AND name IN (SELECT lock FROM procrastinate.procrastinate_jobs WHERE status IN ('todo', 'doing'))
    );

-- Take the next turn at a host: no earlier than its last turn and its delay allow. The clock is the statement's, not the
-- transaction's: the caller may have waited for the row. No turn is taken while the host wants to be left alone, nor one
-- that is further away than the caller would wait.
-- name: reserve_fetch
WITH turn AS MATERIALIZED (
    SELECT
        id,
        greatest(next_fetch_at, statement_timestamp()) AS at,
        make_interval(secs => greatest(%(delay_s)s, crawl_delay_s)) AS delay,
        CASE WHEN backoff_until > statement_timestamp() THEN backoff_until END AS backoff_until
    FROM host
    WHERE name = %(name)s
    FOR NO KEY UPDATE
)
UPDATE host
SET next_fetch_at = CASE
    WHEN turn.backoff_until IS NULL
        AND turn.at <= statement_timestamp() + make_interval(secs => %(most_wait_s)s)
    THEN turn.at + turn.delay
    ELSE host.next_fetch_at
END
FROM turn
WHERE host.id = turn.id
RETURNING
    extract(epoch FROM coalesce(turn.backoff_until, turn.at) - statement_timestamp())::float8 AS wait_s,
    turn.backoff_until;

-- Note what robots.txt asks; writes only what has changed.
-- name: set_crawl_delay
UPDATE host
SET crawl_delay_s = %(delay_s)s
WHERE name = %(name)s AND crawl_delay_s IS DISTINCT FROM %(delay_s)s;

-- Leave a host alone for a while; a longer peace that was asked for before stays.
-- name: back_off
UPDATE host
SET
    backoff_until = greatest(backoff_until, now() + make_interval(secs => %(wait_s)s)),
    next_visit_at = CASE
        WHEN next_visit_at IS NOT NULL
        THEN greatest(next_visit_at, backoff_until, now() + make_interval(secs => %(wait_s)s))
    END,
    error = coalesce(%(error)s, error),
    n_failures = CASE WHEN %(answered)s THEN 0 ELSE n_failures END,
    failing_since = CASE WHEN %(answered)s THEN NULL ELSE failing_since END
WHERE name = %(name)s;

-- Count a failure in a row.
-- name: count_failure
UPDATE host
SET n_failures = n_failures + 1, failing_since = coalesce(failing_since, now()), error = %(error)s
WHERE name = %(name)s
RETURNING n_failures;

-- Always in the order of ids: two that lock the same hosts wait for each other in one direction.
-- name: lock_hosts
SELECT id
FROM host
WHERE id = ANY (%(ids)s)
ORDER BY id
FOR NO KEY UPDATE;

-- Let locked hosts be visited now, or when the peace they asked for ends.
-- name: make_due
UPDATE host
SET next_visit_at = greatest(least(next_visit_at, now()), backoff_until)
WHERE id = ANY (%(ids)s)
    AND next_visit_at IS DISTINCT FROM greatest(least(next_visit_at, now()), backoff_until);

-- Say when locked hosts are due by their feeds, their pending pages and those to be asked for again.
-- name: settle_hosts
UPDATE host
SET next_visit_at = public.host_due_at(host)
WHERE id = ANY (%(ids)s);

-- One round trip for what would be five: lock, forget failures where it answered, say when it is due.
-- name: settle_visit
SELECT public.settle_host(%(name)s, %(answered)s) AS next_visit_at;

-- Hosts whose work lies further ahead than anybody puts it, which means that the clock was set back, and hosts for
-- which no clock would ring though their work is long due and no visit waits or runs.
-- name: find_overdue
WITH work AS (
    SELECT host_id, min(at) AS at
    FROM (
        SELECT host_id, min(next_check_at) AS at
        FROM feed
        WHERE next_check_at IS NOT NULL
        GROUP BY host_id
        UNION ALL
        SELECT entry.host_id, min(entry.next_attempt_at)
        FROM entry
        LEFT JOIN source ON source.id = entry.source_id
        WHERE entry.state = 'pending'
            AND entry.host_id IS NOT NULL
            AND coalesce(source.state, 'active') = 'active'
        GROUP BY entry.host_id
        UNION ALL
        SELECT recheck.host_id, min(recheck.next_at)
        FROM recheck
        JOIN entry ON entry.id = recheck.entry_id
        LEFT JOIN source ON source.id = entry.source_id
        WHERE recheck.next_at <= now() AND coalesce(source.state, 'active') = 'active'
        GROUP BY recheck.host_id
    ) part
    GROUP BY host_id
)
SELECT host.id
FROM work
JOIN host ON host.id = work.host_id
WHERE (
        host.next_visit_at IS NULL
        OR (
            host.next_visit_at > now()
            AND greatest(work.at, host.backoff_until) < now() - make_interval(secs => %(grace_s)s)
        )
    )
    AND NOT EXISTS (
        SELECT FROM procrastinate.procrastinate_jobs
        WHERE lock = host.name AND status IN ('todo', 'doing')
    )
UNION
SELECT id
FROM host
WHERE backoff_until > now() + make_interval(secs => %(most_backoff_s)s)
    OR next_fetch_at > now() + make_interval(secs => %(most_turn_s)s)
UNION
SELECT host_id
FROM feed
WHERE checked_at > now() + interval '1 minute' AND next_check_at > now()
UNION
SELECT host_id
FROM entry
WHERE state = 'pending'
    AND host_id IS NOT NULL
    AND next_attempt_at > now() + make_interval(secs => %(most_put_off_s)s)
UNION
SELECT host_id
FROM recheck
WHERE next_at > now() + make_interval(secs => %(most_recheck_s)s);

-- A check that lies in the future was made before the clock was set back: the feed is due now.
-- name: pull_back_feeds
UPDATE feed
SET next_check_at = now()
WHERE host_id = ANY (%(ids)s) AND checked_at > now() + interval '1 minute' AND next_check_at > now();

-- Attempts that lie further ahead than they are put off are due now.
-- name: pull_back_entries
UPDATE entry
SET next_attempt_at = now()
WHERE host_id = ANY (%(ids)s)
    AND state = 'pending'
    AND next_attempt_at > now() + make_interval(secs => %(most_put_off_s)s);

-- Rechecks that lie further ahead than they are set are due now, and what they were counted from was no later.
-- name: pull_back_rechecks
UPDATE recheck
SET next_at = now(), stored_at = least(stored_at, now()), asked_at = least(asked_at, now())
WHERE host_id = ANY (%(ids)s) AND next_at > now() + make_interval(secs => %(most_recheck_s)s);

-- Peace that lasts longer than anybody gets is over, and a turn further ahead than a queue of them is now.
-- name: pull_back_hosts
UPDATE host
SET
    backoff_until = CASE
        WHEN backoff_until <= now() + make_interval(secs => %(most_backoff_s)s) THEN backoff_until
    END,
    next_fetch_at = CASE
        WHEN next_fetch_at > now() + make_interval(secs => %(most_turn_s)s) THEN now() ELSE next_fetch_at
    END
WHERE id = ANY (%(ids)s)
    AND (
        backoff_until > now() + make_interval(secs => %(most_backoff_s)s)
        OR next_fetch_at > now() + make_interval(secs => %(most_turn_s)s)
    );
