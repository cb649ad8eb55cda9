-- A site with its last pages, oldest first, a row each; one row where none is known. What was learned before comes with
-- the newest.
-- name: find_site
SELECT
    site.n_pages, site.n_strange, furniture.fingerprints AS learned,
    site_page.key, site_page.story, site_page.title, site_page.blocks, site_page.paragraphs, site_page.seen_at,
    (SELECT content_path FROM source WHERE source.id = %(source_id)s) AS content_path
FROM (SELECT %(site)s::text AS name) asked
LEFT JOIN site ON site.name = asked.name
LEFT JOIN site_page ON site_page.site = site.name
LEFT JOIN furniture ON furniture.site = site.name AND site_page.number = site.n_pages
ORDER BY site_page.number;

-- Count a page and keep it in the place of the oldest; no row where others kept pages of the site meanwhile. The site is
-- locked until the transaction ends in either case.
-- name: keep_page
WITH counted AS (
    INSERT INTO site (name, n_pages, first_page_at, last_page_at)
    VALUES (%(site)s, 1, %(seen_at)s, %(seen_at)s)
    ON CONFLICT (name) DO UPDATE
    SET
        n_pages = site.n_pages + 1,
        last_page_at = greatest(site.last_page_at, excluded.last_page_at),
        n_strange = CASE WHEN %(strange)s THEN site.n_strange + 1 ELSE 0 END
    WHERE site.n_pages = %(known)s
    RETURNING name, n_pages, n_strange
),
kept AS (
    INSERT INTO site_page (site, place, number, key, story, title, blocks, paragraphs, seen_at)
    SELECT
        name, (n_pages - 1) %% 8, n_pages, %(key)s, %(story)s, %(title)s, %(blocks)s::bigint[], %(paragraphs)s::bigint[],
        %(seen_at)s
    FROM counted
    ON CONFLICT (site, place) DO UPDATE
    SET
        number = excluded.number,
        key = excluded.key,
        story = excluded.story,
        title = excluded.title,
        blocks = excluded.blocks,
        paragraphs = excluded.paragraphs,
        seen_at = excluded.seen_at
)
SELECT n_pages, n_strange
FROM counted;

-- What was learned of a site, with counts and dates.
-- name: find_learned
SELECT block.fingerprint, block.n_pages, block.last_page, block.first_seen_at, block.last_seen_at
FROM furniture,
    unnest(
        furniture.fingerprints, furniture.n_pages, furniture.last_pages, furniture.first_seen_at, furniture.last_seen_at
    ) AS block (fingerprint, n_pages, last_page, first_seen_at, last_seen_at)
WHERE furniture.site = %(site)s;

-- Put what is learned of a site in the place of what was.
-- name: keep_learned
INSERT INTO furniture (site, fingerprints, n_pages, last_pages, first_seen_at, last_seen_at)
VALUES (
    %(site)s, %(fingerprints)s::bigint[], %(n_pages)s::integer[], %(last_pages)s::integer[],
    %(first_seen_at)s::timestamptz[], %(last_seen_at)s::timestamptz[]
)
ON CONFLICT (site) DO UPDATE
SET
    fingerprints = excluded.fingerprints,
    n_pages = excluded.n_pages,
    last_pages = excluded.last_pages,
    first_seen_at = excluded.first_seen_at,
    last_seen_at = excluded.last_seen_at;

-- The layout has changed: only the pages that are of the new one stay.
-- name: forget_layout
WITH forgotten AS (
    DELETE FROM site_page
    USING site
    WHERE site.name = %(site)s AND site_page.site = site.name AND site_page.number <= site.n_pages - site.n_strange
),
unlearned AS (
    DELETE FROM furniture
    WHERE furniture.site = %(site)s
)
UPDATE site
SET n_strange = 0, changed_at = %(now)s
WHERE name = %(site)s;

-- Forget sites altogether.
-- name: forget_sites
DELETE FROM site
WHERE name = ANY (%(sites)s);

-- A site as it is shown: its last pages are those of find_site.
-- name: show_site
SELECT n_pages, first_page_at, last_page_at, changed_at
FROM site
WHERE name = %(site)s;

-- Sites whose layout changed, the last first.
-- name: changed_sites
SELECT name, changed_at, n_pages
FROM site
WHERE changed_at >= %(since)s
ORDER BY changed_at DESC
LIMIT %(limit)s;

-- Where the text stands on pages of a source.
-- name: find_path
SELECT content_path
FROM source
WHERE id = %(source_id)s;

-- Confirm it, or, with NULL, leave it to the reader again.
-- name: set_path
UPDATE source
SET content_path = %(path)s
WHERE id = %(source_id)s;

-- The newest stored pages of a source that articles were read from.
-- name: newest_pages
SELECT page.final_url, page.headers, page.body, page.n_body_bytes, page.fetched_at
FROM article
JOIN LATERAL (
    SELECT final_url, headers, body, n_body_bytes, fetched_at
    FROM page
    WHERE page.article_id = article.id
    ORDER BY page.id DESC
    LIMIT 1
) page ON true
WHERE article.source_id = %(source_id)s AND article.text_origin = 'page'
ORDER BY article.id DESC
LIMIT %(limit)s;
