-- The words of a watch are kept as text: a `tsquery` must fit into one block of 8 kB, which words near each other in many
-- languages do not.
ALTER TABLE watch_query ALTER COLUMN words TYPE text USING words::text;

-- The active watches that an article matches: found by its lexemes and by the beginnings of these, then asked whether
-- their words match its document, and at last whether their condition fits.
--
-- The document is unpacked once; in its table it would be for each comparison. The planner knows nothing of how many
-- anchors and watches there are, and would read them all.
CREATE OR REPLACE FUNCTION matching_watches(wanted bigint) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_seqscan = off
SET jit = off
AS $$
DECLARE
    document tsvector;
    lexemes text[];
    lengths integer[];
BEGIN
    SELECT search || ''::tsvector INTO document FROM public.article WHERE id = wanted;
    lexemes := tsvector_to_array(document) || ARRAY[''];
    WITH RECURSIVE n_chars AS (
        (SELECT watch_prefix.n_chars AS n FROM public.watch_prefix ORDER BY watch_prefix.n_chars LIMIT 1)
        UNION ALL
        SELECT (
            SELECT watch_prefix.n_chars
            FROM public.watch_prefix
            WHERE watch_prefix.n_chars > n_chars.n
            ORDER BY watch_prefix.n_chars
            LIMIT 1
        )
        FROM n_chars
        WHERE n_chars.n IS NOT NULL
    )
    SELECT array_agg(n) INTO lengths FROM n_chars WHERE n IS NOT NULL;
    RETURN QUERY
    WITH candidate AS MATERIALIZED (
        SELECT anchored.watch_id
        FROM unnest(lexemes) known (lexeme)
        CROSS JOIN LATERAL (
            SELECT watch_anchor.watch_id
            FROM public.watch_anchor
            WHERE watch_anchor.lexeme = known.lexeme
            OFFSET 0
        ) anchored
        UNION
        SELECT anchored.watch_id
        FROM (
            SELECT DISTINCT size.n, left(known.lexeme, size.n) AS prefix
            FROM unnest(lengths) size (n)
            JOIN unnest(lexemes) known (lexeme) ON length(known.lexeme) >= size.n
        ) beginning
        CROSS JOIN LATERAL (
            SELECT watch_prefix.watch_id
            FROM public.watch_prefix
            WHERE watch_prefix.n_chars = beginning.n AND watch_prefix.prefix = beginning.prefix
            OFFSET 0
        ) anchored
    ),
    matched AS MATERIALIZED (
        SELECT asked.watch_id, asked.condition
        FROM candidate
        CROSS JOIN LATERAL (
            SELECT watch_query.watch_id, watch_query.words, watch_query.condition, watch_query.error
            FROM public.watch_query
            WHERE watch_query.watch_id = candidate.watch_id
            OFFSET 0
        ) asked
        WHERE asked.error IS NULL AND (asked.words IS NULL OR document @@ asked.words::tsquery)
    )
    SELECT matched.watch_id
    FROM matched
    WHERE matched.condition IS NULL OR public.article_fits(wanted, matched.condition);
END
$$;
