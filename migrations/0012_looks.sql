-- Search in fewer looks, each a cheaper one. Every look reads the lists of its words as a whole, however narrow the window
-- of time; and the marks of languages are the longest lists of all, which a column says as well.

DROP FUNCTION find_articles(tsquery, jsonb, timestamptz, timestamptz, timestamptz, bigint, integer);

-- The newest articles that match, by windows of time, each as much wider as the one before found too few: never sorted by
-- date over all matches, for the planner would walk the index of dates and unpack a million documents. It knows nothing
-- of what unpacking costs, and would read the whole table for a query of many parts, too (words near each other: 10 s for
-- half a million articles).
--
-- `looks` says the same as `words`, in parts: an array of objects with the words in "words", the languages whose articles
-- alone they are looked for in, in "languages", and, where they are looked for in all other articles too, all languages
-- that are known in "known". No article is found by two of them.
CREATE FUNCTION find_articles(
    words tsquery,
    condition jsonb,
    since timestamptz,
    until timestamptz,
    after_moment timestamptz,
    after_id bigint,
    most integer,
    looks jsonb DEFAULT NULL
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
    candidates text;
BEGIN
    SELECT coalesce(a.published_at, a.fetched_at) INTO high
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) DESC LIMIT 1;
    SELECT coalesce(a.published_at, a.fetched_at) INTO oldest
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) LIMIT 1;
    high := least(high + interval '1 microsecond', until, after_moment + interval '1 microsecond');
    oldest := greatest(oldest, since);

    -- What has only words that are not to be there is looked for in the whole index; marks narrow it.
    IF EXISTS (
        SELECT FROM jsonb_array_elements(looks) found (look)
        WHERE querytree((found.look ->> 'words')::tsquery) IN ('', 'T')
    ) THEN
        looks := NULL;
    END IF;

    -- Literals, and planned anew for each window: a plan for any words and any window would be one for none.
    SELECT string_agg(
        $look$
            SELECT a.id, coalesce(a.published_at, a.fetched_at) AS moment
            FROM article a
            WHERE coalesce(a.published_at, a.fetched_at) >= $1
                AND coalesce(a.published_at, a.fetched_at) < $2
                AND ($3 IS NULL OR (coalesce(a.published_at, a.fetched_at), a.id) < ($3, $4))
        $look$
        || CASE WHEN part.look ->> 'words' IS NULL THEN '' ELSE format(' AND a.search @@ %L::tsquery', part.look ->> 'words') END
        || CASE
            WHEN part.look ? 'known' THEN format(
                ' AND (a.language IS NULL OR a.language = ANY (%L::text[]) OR a.language <> ALL (%L::text[]))',
                part.languages, ARRAY(SELECT jsonb_array_elements_text(part.look -> 'known'))
            )
            WHEN part.look ? 'languages' THEN format(' AND a.language = ANY (%L::text[])', part.languages)
            ELSE ''
        END,
        ' UNION ALL '
    ) INTO candidates
    FROM (
        SELECT found.look, ARRAY(SELECT jsonb_array_elements_text(found.look -> 'languages')) AS languages
        FROM jsonb_array_elements(coalesce(looks, jsonb_build_array(jsonb_build_object('words', words)))) found (look)
    ) part;

    WHILE n_found < most AND high > oldest LOOP
        low := greatest(high - width, oldest);
        IF words IS NULL THEN
            RETURN QUERY EXECUTE format($window$
                SELECT c.id, c.moment
                FROM (%s ORDER BY 2 DESC, 1 DESC OFFSET 0) c
                WHERE $5 IS NULL OR article_fits(c.id, $5)
                LIMIT $6
            $window$, candidates)
            USING low, high, after_moment, after_id, condition, most - n_found;
        ELSE
            RETURN QUERY EXECUTE format($window$
                WITH candidate AS MATERIALIZED (%s)
                SELECT c.id, c.moment
                FROM (SELECT candidate.id, candidate.moment FROM candidate ORDER BY 2 DESC, 1 DESC OFFSET 0) c
                WHERE $5 IS NULL OR article_fits(c.id, $5)
                ORDER BY c.moment DESC, c.id DESC
                LIMIT $6
            $window$, candidates)
            USING low, high, after_moment, after_id, condition, most - n_found;
        END IF;
        GET DIAGNOSTICS n = ROW_COUNT;
        n_found := n_found + n;
        high := low;
        width := width * CASE WHEN n = 0 THEN 50 ELSE least(50, greatest(1, 1.5 * (most - n_found) / n)) END;
    END LOOP;
END
$_$;
