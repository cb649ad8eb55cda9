-- An article that was placed, as far as it matters whether it is news. Its entry is given while it is not settled yet.
-- name: find_subject
SELECT
    article.id AS article_id, article_story.story_id, article.language, article.published_at, article.published_precision,
    article.published_offset_s IS NOT NULL AS zone_stated, listed.seen_at,
    coalesce(listed.seen_at <= feed.first_read_at, false) AS in_first_read, article.fetched_at
FROM article
JOIN article_story ON article_story.article_id = article.id
LEFT JOIN LATERAL (
    SELECT one.seen_at, one.feed_id
    FROM (
        SELECT entry.seen_at, entry.feed_id FROM entry WHERE entry.id = %(entry_id)s::bigint
        UNION ALL
        SELECT entry.seen_at, entry.feed_id FROM entry WHERE entry.article_id = article.id
    ) one
    ORDER BY one.seen_at
    LIMIT 1
) listed ON true
LEFT JOIN feed ON feed.id = listed.feed_id
WHERE article.id = %(article_id)s;

-- Of some active watches those to which an article is news, with what was told already: of its story, or of the article
-- itself while it was in another story.
-- name: find_interested
SELECT
    watch.id AS watch_id, watch.query, watch.each_article, watch.tell_spikes, watch_query.words,
    EXISTS (
        SELECT
        FROM alert
        WHERE alert.watch_id = watch.id
            AND CASE
                WHEN watch.each_article
                THEN alert.article_id = %(article_id)s AND alert.occasion = 'article'
                ELSE alert.story_id = %(story_id)s AND alert.occasion = 'story'
            END
    ) AS told,
    NOT watch.each_article AND EXISTS (
        SELECT
        FROM alert
        WHERE alert.watch_id = watch.id AND alert.article_id = %(article_id)s AND alert.occasion = 'story'
    ) AS told_elsewhere
FROM watch
JOIN watch_query ON watch_query.watch_id = watch.id
WHERE watch.id = ANY (%(watch_ids)s) AND watch.state = 'active' AND watch.baseline_at <= %(newest_at)s
ORDER BY watch.id;

-- Where the words of queries stand in an article: in its title, and around the first of them in its text. Queries are
-- those of the article's own language; a long one, or a long text, is shown by any of its words, since the headline
-- function takes the square of the matches.
-- name: describe
SELECT
    asked.number,
    ts_headline(fts_config(article.language), coalesce(article.title, ''), asked.any_words, %(title_options)s) AS title,
    ts_headline(
        fts_config(article.language),
        shown.text,
        CASE
            WHEN length(shown.text) <= %(short_chars)s AND numnode(asked.words) <= %(short_nodes)s
            THEN asked.words
            ELSE asked.any_words
        END,
        %(snippet_options)s
    ) AS snippet
FROM article
CROSS JOIN (
    SELECT number, words::tsquery AS words, any_words::tsquery AS any_words
    FROM unnest(%(words)s::text[], %(any_words)s::text[]) WITH ORDINALITY given (words, any_words, number)
) asked
CROSS JOIN LATERAL (
    SELECT coalesce(nullif(article.text, ''), article.description, article.title, '') AS text
) whole
LEFT JOIN LATERAL (
    -- The place of a word among all words tells about where it stands in a text too long to be looked at whole.
    SELECT min(one.place) FILTER (WHERE document.is_hit)::double precision / greatest(max(one.place), 1) AS share
    FROM (
        SELECT lexeme, positions, weights, array_to_tsvector(ARRAY[lexeme]) @@ asked.any_words AS is_hit
        FROM unnest(article.search)
    ) document
    CROSS JOIN LATERAL unnest(document.positions, document.weights) one (place, weight)
    WHERE length(whole.text) > %(snippet_chars)s AND one.weight = 'D'
) first_hit ON true
CROSS JOIN LATERAL (
    SELECT substr(
            whole.text,
            greatest(1, (coalesce(first_hit.share, 0) * length(whole.text))::integer - %(lead_chars)s),
            %(snippet_chars)s
        ) AS text
) shown
WHERE article.id = %(article_id)s;

-- How many sources tell a story.
-- name: count_sources
SELECT greatest(count(DISTINCT article.source_id), 1)::integer AS n_sources
FROM article_story
JOIN article ON article.id = article_story.article_id
WHERE article_story.story_id = %(story_id)s;

