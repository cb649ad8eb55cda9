-- A session whose client stood still within a pipeline is "active": `idle_in_transaction_session_timeout` does not end
-- it. `pg_blocking_pids` is asked only of sessions that wait for a lock.
-- name: end_stuck_sessions
WITH holding AS (
    SELECT DISTINCT unnest(pg_blocking_pids(waiting.pid)) AS pid
    FROM pg_stat_activity waiting
    WHERE waiting.datname = current_database() AND waiting.wait_event_type = 'Lock'
)
SELECT count(pg_terminate_backend(stuck.pid)) AS n
FROM holding
JOIN pg_stat_activity stuck ON stuck.pid = holding.pid
WHERE stuck.datname = current_database()
    AND stuck.usename = current_user
    AND stuck.wait_event_type = 'Client'
    AND stuck.state_change < clock_timestamp() - make_interval(secs => %(stuck_s)s);
