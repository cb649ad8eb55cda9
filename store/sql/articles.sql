-- Store an article. One that is known stays as it is, unless only a feed's line stood in for its page, or another
-- reading is to take its place.
-- name: add_article
INSERT INTO article (
    url_key, url, source_id, title, text, text_origin, authors, language,
    published_at, published_raw, published_origin, published_precision, published_offset_s,
    modified_at, modified_raw, modified_origin, modified_precision, modified_offset_s,
    description, section, tags, image_url, site_name, reader, truncated, subtitle, agencies, attributions,
    image_caption, captions, paywalled, n_words, confidence, doubt, provenance, fetched_at
) VALUES (
    %(url_key)s, %(url)s, %(source_id)s, %(title)s, %(text)s, %(text_origin)s, %(authors)s, %(language)s,
    %(published_at)s, %(published_raw)s, %(published_origin)s, %(published_precision)s, %(published_offset_s)s,
    %(modified_at)s, %(modified_raw)s, %(modified_origin)s, %(modified_precision)s, %(modified_offset_s)s,
    %(description)s, %(section)s, %(tags)s, %(image_url)s, %(site_name)s, %(reader)s, %(truncated)s, %(subtitle)s,
    %(agencies)s, %(attributions)s, %(image_caption)s, %(captions)s, %(paywalled)s, %(n_words)s, %(confidence)s,
    %(doubt)s, %(provenance)s, %(fetched_at)s
)
ON CONFLICT (url_key) DO UPDATE
SET
    url = excluded.url,
    source_id = coalesce(article.source_id, excluded.source_id),
    title = excluded.title,
    text = excluded.text,
    text_origin = excluded.text_origin,
    authors = excluded.authors,
    language = excluded.language,
    published_at = excluded.published_at,
    published_raw = excluded.published_raw,
    published_origin = excluded.published_origin,
    published_precision = excluded.published_precision,
    published_offset_s = excluded.published_offset_s,
    modified_at = excluded.modified_at,
    modified_raw = excluded.modified_raw,
    modified_origin = excluded.modified_origin,
    modified_precision = excluded.modified_precision,
    modified_offset_s = excluded.modified_offset_s,
    description = excluded.description,
    section = excluded.section,
    tags = excluded.tags,
    image_url = excluded.image_url,
    site_name = excluded.site_name,
    reader = excluded.reader,
    truncated = excluded.truncated,
    subtitle = excluded.subtitle,
    agencies = excluded.agencies,
    attributions = excluded.attributions,
    image_caption = excluded.image_caption,
    captions = excluded.captions,
    paywalled = excluded.paywalled,
    n_words = excluded.n_words,
    confidence = excluded.confidence,
    doubt = excluded.doubt,
    provenance = excluded.provenance
WHERE (article.text_origin = 'entry' AND excluded.text_origin = 'page') OR article.id = %(replaced_id)s::bigint
RETURNING id;

-- The article that is stored under an identity.
-- name: find_by_key
SELECT id
FROM article
WHERE url_key = %(url_key)s;

-- The page says that its address is another than the one its stand-in was stored under: the stand-in moves there,
-- unless an article is there already.
-- name: move_stand_in
UPDATE article
SET url_key = %(url_key)s
WHERE id = %(stand_in_id)s
    AND text_origin = 'entry'
    AND url_key <> %(url_key)s
    AND NOT EXISTS (SELECT FROM article other WHERE other.url_key = %(url_key)s);

-- An article whose page claimed the address of another page goes to the address of its own entry. One of whose entries
-- has its address stays: it is no claim.
-- name: give_address_back
UPDATE article
SET url_key = own.key, url = own.url
FROM (
    SELECT entry.key, entry.url
    FROM entry
    WHERE entry.article_id = %(article_id)s AND entry.state = 'stored' AND entry.url IS NOT NULL
    ORDER BY entry.id
    LIMIT 1
) AS own
WHERE article.id = %(article_id)s
    AND NOT EXISTS (
        SELECT FROM entry
        WHERE entry.article_id = %(article_id)s AND entry.key = article.url_key AND entry.state = 'stored'
    );

-- What a stand-in was for now belongs to the article that its page turned out to be.
-- name: hand_over_entries
UPDATE entry
SET article_id = %(article_id)s
WHERE article_id = %(stand_in_id)s;

-- The same for its pages.
-- name: hand_over_pages
UPDATE page
SET article_id = %(article_id)s
WHERE article_id = %(stand_in_id)s;

-- A stand-in that gave way has nothing left of its own.
-- name: delete_stand_in
DELETE FROM article
WHERE id = %(stand_in_id)s AND id <> %(article_id)s AND text_origin = 'entry';

-- An article with the feeds that listed it.
-- name: find_article
SELECT
    article.id, source.name AS source, article.url, article.title, article.text, article.text_origin, article.authors,
    article.language, article.published_at, article.published_raw, article.published_origin,
    article.published_precision, article.published_offset_s, article.modified_at, article.modified_raw,
    article.modified_origin, article.modified_precision, article.modified_offset_s, article.description,
    article.section, article.tags, article.image_url, article.site_name, article.reader, article.truncated,
    article.subtitle, article.agencies, article.attributions, article.image_caption, article.captions,
    article.paywalled, article.n_words, article.confidence, article.doubt, article.provenance,
    article.fetched_at,
    ARRAY(
        SELECT DISTINCT feed.url
        FROM entry
        JOIN sighting ON sighting.entry_id = entry.id
        JOIN feed ON feed.id = sighting.feed_id
        WHERE entry.article_id = article.id
        ORDER BY feed.url
    ) AS listed_by
FROM article
LEFT JOIN source ON source.id = article.source_id
WHERE article.id = %(article_id)s;

-- The newest articles by their date, in pages: from the index, whatever the number of articles.
-- name: newest
SELECT
    article.id, source.name AS source, article.url, article.title, article.text, article.text_origin, article.authors,
    article.language, article.published_at, article.published_raw, article.published_origin,
    article.published_precision, article.published_offset_s, article.modified_at, article.modified_raw,
    article.modified_origin, article.modified_precision, article.modified_offset_s, article.description,
    article.section, article.tags, article.image_url, article.site_name, article.reader, article.truncated,
    article.subtitle, article.agencies, article.attributions, article.image_caption, article.captions,
    article.paywalled, article.n_words, article.confidence, article.doubt, article.provenance,
    article.fetched_at, '{}'::text[] AS listed_by
FROM article
LEFT JOIN source ON source.id = article.source_id
WHERE (
        %(moment)s::timestamptz IS NULL
        OR (coalesce(article.published_at, article.fetched_at), article.id) < (%(moment)s, %(id)s)
    )
    AND (
        %(since)s::timestamptz IS NULL
        OR coalesce(article.published_at, article.fetched_at) >= %(since)s
    )
ORDER BY coalesce(article.published_at, article.fetched_at) DESC, article.id DESC
LIMIT %(limit)s;
