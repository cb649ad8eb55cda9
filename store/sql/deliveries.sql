-- Channels where something is due and that no worker has, the one not served for the longest first. What waits of a
-- paused watch waits until that is resumed, here and below.
-- name: claim_channels
WITH due AS MATERIALIZED (
    SELECT id
    FROM channel
    WHERE claimed_until <= now()
        AND not_before <= now()
        AND (
            EXISTS (
                SELECT FROM message
                JOIN watch ON watch.id = message.watch_id AND watch.state = 'active'
                WHERE message.channel_id = channel.id
                    AND message.state IN ('pending', 'failed')
                    AND message.not_before <= now()
            )
            OR EXISTS (
                SELECT FROM delivery
                JOIN alert ON alert.id = delivery.alert_id
                JOIN watch ON watch.id = alert.watch_id AND watch.state = 'active'
                WHERE delivery.channel_id = channel.id
                    AND delivery.message_id IS NULL
                    AND delivery.wait IS NULL
                    AND delivery.made_at <= now() - make_interval(secs => %(hold_s)s)
            )
            OR EXISTS (
                SELECT FROM delivery
                JOIN alert ON alert.id = delivery.alert_id
                JOIN watch ON watch.id = alert.watch_id AND watch.state = 'active'
                WHERE delivery.channel_id = channel.id
                    AND delivery.message_id IS NULL
                    AND delivery.wait IS NOT NULL
                    AND delivery.not_before <= now()
            )
        )
    ORDER BY claimed_until
    LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE channel
SET claimed_until = now() + make_interval(secs => %(lease_s)s)
FROM due
WHERE channel.id = due.id
RETURNING channel.id, channel.url, channel.shown, channel.n_failures, channel.failing_since;

-- Whether there are watches, and no worker lives that would tell what they match.
-- name: nobody_tells
SELECT
    EXISTS (SELECT FROM watch WHERE state = 'active')
    AND NOT EXISTS (
        SELECT FROM procrastinate.procrastinate_workers
        WHERE last_heartbeat > now() - make_interval(secs => %(stalled_after_s)s)
    ) AS nobody;

-- Give a channel back.
-- name: release_channel
UPDATE channel
SET claimed_until = now()
WHERE id = %(channel_id)s;

-- Deliveries of a channel that are due and in no message yet, with the pace of their watch.
-- name: waiting
SELECT
    delivery.id,
    delivery.made_at,
    delivery.wait,
    watch.id AS watch_id,
    watch.pace,
    watch.time_zone,
    watch.quiet_from,
    watch.quiet_until,
    watch.most_per_hour
FROM delivery
JOIN alert ON alert.id = delivery.alert_id
JOIN watch ON watch.id = alert.watch_id AND watch.state = 'active'
WHERE delivery.channel_id = %(channel_id)s
    AND delivery.message_id IS NULL
    AND (
        (delivery.wait IS NULL AND delivery.made_at <= now() - make_interval(secs => %(hold_s)s))
        OR (delivery.wait IS NOT NULL AND delivery.not_before <= now())
    )
ORDER BY delivery.id
LIMIT %(limit)s
FOR UPDATE OF delivery;

-- When messages of a watch were made for a channel within the last hour.
-- name: told_at
SELECT made_at
FROM message
WHERE watch_id = %(watch_id)s AND channel_id = %(channel_id)s AND made_at > now() - interval '1 hour'
ORDER BY made_at;

-- When those come up that wait for the end of the hour whose cap is reached.
-- name: held_until
SELECT min(delivery.not_before) AS held_until
FROM delivery
JOIN alert ON alert.id = delivery.alert_id
WHERE delivery.channel_id = %(channel_id)s
    AND delivery.message_id IS NULL
    AND delivery.wait = 'cap'
    AND delivery.not_before > now()
    AND alert.watch_id = %(watch_id)s;

-- Make a message of deliveries.
-- name: make_message
WITH made AS (
    INSERT INTO message (channel_id, watch_id, kind, wait)
    VALUES (%(channel_id)s, %(watch_id)s, %(kind)s, %(wait)s)
    RETURNING id
)
UPDATE delivery
SET message_id = made.id
FROM made
WHERE delivery.id = ANY (%(delivery_ids)s);

-- Let deliveries wait.
-- name: put_off
UPDATE delivery
SET wait = %(wait)s, not_before = %(until)s
WHERE id = ANY (%(delivery_ids)s);

-- Messages that carry nothing any more: their alerts were taken back when two stories became one.
-- name: drop_empty
DELETE FROM message
WHERE channel_id = %(channel_id)s
    AND state IN ('pending', 'failed')
    AND NOT EXISTS (SELECT FROM delivery WHERE delivery.message_id = message.id);

-- Active watches with quiet hours that messages are due of for a channel.
-- name: find_quiet
SELECT DISTINCT
    watch.id AS watch_id, watch.pace, watch.time_zone, watch.quiet_from, watch.quiet_until, watch.most_per_hour
FROM message
JOIN watch ON watch.id = message.watch_id AND watch.state = 'active'
WHERE message.channel_id = %(channel_id)s
    AND message.state IN ('pending', 'failed')
    AND message.not_before <= now()
    AND watch.quiet_from IS NOT NULL;

-- Let the messages of a watch for a channel wait until a moment.
-- name: hold_back
UPDATE message
SET not_before = %(until)s
WHERE channel_id = %(channel_id)s
    AND watch_id = %(watch_id)s
    AND state IN ('pending', 'failed')
    AND not_before < %(until)s;

-- The next message of a channel that is due, the oldest first; its attempt counts from now on, and the lease as well.
-- name: next_message
WITH next AS (
    SELECT message.id
    FROM message
    JOIN watch ON watch.id = message.watch_id AND watch.state = 'active'
    WHERE message.channel_id = %(channel_id)s
        AND message.state IN ('pending', 'failed')
        AND message.not_before <= now()
    ORDER BY message.id
    LIMIT 1
    FOR UPDATE OF message SKIP LOCKED
),
leased AS (
    UPDATE channel
    SET claimed_until = now() + make_interval(secs => %(lease_s)s)
    WHERE id = %(channel_id)s AND EXISTS (SELECT FROM next)
)
UPDATE message
SET n_attempts = n_attempts + 1
FROM next
WHERE message.id = next.id
RETURNING message.id, message.n_refusals, message.refused_since;

-- A message with what is told of its watch. Its thread is that of the first message to the channel about the story.
-- name: read_head
SELECT
    message.key,
    message.kind,
    message.wait,
    message.made_at,
    watch.name AS watch,
    watch.time_zone,
    watch_channel.title_template,
    watch_channel.text_template,
    thread.key AS thread_key
FROM message
JOIN watch ON watch.id = message.watch_id
LEFT JOIN watch_channel
    ON watch_channel.watch_id = message.watch_id AND watch_channel.channel_id = message.channel_id
LEFT JOIN LATERAL (
    SELECT first.key
    FROM delivery carried
    JOIN alert ON alert.id = carried.alert_id
    JOIN alert other ON other.story_id = alert.story_id
    JOIN delivery earlier ON earlier.alert_id = other.id AND earlier.channel_id = message.channel_id
    JOIN message first ON first.id = earlier.message_id AND first.kind = 'alert' AND first.id < message.id
    WHERE carried.message_id = message.id AND message.kind = 'alert'
    ORDER BY first.id
    LIMIT 1
) thread ON TRUE
WHERE message.id = %(message_id)s;

-- The alerts of a message, the oldest first, with what is known of their stories now; of large stories up to a bound.
-- name: read_alerts
SELECT
    alert.id,
    alert.occasion,
    alert.occasion_key,
    alert.story_id,
    alert.article_id,
    article.title,
    article.url,
    source.name AS source,
    article.language,
    article.published_at,
    alert.matched_words,
    alert.snippet,
    alert.note,
    coalesce(alert.daily, '{}') AS daily,
    greatest(told.n_articles, 1) AS n_articles,
    greatest(told.n_sources, alert.n_sources) AS n_sources,
    alert.created_at
FROM delivery
JOIN alert ON alert.id = delivery.alert_id
LEFT JOIN article ON article.id = alert.article_id
LEFT JOIN source ON source.id = article.source_id
LEFT JOIN LATERAL (
    SELECT count(*) AS n_articles, count(DISTINCT bounded.source_id) AS n_sources
    FROM (
        SELECT teller.source_id
        FROM article_story
        JOIN article teller ON teller.id = article_story.article_id
        WHERE article_story.story_id = alert.story_id
        LIMIT 1000
    ) bounded
) told ON TRUE
WHERE delivery.message_id = %(message_id)s
ORDER BY alert.id;

-- The message was taken.
-- name: record_sent
WITH sent AS (
    UPDATE message
    SET state = 'sent', sent_at = now(), error = NULL, n_refusals = 0, refused_since = NULL
    WHERE id = %(message_id)s AND state <> 'sent'
    RETURNING channel_id
)
UPDATE channel
SET n_failures = 0, failing_since = NULL, error = NULL, not_before = now(), sent_at = now()
FROM sent
WHERE channel.id = sent.channel_id;

-- The channel took no message, and is left alone for a while.
-- name: record_failure
WITH failed AS (
    UPDATE message
    SET state = 'failed', error = %(error)s
    WHERE id = %(message_id)s AND state IN ('pending', 'failed')
    RETURNING channel_id
)
UPDATE channel
SET
    n_failures = n_failures + 1,
    failing_since = coalesce(failing_since, now()),
    error = %(error)s,
    not_before = now() + make_interval(secs => %(wait_s)s)
FROM failed
WHERE channel.id = failed.channel_id;

-- The channel took no message of these, and gives up those that have waited for it long enough.
-- name: bury_older
UPDATE message
SET state = 'dead', error = %(error)s
WHERE channel_id = %(channel_id)s
    AND state IN ('pending', 'failed')
    AND due_since <= %(before)s
    AND watch_id IN (SELECT id FROM watch WHERE state = 'active');

-- The channel answered, but does not take this message; others may go.
-- name: record_refusal
WITH refused AS (
    UPDATE message
    SET
        state = CASE WHEN %(dead)s THEN 'dead' ELSE 'failed' END,
        error = %(error)s,
        n_refusals = n_refusals + 1,
        refused_since = coalesce(refused_since, now()),
        not_before = now() + make_interval(secs => %(wait_s)s)
    WHERE id = %(message_id)s AND state IN ('pending', 'failed')
    RETURNING channel_id
)
UPDATE channel
SET n_failures = 0, failing_since = NULL, error = NULL, not_before = now() + make_interval(secs => %(channel_wait_s)s)
FROM refused
WHERE channel.id = refused.channel_id;

-- The watch of a name.
-- name: find_watch
SELECT id
FROM watch
WHERE name = %(watch)s;

-- Bring dead and failed messages back: all, those of one channel, those of one watch, or those of some alerts.
-- name: retry
WITH again AS (
    UPDATE message
    SET state = 'pending', not_before = now(), due_since = now(), n_refusals = 0, refused_since = NULL
    WHERE state IN ('dead', 'failed')
        AND (%(channel_id)s::bigint IS NULL OR message.channel_id = %(channel_id)s)
        AND (%(watch)s::text IS NULL OR message.watch_id IN (SELECT id FROM watch WHERE name = %(watch)s))
        AND (
            %(alert_ids)s::bigint[] IS NULL
            OR message.id IN (SELECT delivery.message_id FROM delivery WHERE delivery.alert_id = ANY (%(alert_ids)s))
        )
    RETURNING channel_id
),
woken AS (
    UPDATE channel
    SET not_before = now(), n_failures = 0, failing_since = NULL
    WHERE id IN (SELECT channel_id FROM again)
)
SELECT count(*) AS n FROM again;

-- How many deliveries wait, are under way, and were given up; counted up to a bound.
-- name: counts
SELECT
    (SELECT count(*) FROM (SELECT FROM delivery WHERE message_id IS NULL AND wait IS NULL LIMIT %(most)s) bounded)
    + (SELECT count(*) FROM (SELECT FROM delivery WHERE message_id IS NULL AND wait IS NOT NULL LIMIT %(most)s) bounded)
    AS waiting,
    (
        SELECT count(*)
        FROM (
            SELECT
            FROM message
            JOIN delivery ON delivery.message_id = message.id
            WHERE message.state IN ('pending', 'failed')
            LIMIT %(most)s
        ) bounded
    ) AS under_way,
    (
        SELECT count(*)
        FROM (
            SELECT
            FROM message
            JOIN delivery ON delivery.message_id = message.id
            WHERE message.state = 'dead'
            LIMIT %(most)s
        ) bounded
    ) AS dead;

-- Give a channel back, and leave it alone for a while.
-- name: back_off
UPDATE channel
SET claimed_until = now(), not_before = now() + make_interval(secs => %(wait_s)s)
WHERE id = %(channel_id)s;

-- How far the deliveries of alerts are, in the order of their channels.
-- name: deliveries_of
SELECT
    delivery_state.alert_id,
    channel.shown AS channel,
    delivery_state.state,
    delivery_state.n_attempts,
    delivery_state.error,
    delivery_state.not_before,
    delivery_state.sent_at
FROM delivery_state
JOIN channel ON channel.id = delivery_state.channel_id
WHERE delivery_state.alert_id = ANY (%(alert_ids)s)
ORDER BY delivery_state.alert_id, channel.id;
