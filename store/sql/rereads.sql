-- The next stretch of stored pages by id: where it ends, and which of them are to be read again. Of an article that is
-- the page it was read from; of an entry without an article of its page, the newest page.
-- name: next_pages
WITH stretch AS MATERIALIZED (
    SELECT id, entry_id, article_id, unreadable_by, fetched_at
    FROM page
    WHERE id > %(after)s
    ORDER BY id
    LIMIT %(size)s
)
SELECT
    max(stretch.id) AS last_id,
    coalesce(array_agg(stretch.id ORDER BY stretch.id) FILTER (
        WHERE (%(since)s::timestamptz IS NULL OR stretch.fetched_at >= %(since)s)
            AND (%(source_id)s::bigint IS NULL OR coalesce(article.source_id, entry.source_id) = %(source_id)s)
            AND (%(all_readers)s OR stretch.unreadable_by IS DISTINCT FROM %(reader)s)
            AND CASE
                WHEN article.id IS NOT NULL THEN
                    article.text_origin = 'page'
                    AND (%(all_readers)s OR article.reader <> %(reader)s)
                    AND (NOT %(doubtful)s OR article.doubt IS NOT NULL)
                    AND stretch.id = page_of_article(article.id)
                ELSE
                    NOT %(doubtful)s
                    AND entry.state IN ('pending', 'failed')
                    AND NOT EXISTS (
                        SELECT FROM page newer WHERE newer.entry_id = stretch.entry_id AND newer.id > stretch.id
                    )
            END
    ), '{}') AS page_ids
FROM stretch
JOIN entry ON entry.id = stretch.entry_id
LEFT JOIN article ON article.id = stretch.article_id;

-- A stored page.
-- name: find_page
SELECT
    id, entry_id, article_id, requested_url, final_url, status, headers, body, n_body_bytes, fetched_at
FROM page
WHERE id = %(page_id)s;

-- Lock an article that still is as it was seen, read from that page by that reader.
-- name: lock_unchanged
SELECT id
FROM article
WHERE id = %(article_id)s
    AND text_origin = 'page'
    AND reader = %(seen_reader)s
    AND page_of_article(id) = %(page_id)s
FOR NO KEY UPDATE;

-- Lock an entry that still has no article of its page.
-- name: lock_unread
SELECT id
FROM entry
WHERE id = %(entry_id)s AND state IN ('pending', 'failed')
FOR NO KEY UPDATE;

-- An entry whose stored page could be read after all has come to its end.
-- name: settle_read
UPDATE entry
SET
    state = %(state)s, reason = %(reason)s, article_id = %(article_id)s, next_attempt_at = NULL, settled_at = now()
WHERE id = %(entry_id)s;

-- What a page was read as, or that a reader could not read it.
-- name: note_reading
UPDATE page
SET article_id = coalesce(%(article_id)s::bigint, article_id), unreadable_by = %(unreadable_by)s
WHERE id = %(page_id)s;

-- Articles by other readers whose page is not stored any more, counted up to a bound. Two ranges instead of one
-- inequality: so the index serves it, and an archive read by today's reader costs nothing.
-- name: count_without_page
SELECT count(*) AS n
FROM (
    SELECT
    FROM article
    WHERE text_origin = 'page'
        AND (%(all_readers)s OR reader < %(reader)s OR reader > %(reader)s)
        AND (%(since)s::timestamptz IS NULL OR fetched_at >= %(since)s)
        AND (%(source_id)s::bigint IS NULL OR source_id = %(source_id)s)
        AND (NOT %(doubtful)s OR doubt IS NOT NULL)
        AND NOT EXISTS (SELECT FROM page WHERE page.article_id = article.id)
    LIMIT %(most)s
) bounded;

-- Articles by other readers whose page is stored, counted up to a bound. A step for each reader there has been; of each
-- only what is young enough to have a page: an article may be stored, or changed by its outlet, some weeks before and
-- after its page is fetched.
-- name: count_outdated
WITH RECURSIVE used AS (
    (SELECT article.reader FROM article WHERE article.text_origin = 'page' ORDER BY article.reader LIMIT 1)
    UNION ALL
    SELECT (
        SELECT article.reader
        FROM article
        WHERE article.text_origin = 'page' AND article.reader > used.reader
        ORDER BY article.reader
        LIMIT 1
    )
    FROM used
    WHERE used.reader IS NOT NULL
)
SELECT count(*) AS n
FROM (
    SELECT
    FROM used
    CROSS JOIN LATERAL (
        SELECT article.id
        FROM article
        WHERE article.text_origin = 'page'
            AND article.reader = used.reader
            AND article.fetched_at >= (SELECT min(page.fetched_at) FROM page) - interval '30 days'
        ORDER BY article.fetched_at DESC
        LIMIT %(most)s
    ) old
    WHERE used.reader <> %(reader)s
        AND EXISTS (
            SELECT FROM page WHERE page.article_id = old.id AND page.unreadable_by IS DISTINCT FROM %(reader)s
        )
    LIMIT %(most)s
) bounded;