-- Alerts, each once; nothing where it is there. In the order of the watches, so that two workers do not wait for each
-- other.
-- name: add_alerts
INSERT INTO alert (
    watch_id, story_id, occasion, occasion_key, article_id, matched_words, snippet, note, daily, n_sources, silent
)
SELECT
    watch_id, story_id, occasion, occasion_key, article_id, coalesce(matched_words, '{}'), snippet, note, daily,
    coalesce(n_sources, 1), coalesce(silent, false)
FROM jsonb_to_recordset(%(alerts)s) AS given (
    watch_id bigint, story_id bigint, occasion text, occasion_key text, article_id bigint, matched_words text[],
    snippet text, note text, daily integer[], n_sources integer, silent boolean
)
ORDER BY watch_id, occasion, occasion_key
ON CONFLICT DO NOTHING
RETURNING id, silent;

-- Articles that match, for the volume of watches that tell spikes.
-- name: add_hits
INSERT INTO watch_hit (watch_id, article_id, at)
SELECT watch.id, %(article_id)s, %(at)s
FROM watch
WHERE watch.id = ANY (%(watch_ids)s) AND watch.tell_spikes
ORDER BY watch.id
ON CONFLICT DO NOTHING;

-- Tell a story again where it grew to a number of sources that a watch waits for: the highest reached, above what was
-- there when it was told.
-- name: grow
INSERT INTO alert (watch_id, story_id, occasion, occasion_key, article_id, matched_words, snippet, note, n_sources)
SELECT
    told.watch_id, told.story_id, 'grown', reached.n::text, coalesce(%(article_id)s::bigint, told.article_id),
    told.matched_words, told.snippet, NULL, now_told.n_sources
FROM (
    SELECT DISTINCT ON (alert.watch_id, alert.story_id)
        alert.watch_id, alert.story_id, alert.article_id, alert.matched_words, alert.snippet, watch.tell_growth,
        max(alert.n_sources) OVER (PARTITION BY alert.watch_id, alert.story_id) AS n_sources
    FROM alert
    JOIN watch ON watch.id = alert.watch_id
    WHERE alert.story_id = ANY (%(story_ids)s)
        AND watch.state = 'active'
        AND cardinality(watch.tell_growth) > 0
    ORDER BY alert.watch_id, alert.story_id, alert.id
) told
CROSS JOIN LATERAL (
    SELECT count(DISTINCT article.source_id)::integer AS n_sources
    FROM article_story
    JOIN article ON article.id = article_story.article_id
    WHERE article_story.story_id = told.story_id
) now_told
CROSS JOIN LATERAL (
    SELECT max(n) AS n
    FROM unnest(told.tell_growth) n
    WHERE n > told.n_sources AND n <= now_told.n_sources
) reached
WHERE reached.n IS NOT NULL
ORDER BY told.watch_id, told.story_id
ON CONFLICT DO NOTHING
RETURNING id;

-- Stories that are open and were told to a watch that waits for their growth.
-- name: find_growing
SELECT DISTINCT alert.story_id
FROM alert
JOIN watch ON watch.id = alert.watch_id AND cardinality(watch.tell_growth) > 0 AND watch.state = 'active'
JOIN story ON story.id = alert.story_id AND story.closed_at IS NULL AND story.last_at > now() - interval '1 day'
WHERE alert.story_id > %(after_id)s
ORDER BY alert.story_id
LIMIT %(limit)s;

-- Tell that an article that was told is not what it was.
-- name: revise
INSERT INTO alert (watch_id, story_id, occasion, occasion_key, article_id, matched_words, snippet, note, n_sources)
SELECT
    told.watch_id, told.story_id, 'revised', %(key)s, %(article_id)s, told.matched_words, told.snippet, %(note)s,
    told.n_sources
FROM (
    SELECT DISTINCT ON (alert.watch_id)
        alert.watch_id, alert.story_id, alert.matched_words, alert.snippet, alert.n_sources
    FROM alert
    JOIN watch ON watch.id = alert.watch_id AND watch.tell_revisions AND watch.state = 'active'
    WHERE alert.article_id = %(article_id)s AND alert.story_id IS NOT NULL AND NOT alert.silent
    ORDER BY alert.watch_id, alert.id
) told
ORDER BY told.watch_id
ON CONFLICT DO NOTHING
RETURNING id;

-- What was told of a stand-in was told of the article that its page turned out to be.
-- name: hand_over
UPDATE alert
SET
    article_id = %(article_id)s,
    occasion_key = CASE WHEN occasion = 'article' THEN (%(article_id)s)::text ELSE occasion_key END
