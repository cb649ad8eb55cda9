-- The outbox. A row of delivery is made in the transaction that makes the alert, one for each channel of its watch;
-- nothing is deleted but with its alert. A message is what goes out at once: one alert, or those that waited for the
-- same. It is made before it is carried, so that each repetition has the same key and the same alerts.

CREATE TABLE channel (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Holds secrets: never printed or logged; `shown` is, in its place.
    url text NOT NULL UNIQUE CHECK (octet_length(url) <= 2000),
    shown text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('mail', 'webhook', 'apprise', 'file', 'stdout')),
    state text NOT NULL GENERATED ALWAYS AS (CASE WHEN n_failures > 0 THEN 'failing' ELSE 'well' END) STORED,
    -- In a row, of the channel as a whole.
    n_failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    error text,
    -- It is left alone until then.
    not_before timestamptz NOT NULL DEFAULT now(),
    -- A worker has taken it until then.
    claimed_until timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    added_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((n_failures = 0) = (failing_since IS NULL))
) WITH (fillfactor = 70);

-- Where the alerts of a watch go, and in which words; NULL: in ours.
CREATE TABLE watch_channel (
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    title_template text CHECK (length(title_template) <= 4000),
    text_template text CHECK (length(text_template) <= 4000),
    PRIMARY KEY (watch_id, channel_id)
);
-- a channel that is removed
CREATE INDEX watch_channel_channel ON watch_channel (channel_id);

CREATE TABLE message (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The idempotency key, and the Message-ID.
    key uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('alert', 'digest', 'summary')),
    -- What its alerts waited for.
    wait text CHECK (wait IN ('digest', 'quiet', 'cap')),
    -- failed: it is tried again; dead: only when a person says so.
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sent', 'failed', 'dead')),
    n_attempts integer NOT NULL DEFAULT 0,
    -- In a row, of this message alone: the channel takes others.
    n_refusals integer NOT NULL DEFAULT 0,
    refused_since timestamptz,
    error text,
    made_at timestamptz NOT NULL DEFAULT now(),
    -- Since when it may go, the last time that a person brought it back included: it is given up some days later.
    due_since timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) WITH (fillfactor = 80);
-- next_message, claim_channels
CREATE INDEX message_open ON message (channel_id, id) WHERE state IN ('pending', 'failed');
-- told_at, and a watch that is removed
CREATE INDEX message_watch ON message (watch_id, channel_id, made_at);
-- delivery_counts, retry
CREATE INDEX message_dead ON message (channel_id) WHERE state = 'dead';

CREATE TABLE delivery (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES alert ON DELETE CASCADE,
    channel_id bigint NOT NULL REFERENCES channel ON DELETE CASCADE,
    -- What carries it; NULL: it waits.
    message_id bigint REFERENCES message ON DELETE CASCADE,
    made_at timestamptz NOT NULL DEFAULT now(),
    -- What it waits for, and until when; NULL: nobody has looked at it yet.
    wait text CHECK (wait IN ('digest', 'quiet', 'cap')),
    not_before timestamptz,
    UNIQUE (alert_id, channel_id),
    CHECK ((wait IS NULL) = (not_before IS NULL))
) WITH (fillfactor = 80);
-- claim_channels, waiting: those that nobody has looked at
CREATE INDEX delivery_new ON delivery (channel_id, made_at) WHERE message_id IS NULL AND wait IS NULL;
-- claim_channels, waiting: those that wait
CREATE INDEX delivery_waiting ON delivery (channel_id, not_before) WHERE message_id IS NULL AND wait IS NOT NULL;
-- read_message
CREATE INDEX delivery_message ON delivery (message_id) WHERE message_id IS NOT NULL;

-- How far each delivery is; what carries several alerts is one attempt for all of them.
CREATE VIEW delivery_state AS
SELECT
    delivery.id,
    delivery.alert_id,
    delivery.channel_id,
    delivery.message_id,
    coalesce(message.state, 'pending') AS state,
    coalesce(message.n_attempts, 0) AS n_attempts,
    message.error,
    message.key,
    coalesce(message.not_before, delivery.not_before, delivery.made_at) AS not_before,
    message.sent_at
FROM delivery
LEFT JOIN message ON message.id = delivery.message_id;

CREATE FUNCTION alert_was_made() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO delivery (alert_id, channel_id)
    SELECT made.id, watch_channel.channel_id
    FROM made
    JOIN watch_channel ON watch_channel.watch_id = made.watch_id
    WHERE NOT made.silent
    ORDER BY made.id, watch_channel.channel_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE TRIGGER alert_was_made AFTER INSERT ON alert
REFERENCING NEW TABLE AS made
FOR EACH STATEMENT EXECUTE FUNCTION alert_was_made();
