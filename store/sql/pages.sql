-- Store a page.
-- name: add_page
INSERT INTO page (
    entry_id, article_id, requested_url, final_url, status, headers, body, n_body_bytes, fetched_at, unreadable_by
)
VALUES (
    %(entry_id)s, %(article_id)s, %(requested_url)s, %(final_url)s, %(status)s, %(headers)s, %(body)s,
    %(n_body_bytes)s, %(fetched_at)s, %(unreadable_by)s
);

-- Oldest first, so many at a time that other work goes on.
-- name: delete_older
DELETE FROM page
WHERE id IN (
    SELECT id
    FROM page
    WHERE fetched_at < %(before)s
    ORDER BY fetched_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
);

-- The page that an article was read from; an index on article_id serves it.
-- name: find_of_article
SELECT requested_url, final_url, status, headers, body, n_body_bytes, fetched_at
FROM page
WHERE article_id = %(article_id)s
ORDER BY fetched_at DESC, id DESC
LIMIT 1;

-- The newest page of an entry that was read; an index on entry_id serves it.
-- name: find_of_entry
SELECT requested_url, final_url, status, headers, body, n_body_bytes, fetched_at
FROM page
WHERE entry_id = %(entry_id)s AND article_id IS NOT NULL
ORDER BY fetched_at DESC, id DESC
LIMIT 1;
