-- Pages of young articles are asked for again: what their outlets change or take back is news.

-- That the page of an article is asked for again, when, and how that went.
CREATE TABLE recheck (
    article_id bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    -- Whose page it is: it is read with this entry's words, and waits while this entry's source is paused.
    entry_id bigint NOT NULL REFERENCES entry ON DELETE CASCADE,
    -- In whose visits it is asked for.
    host_id bigint NOT NULL REFERENCES host,
    -- Where the page was in the end, and the validators of its last answer.
    url text NOT NULL,
    etag text,
    last_modified text,
    -- When the page came for the first time.
    stored_at timestamptz NOT NULL,
    -- When it was asked for last since then, how often, and what came of it, in a sentence for people.
    asked_at timestamptz,
    n_asked integer NOT NULL DEFAULT 0,
    outcome text,
    -- How often in a row it was gone, or next to nothing of it was left; since when.
    n_gone integer NOT NULL DEFAULT 0,
    gone_at timestamptz,
    -- NULL: not asked for again, unless its feed says that it was edited.
    next_at timestamptz,
    CHECK ((n_gone > 0) = (gone_at IS NOT NULL))
);
-- claim_rechecks, settle_visit, find_overdue
CREATE INDEX recheck_due ON recheck (host_id, next_at) WHERE next_at IS NOT NULL;

-- When a host is due by its feeds, its pending pages and those to be asked for again, or when the peace it asked for
-- ends; NULL when it is not. Pages of paused sources wait.
CREATE OR REPLACE FUNCTION host_due_at(wanted host) RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
SELECT CASE WHEN work.at IS NOT NULL THEN greatest(work.at, wanted.backoff_until) END
FROM (
    SELECT least(
        (SELECT min(next_check_at) FROM public.feed WHERE host_id = wanted.id AND next_check_at IS NOT NULL),
        (
            SELECT entry.next_attempt_at
            FROM public.entry
            LEFT JOIN public.source ON source.id = entry.source_id
            WHERE entry.host_id = wanted.id
                AND entry.state = 'pending'
                AND coalesce(source.state, 'active') = 'active'
            ORDER BY entry.next_attempt_at
            LIMIT 1
        ),
        (
            SELECT recheck.next_at
            FROM public.recheck
            JOIN public.entry ON entry.id = recheck.entry_id
            LEFT JOIN public.source ON source.id = entry.source_id
            WHERE recheck.host_id = wanted.id
                AND recheck.next_at IS NOT NULL
                AND coalesce(source.state, 'active') = 'active'
            ORDER BY recheck.next_at
            LIMIT 1
        )
    ) AS at
) work
$$;

-- What 0007 says of it was never so.
COMMENT ON COLUMN watch.most_per_hour IS
    'Messages to one channel in any hour; what is more waits for a summary. NULL: the setting WIREWATCH_ALERTS_PER_HOUR.';
