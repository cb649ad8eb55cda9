-- Let the page of an article be asked for again; once for an article.
-- name: add_recheck
INSERT INTO recheck (article_id, entry_id, host_id, url, etag, last_modified, stored_at, next_at)
SELECT %(article_id)s, entry.id, entry.host_id, %(url)s, %(etag)s, %(last_modified)s, %(stored_at)s, %(next_at)s
FROM entry
WHERE entry.id = %(entry_id)s AND entry.host_id IS NOT NULL
ON CONFLICT DO NOTHING;

-- A host's pages that are to be asked for again now, longest due first; those of paused sources wait.
-- name: claim_rechecks
SELECT
    recheck.article_id, recheck.entry_id, recheck.url, recheck.etag, recheck.last_modified, recheck.stored_at,
    recheck.asked_at, recheck.n_asked, recheck.outcome, recheck.n_gone, recheck.gone_at, recheck.next_at
FROM host
JOIN recheck ON recheck.host_id = host.id
JOIN entry ON entry.id = recheck.entry_id
LEFT JOIN source ON source.id = entry.source_id
WHERE host.name = %(host)s
    AND recheck.next_at <= now()
    AND coalesce(source.state, 'active') = 'active'
ORDER BY recheck.next_at, recheck.article_id
LIMIT %(limit)s;

-- Of one article.
-- name: find_recheck
SELECT
    article_id, entry_id, url, etag, last_modified, stored_at, asked_at, n_asked, outcome, n_gone, gone_at, next_at
FROM recheck
WHERE article_id = %(article_id)s;

-- Lock a recheck that nobody has carried out since it was claimed.
-- name: lock_due
SELECT article_id
FROM recheck
WHERE article_id = %(article_id)s AND next_at = %(next_at)s
FOR NO KEY UPDATE;

-- What came of it.
-- name: record_recheck
UPDATE recheck
SET
    etag = %(etag)s,
    last_modified = %(last_modified)s,
    asked_at = %(asked_at)s,
    n_asked = n_asked + 1,
    outcome = %(outcome)s,
    gone_at = CASE WHEN %(n_gone)s > 0 THEN coalesce(gone_at, %(asked_at)s) END,
    n_gone = %(n_gone)s,
    next_at = %(next_at)s
WHERE article_id = %(article_id)s;

-- Pages that their feeds say were edited since they were asked for last are due: at once, or where they were asked for a
-- short time ago, after a fifth of their age. Feeds that always say so cost little: the number of times grows with the
-- logarithm of the age.
-- name: hasten
UPDATE recheck
SET next_at = sooner.at
FROM (
    SELECT
        due.article_id,
        greatest(
            now(),
            coalesce(due.asked_at, due.stored_at)
                + greatest(
                    make_interval(secs => %(least_wait_s)s),
                    (coalesce(due.asked_at, due.stored_at) - due.stored_at) * %(share_of_age)s
                )
        ) AS at
    FROM unnest(%(keys)s::bytea[], %(edited_at)s::timestamptz[]) AS line (key, edited_at)
    JOIN entry ON entry.key = line.key
    JOIN recheck due ON due.article_id = entry.article_id AND due.entry_id = entry.id
    WHERE line.edited_at > coalesce(due.asked_at, due.stored_at) AND line.edited_at <= now()
    ORDER BY due.article_id
    FOR NO KEY UPDATE OF due
) sooner
WHERE recheck.article_id = sooner.article_id AND (recheck.next_at IS NULL OR recheck.next_at > sooner.at)
RETURNING recheck.host_id;

-- Nothing of a host that is due now is asked for again: it is switched off.
-- name: drop_due
UPDATE recheck
SET next_at = NULL
FROM host
WHERE host.name = %(host)s AND recheck.host_id = host.id AND recheck.next_at <= now();
