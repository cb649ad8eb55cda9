-- Lock an article until the end of the transaction.
-- name: lock_article
SELECT id, url_key
FROM article
WHERE id = %(article_id)s
FOR NO KEY UPDATE;

-- When the page was fetched that an article's present state was read from: what the outlet changed last says when.
-- name: state_fetched_at
SELECT coalesce(
    (
        SELECT revision.replaced_at
        FROM revision
        WHERE revision.article_id = %(article_id)s AND revision.cause = 'outlet'
        ORDER BY revision.id DESC
        LIMIT 1
    ),
    (SELECT article.fetched_at FROM article WHERE article.id = %(article_id)s)
) AS at;

-- Keep the present state of an article; of a reader's the first for each page as fetched.
-- name: add_revision
INSERT INTO revision (
    article_id, cause, title, text_hash, published_at, modified_at, reader, fetched_at, replaced_at
)
SELECT
    article.id, %(cause)s, article.title, sha256(convert_to(article.text, 'UTF8')), article.published_at,
    article.modified_at, article.reader, %(fetched_at)s, coalesce(%(replaced_at)s::timestamptz, now())
FROM article
WHERE article.id = %(article_id)s
ON CONFLICT (article_id, fetched_at) WHERE cause = 'reader' DO NOTHING;

-- Keep the present text of an article that is to get another one, where a revision has it.
-- name: keep_text
INSERT INTO revision_text (article_id, hash, text)
SELECT article.id, sha256(convert_to(article.text, 'UTF8')), article.text
FROM article
WHERE article.id = %(article_id)s
    AND EXISTS (
        SELECT
        FROM revision
        WHERE revision.article_id = article.id
            AND revision.text_hash = sha256(convert_to(article.text, 'UTF8'))
    )
ON CONFLICT DO NOTHING;

-- Of an outlet's states all but the first and the newest go.
-- name: forget_middle
DELETE FROM revision
WHERE id IN (
    SELECT ranked.id
    FROM (
        SELECT
            id,
            row_number() OVER (ORDER BY id) AS from_first,
            row_number() OVER (ORDER BY id DESC) AS from_last
        FROM revision
        WHERE article_id = %(article_id)s AND cause = 'outlet'
    ) ranked
    WHERE ranked.from_first > 1 AND ranked.from_last > %(most)s - 1
);

-- Texts that no revision has any more.
-- name: forget_texts
DELETE FROM revision_text
WHERE article_id = %(article_id)s
    AND NOT EXISTS (
        SELECT
        FROM revision
        WHERE revision.article_id = revision_text.article_id AND revision.text_hash = revision_text.hash
    );

-- An article's earlier states, the first one first.
-- name: list_revisions
SELECT
    revision.id, revision.article_id, revision.cause, revision.title, coalesce(kept.text, article.text) AS text,
    revision.published_at, revision.modified_at, revision.reader, revision.fetched_at, revision.replaced_at
FROM revision
JOIN article ON article.id = revision.article_id
LEFT JOIN revision_text kept ON kept.article_id = revision.article_id AND kept.hash = revision.text_hash
WHERE revision.article_id = %(article_id)s
    AND (%(cause)s::text IS NULL OR revision.cause = %(cause)s)
ORDER BY revision.id;