WHERE article_id = %(stand_in_id)s
    AND NOT (
        occasion = 'article'
        AND EXISTS (
            SELECT
            FROM alert other
            WHERE other.watch_id = alert.watch_id
                AND other.story_id = alert.story_id
                AND other.occasion = 'article'
                AND other.occasion_key = (%(article_id)s)::text
        )
    );

-- Articles in each of the last 31 times 24 hours, the oldest first, of each watch that tells spikes; the newest of
-- them; and when a spike was told last.
-- name: daily
SELECT
    watch.id AS watch_id,
    counted.daily,
    newest.article_id,
    (
        SELECT max(alert.created_at)
        FROM alert
        WHERE alert.watch_id = watch.id AND alert.occasion = 'spike'
    ) AS told_at
FROM watch
CROSS JOIN LATERAL (
    SELECT array_agg(coalesce(hit.n, 0)::integer ORDER BY day.ago DESC) AS daily
    FROM generate_series(0, 30) day (ago)
    LEFT JOIN (
        SELECT floor(extract(epoch FROM %(now)s - watch_hit.at) / 86400)::integer AS ago, count(*) AS n
        FROM watch_hit
        WHERE watch_hit.watch_id = watch.id
            AND watch_hit.at > %(now)s - interval '31 days'
            AND watch_hit.at <= %(now)s
        GROUP BY 1
    ) hit ON hit.ago = day.ago
) counted
JOIN LATERAL (
    SELECT watch_hit.article_id
    FROM watch_hit
    WHERE watch_hit.watch_id = watch.id
        AND watch_hit.at > %(now)s - interval '1 day'
        AND watch_hit.at <= %(now)s
    ORDER BY watch_hit.at DESC
    LIMIT 1
) newest ON true
WHERE watch.tell_spikes AND watch.state = 'active'
ORDER BY watch.id;

-- When the first feed was read: before, nothing is known.
-- name: archive_began_at
SELECT min(first_read_at) AS at
FROM feed;

-- One worker at a time looks for spikes, and forgets.
-- name: lock_spikes
SELECT pg_try_advisory_xact_lock(%(key)s) AS locked;

-- Articles that no baseline reaches any more, and those of watches that tell no spikes any more.
-- name: forget_hits
DELETE FROM watch_hit
USING watch
WHERE watch.id = watch_hit.watch_id
    AND (NOT watch.tell_spikes OR watch_hit.at < %(now)s - interval '32 days');

-- What a watch matched no longer counts.
-- name: drop_hits
DELETE FROM watch_hit
WHERE watch_id = %(watch_id)s;

-- What the archive holds of a watch, as its baseline of volume.
-- name: fill_hits
INSERT INTO watch_hit (watch_id, article_id, at)
SELECT %(watch_id)s, found.id, found.moment
FROM watch_query
CROSS JOIN LATERAL find_articles(
    watch_query.words::tsquery, watch_query.condition, %(since)s, NULL, NULL, NULL, %(limit)s
) found
WHERE watch_query.watch_id = %(watch_id)s AND watch_query.error IS NULL
ON CONFLICT DO NOTHING;

-- What the archive holds of a watch since a moment: the newest, in the order of time.
-- name: find_archived
SELECT found.id AS article_id
FROM watch_query
CROSS JOIN LATERAL find_articles(
    watch_query.words::tsquery, watch_query.condition, %(since)s, NULL, NULL, NULL, %(limit)s
) found
WHERE watch_query.watch_id = %(watch_id)s AND watch_query.error IS NULL
ORDER BY found.moment, found.id;

-- Alerts, the newest first.
-- name: list_alerts
SELECT
    alert.id, watch.name AS watch, alert.story_id, alert.occasion, alert.occasion_key, alert.article_id, article.title,
    article.url, source.name AS source, article.language, article.published_at, alert.matched_words, alert.snippet,
    alert.note, alert.daily, alert.n_sources, alert.created_at
FROM alert
JOIN watch ON watch.id = alert.watch_id
LEFT JOIN article ON article.id = alert.article_id
LEFT JOIN source ON source.id = article.source_id
WHERE NOT alert.silent
    AND (%(watch_id)s::bigint IS NULL OR alert.watch_id = %(watch_id)s)
    AND (%(since)s::timestamptz IS NULL OR alert.created_at >= %(since)s)
    AND (%(before_id)s::bigint IS NULL OR alert.id < %(before_id)s)
ORDER BY alert.id DESC
LIMIT %(limit)s;
