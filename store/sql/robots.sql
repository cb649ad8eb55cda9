-- What is known of an origin's robots.txt.
-- name: find_robots
SELECT origin, fetched_at, verdict, body, reason, body_at, failing_since
FROM robots
WHERE origin = %(origin)s;

-- Store what was learned, in place of what was known.
-- name: record_robots
INSERT INTO robots (origin, fetched_at, verdict, body, reason, body_at, failing_since)
VALUES (%(origin)s, %(fetched_at)s, %(verdict)s, %(body)s, %(reason)s, %(body_at)s, %(failing_since)s)
ON CONFLICT (origin) DO UPDATE
SET
    fetched_at = excluded.fetched_at,
    verdict = excluded.verdict,
    body = excluded.body,
    reason = excluded.reason,
    body_at = excluded.body_at,
    failing_since = excluded.failing_since;
