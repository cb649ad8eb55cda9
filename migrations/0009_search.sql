-- One query for words of all languages: a document says its language, signs of writings without blanks are words, and
-- Turkish letters keep their dots. A document says, too, what else it may be asked for, so that the index finds it; the
-- little that changes later (dates that pass, copies, revisions) is data, asked by one function for search and watches.

DROP FUNCTION search_articles(text, timestamptz, timestamptz, timestamptz, bigint, bigint, text, integer);
ALTER TABLE article DROP COLUMN search;
DROP FUNCTION fts_document(text, text, text);
DROP FUNCTION fts_fold(text);

-- What is no different for who searches: ё and е, kinds of apostrophes. In Turkish and Azerbaijani I is the capital of
-- ı, and İ that of i. Signs of Chinese, Japanese, Thai, Lao, Burmese and Khmer are parted, for they have no blanks.
CREATE FUNCTION fts_fold(language text, text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT CASE
    WHEN folded ~ '[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]'
    THEN regexp_replace(
        folded,
        '([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])', ' \1 ', 'g'
    )
    ELSE folded
END
FROM (
    SELECT CASE
        WHEN language IN ('tr', 'az') THEN translate(text, 'ёЁ’ʼ‘`Iİ', 'еЕ''''''''ıi')
        ELSE translate(text, 'ёЁ’ʼ‘`', 'еЕ''''''''')
    END AS folded
) one
$$;

-- Marks are words that nobody writes, for they begin with =: by them a document says what it is beside its text. Of
-- people and agencies each word of their names.
CREATE FUNCTION fts_name_marks(names text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT coalesce(array_agg(DISTINCT '=by:' || word), '{}')
FROM unnest(names[:50]) name,
    unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', public.fts_fold(NULL, left(name, 100))))) word
$$;

-- Of tags and sections all of it, folded.
CREATE FUNCTION fts_tag_marks(tags text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT coalesce(array_agg(DISTINCT '=tag:' || folded), '{}')
FROM unnest(tags[:50]) tag,
    btrim(regexp_replace(lower(public.fts_fold(NULL, left(tag, 100))), '\s+', ' ', 'g'), '# ') folded
WHERE folded <> ''
$$;

-- Of an address its host and each domain that this is part of: www.example.com, example.com, com.
CREATE FUNCTION fts_site_marks(url text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT coalesce(array_agg('=site:' || array_to_string(labels[place:], '.')), '{}')
FROM string_to_array(left(lower(substring(url FROM '^[a-z]+://(?:[^/@]*@)?([^/:?#]+)')), 255), '.') labels,
    generate_series(greatest(cardinality(labels) - 9, 1), cardinality(labels)) place
$$;

CREATE FUNCTION fts_marks(
    source_id bigint, url text, authors text[], agencies text[], tags text[], section text
) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT array_to_tsvector(
    array_remove(ARRAY['=source:' || source_id], NULL)
    || public.fts_site_marks(url)
    || public.fts_name_marks(authors[:40] || agencies)
    || public.fts_tag_marks(section || tags)
)
$$;

-- What an article is found by: its title, weighted, and each word of it as a mark; its text; its language as a mark.
CREATE FUNCTION fts_document(language text, title text, text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT setweight(headline.words, 'A')
    || to_tsvector(
        public.fts_config(language),
        public.fts_fold(
            language, left(text, CASE WHEN octet_length(left(text, 200000)) <= 450000 THEN 200000 ELSE 100000 END)
        )
    )
    || array_to_tsvector(
        ARRAY(SELECT '=title:' || word FROM unnest(tsvector_to_array(headline.words)) word)
        || ('=' || coalesce(language, ''))
    )
FROM to_tsvector(public.fts_config(language), public.fts_fold(language, left(coalesce(title, ''), 1000)))
    headline (words)
$$;

ALTER TABLE article
    ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
        fts_document(language, title, text) || fts_marks(source_id, url, authors, agencies, tags, section)
    ) STORED;
-- find_articles. Each search reads the list of what is not sorted in yet: at 1 MB that is a few milliseconds.
CREATE INDEX article_search ON article USING gin (search) WITH (gin_pending_list_limit = 1024);

-- Whether an article fits what a query asks beside words and marks: a tree of objects, each with its kind in "op".
CREATE FUNCTION article_fits(wanted bigint, condition jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    part jsonb;
BEGIN
    CASE condition ->> 'op'
        WHEN 'all' THEN
            FOR part IN SELECT jsonb_array_elements(condition -> 'parts') LOOP
                IF NOT public.article_fits(wanted, part) THEN
                    RETURN false;
                END IF;
            END LOOP;
            RETURN true;
        WHEN 'any' THEN
            FOR part IN SELECT jsonb_array_elements(condition -> 'parts') LOOP
                IF public.article_fits(wanted, part) THEN
                    RETURN true;
                END IF;
            END LOOP;
            RETURN false;
        WHEN 'not' THEN
            RETURN NOT public.article_fits(wanted, condition -> 'part');
        WHEN 'words' THEN
            RETURN coalesce((SELECT search @@ (condition ->> 'value')::tsquery FROM public.article WHERE id = wanted), false);
        WHEN 'date' THEN
            RETURN EXISTS (
                SELECT FROM public.article
                WHERE id = wanted
                    AND (
                        condition ->> 'since' IS NULL
                        OR coalesce(published_at, fetched_at) >= (condition ->> 'since')::timestamptz
                    )
                    AND (
                        condition ->> 'until' IS NULL
                        OR coalesce(published_at, fetched_at) < (condition ->> 'until')::timestamptz
                    )
                    AND (
                        condition ->> 'age_s' IS NULL
                        OR coalesce(published_at, fetched_at)
                            >= now() - (condition ->> 'age_s')::double precision * interval '1 second'
                    )
            );
        WHEN 'copy' THEN
            RETURN EXISTS (
                SELECT FROM public.article_story
                WHERE article_id = wanted AND relation NOT IN ('original', 'digest')
            );
        WHEN 'changed' THEN
            RETURN EXISTS (
                SELECT FROM public.revision
                WHERE article_id = wanted
                    AND cause = 'outlet'
                    AND (condition ->> 'since' IS NULL OR replaced_at >= (condition ->> 'since')::timestamptz)
                    AND (condition ->> 'until' IS NULL OR replaced_at < (condition ->> 'until')::timestamptz)
                    AND (
                        condition ->> 'age_s' IS NULL
                        OR replaced_at >= now() - (condition ->> 'age_s')::double precision * interval '1 second'
                    )
            );
    END CASE;
END
$$;

-- The newest articles that match, by widening windows of time: never sorted by date over all matches, for the planner
-- would walk the index of dates and unpack a million documents. It knows nothing of what unpacking costs, and would read
-- the whole table for a query of many parts, too (words near each other: 10 s for half a million articles).
CREATE FUNCTION find_articles(
    words tsquery,
    condition jsonb,
    since timestamptz,
    until timestamptz,
    after_moment timestamptz,
    after_id bigint,
    most integer
) RETURNS TABLE (id bigint, moment timestamptz)
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
AS $_$
#variable_conflict use_column
DECLARE
    high timestamptz;
    low timestamptz;
    oldest timestamptz;
    width interval := '1 day';
    n_found integer := 0;
    n integer;
BEGIN
    SELECT coalesce(a.published_at, a.fetched_at) INTO high
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) DESC LIMIT 1;
    SELECT coalesce(a.published_at, a.fetched_at) INTO oldest
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) LIMIT 1;
    high := least(high + interval '1 microsecond', until, after_moment + interval '1 microsecond');
    oldest := greatest(oldest, since);

    WHILE n_found < most AND high > oldest LOOP
        low := greatest(high - width, oldest);
        -- Planned anew for each window: a plan for any window would be one for none.
        IF words IS NULL THEN
            RETURN QUERY EXECUTE $window$
                SELECT c.id, c.moment
                FROM (
                    SELECT a.id, coalesce(a.published_at, a.fetched_at) AS moment
                    FROM article a
                    WHERE coalesce(a.published_at, a.fetched_at) >= $1
                        AND coalesce(a.published_at, a.fetched_at) < $2
                        AND ($3 IS NULL OR (coalesce(a.published_at, a.fetched_at), a.id) < ($3, $4))
                    ORDER BY coalesce(a.published_at, a.fetched_at) DESC, a.id DESC
                    OFFSET 0
                ) c
                WHERE $5 IS NULL OR article_fits(c.id, $5)
                LIMIT $6
            $window$
            USING low, high, after_moment, after_id, condition, most - n_found;
        ELSE
            RETURN QUERY EXECUTE $window$
                WITH candidate AS MATERIALIZED (
                    SELECT a.id, coalesce(a.published_at, a.fetched_at) AS moment
                    FROM article a
                    WHERE a.search @@ $7
                        AND coalesce(a.published_at, a.fetched_at) >= $1
                        AND coalesce(a.published_at, a.fetched_at) < $2
                        AND ($3 IS NULL OR (coalesce(a.published_at, a.fetched_at), a.id) < ($3, $4))
                )
                SELECT c.id, c.moment
                FROM (SELECT candidate.id, candidate.moment FROM candidate ORDER BY 2 DESC, 1 DESC OFFSET 0) c
                WHERE $5 IS NULL OR article_fits(c.id, $5)
                ORDER BY c.moment DESC, c.id DESC
                LIMIT $6
            $window$
            USING low, high, after_moment, after_id, condition, most - n_found, words;
        END IF;
        GET DIAGNOSTICS n = ROW_COUNT;
        n_found := n_found + n;
        high := low;
        width := width * 4;
    END LOOP;
END
$_$;
