-- Make a channel unless there is one with this URL.
-- name: add_channel
INSERT INTO channel (url, kind, shown)
VALUES (%(url)s, %(kind)s, %(shown)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- The channel with a URL.
-- name: find_channel
SELECT id
FROM channel
WHERE url = %(url)s;

-- Let a watch tell a channel.
-- name: connect_watch
INSERT INTO watch_channel (watch_id, channel_id, title_template, text_template)
VALUES (%(watch_id)s, %(channel_id)s, %(title_template)s, %(text_template)s)
ON CONFLICT (watch_id, channel_id) DO UPDATE
SET title_template = excluded.title_template, text_template = excluded.text_template;

-- Let a watch tell a channel no more.
-- name: disconnect_watch
DELETE FROM watch_channel
WHERE watch_id = %(watch_id)s AND channel_id = %(channel_id)s
RETURNING channel_id;

-- The channels of some watches, in the order of their adding.
-- name: channels_of
SELECT
    watch_channel.watch_id,
    channel.id,
    channel.shown,
    channel.kind,
    channel.state,
    channel.error,
    channel.n_failures,
    channel.failing_since,
    channel.sent_at,
    channel.added_at,
    watch_channel.title_template,
    watch_channel.text_template
FROM watch_channel
JOIN channel ON channel.id = watch_channel.channel_id
WHERE watch_channel.watch_id = ANY (%(watch_ids)s)
ORDER BY watch_channel.watch_id, channel.id;

-- All channels.
-- name: list_channels
SELECT id, shown, kind, state, error, n_failures, failing_since, sent_at, added_at
FROM channel
ORDER BY id;

-- Channels that fail while somebody is to be told there, or have messages that were given up.
-- name: ailing_channels
SELECT
    channel.id,
    channel.shown,
    channel.n_failures,
    channel.failing_since,
    channel.error,
    CASE WHEN channel.n_failures > 0 THEN channel.not_before END AS next_attempt_at,
    dead.n_dead,
    dead.error AS dead_error
FROM channel
LEFT JOIN LATERAL (
    SELECT count(*) AS n_dead, max(message.error) AS error
    FROM message
    WHERE message.channel_id = channel.id AND message.state = 'dead'
) dead ON TRUE
WHERE dead.n_dead > 0
    OR (
        channel.n_failures > 0
        AND (
            EXISTS (SELECT FROM watch_channel WHERE watch_channel.channel_id = channel.id)
            OR EXISTS (
                SELECT FROM message WHERE message.channel_id = channel.id AND message.state IN ('pending', 'failed')
            )
        )
    )
ORDER BY dead.n_dead DESC, channel.n_failures DESC, channel.id
LIMIT %(limit)s;

-- The addresses of a watch's channels, which hold secrets: for who carries.
-- name: addresses_of
SELECT channel.url, channel.shown
FROM watch_channel
JOIN channel ON channel.id = watch_channel.channel_id
WHERE watch_channel.watch_id = %(watch_id)s
ORDER BY channel.id;
