-- Take an article out of its group.
-- name: leave_group
UPDATE copy_group
SET n_articles = n_articles - 1
FROM placement
WHERE placement.article_id = %(article_id)s AND copy_group.id = placement.group_id
RETURNING copy_group.id, copy_group.story_id, copy_group.original_id, copy_group.n_articles;

-- An article that is in no group for the moment.
-- name: delete_placement
DELETE FROM placement
WHERE article_id = %(article_id)s;

-- A placed article takes the place of one that gives way, where it has none of its own.
-- name: take_place
UPDATE placement
SET article_id = %(article_id)s
WHERE article_id = %(gone_id)s
    AND NOT EXISTS (SELECT FROM placement own WHERE own.article_id = %(article_id)s);

-- The same for what it was the original of.
-- name: take_originality
UPDATE copy_group
SET original_id = %(article_id)s
WHERE original_id = %(gone_id)s;

-- The same for what copied it.
-- name: take_copies
UPDATE placement
SET of_article_id = %(article_id)s
WHERE of_article_id = %(gone_id)s AND article_id <> %(article_id)s;

-- The same for the text that it had first.
-- name: take_texts
UPDATE known_text
SET article_id = %(article_id)s
WHERE article_id = %(gone_id)s;

-- What copied an article that has left is a copy of the original of its group.
-- name: copy_original
UPDATE placement
SET of_article_id = copy_group.original_id
FROM copy_group
WHERE placement.of_article_id = %(article_id)s
    AND placement.group_id = %(group_id)s
    AND copy_group.id = placement.group_id
    AND copy_group.original_id <> placement.article_id;

-- The text of an article, and when it came.
-- name: find_text
SELECT title, text, language, fetched_at
FROM article
WHERE id = %(article_id)s;

-- Whether a person put a group into its story, or took that apart from another.
-- name: is_held
SELECT
    EXISTS (SELECT FROM copy_group WHERE id = %(group_id)s AND by_hand)
    OR EXISTS (
        SELECT
        FROM story_apart
        WHERE story_id = least(%(story_id)s::bigint, %(other_id)s::bigint)
            AND other_id = greatest(%(story_id)s::bigint, %(other_id)s::bigint)
    ) AS is_held;
