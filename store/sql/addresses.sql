-- The next articles, read from pages, whose keys may have been made by older rules.
-- name: find_keyed
SELECT article.id AS article_id, article.url, article.url_key
FROM sweep_progress
JOIN article ON article.id > CASE
    WHEN sweep_progress.url_rules < %(rules)s THEN 0
    WHEN sweep_progress.url_rules = %(rules)s THEN sweep_progress.keyed_to
END
WHERE article.text_origin = 'page'
ORDER BY article.id
LIMIT %(limit)s;

-- Up to this article all keys are those of the rules; without a number: all are.
-- name: note_keyed
UPDATE sweep_progress
SET url_rules = %(rules)s, keyed_to = %(keyed_to)s::bigint
WHERE url_rules <= %(rules)s AND (url_rules, keyed_to) IS DISTINCT FROM (%(rules)s, %(keyed_to)s::bigint);

-- An article is known under another key, unless one is stored there.
-- name: renew_key
UPDATE article
SET url_key = %(url_key)s
WHERE id = %(article_id)s
    AND url_key = %(old_key)s
    AND NOT EXISTS (SELECT FROM article other WHERE other.url_key = %(url_key)s);
