-- A session whose client stood still within a pipeline is "active": `idle_in_transaction_session_timeout` does not end
-- it. Its process has other sessions, and each that gets a lock would hold it for as long again: they end together. A
-- session's name tells its process (`connections.full_conninfo`). `pg_blocking_pids` is asked only of sessions that wait for a lock.
-- name: end_stuck_sessions
WITH holding AS (
    SELECT DISTINCT unnest(pg_blocking_pids(waiting.pid)) AS pid
    FROM pg_stat_activity waiting
    WHERE waiting.datname = current_database() AND waiting.wait_event_type = 'Lock'
),
stuck AS (
    SELECT activity.pid, activity.application_name, activity.client_addr
    FROM holding
    JOIN pg_stat_activity activity ON activity.pid = holding.pid
    WHERE activity.datname = current_database()
        AND activity.usename = current_user
        AND activity.wait_event_type = 'Client'
        AND activity.state_change < clock_timestamp() - make_interval(secs => %(stuck_s)s)
)
SELECT count(pg_terminate_backend(activity.pid)) AS n
FROM pg_stat_activity activity
WHERE activity.pid IN (SELECT pid FROM stuck)
    OR (
        activity.datname = current_database()
        AND activity.usename = current_user
        AND activity.xact_start IS NOT NULL
        AND activity.wait_event_type IN ('Client', 'Lock')
        AND EXISTS (
            SELECT FROM stuck
            WHERE stuck.application_name = activity.application_name
                AND stuck.client_addr IS NOT DISTINCT FROM activity.client_addr
        )
        AND activity.application_name ~ ' [0-9]+@.'
        AND activity.application_name <> current_setting('application_name')
    );
