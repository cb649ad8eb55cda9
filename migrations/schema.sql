-- The sum of all migrations. Written by `python -m store.schema`; do not edit.

COMMENT ON SCHEMA public IS 'standard public schema';

CREATE FUNCTION public.alert_was_made() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO delivery (alert_id, channel_id)
    SELECT made.id, watch_channel.channel_id
    FROM made
    JOIN watch_channel ON watch_channel.watch_id = made.watch_id
    WHERE NOT made.silent
    ORDER BY made.id, watch_channel.channel_id
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE FUNCTION public.article_fits(wanted bigint, condition jsonb) RETURNS boolean
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

CREATE FUNCTION public.find_articles(words tsquery, condition jsonb, since timestamp with time zone, until timestamp with time zone, after_moment timestamp with time zone, after_id bigint, most integer, looks jsonb DEFAULT NULL::jsonb) RETURNS TABLE(id bigint, moment timestamp with time zone)
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
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

CREATE FUNCTION public.fts_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT CASE language
    WHEN 'ar' THEN 'pg_catalog.arabic'::regconfig
    WHEN 'az' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'ca' THEN 'pg_catalog.catalan'::regconfig
    WHEN 'da' THEN 'pg_catalog.danish'::regconfig
    WHEN 'de' THEN 'pg_catalog.german'::regconfig
    WHEN 'el' THEN 'pg_catalog.greek'::regconfig
    WHEN 'en' THEN 'pg_catalog.english'::regconfig
    WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
    WHEN 'eu' THEN 'pg_catalog.basque'::regconfig
    WHEN 'fi' THEN 'pg_catalog.finnish'::regconfig
    WHEN 'fr' THEN 'pg_catalog.french'::regconfig
    WHEN 'ga' THEN 'pg_catalog.irish'::regconfig
    WHEN 'hi' THEN 'pg_catalog.hindi'::regconfig
    WHEN 'hu' THEN 'pg_catalog.hungarian'::regconfig
    WHEN 'hy' THEN 'pg_catalog.armenian'::regconfig
    WHEN 'id' THEN 'pg_catalog.indonesian'::regconfig
    WHEN 'it' THEN 'pg_catalog.italian'::regconfig
    WHEN 'lt' THEN 'pg_catalog.lithuanian'::regconfig
    WHEN 'ne' THEN 'pg_catalog.nepali'::regconfig
    WHEN 'nl' THEN 'pg_catalog.dutch'::regconfig
    WHEN 'no' THEN 'pg_catalog.norwegian'::regconfig
    WHEN 'pt' THEN 'pg_catalog.portuguese'::regconfig
    WHEN 'ro' THEN 'pg_catalog.romanian'::regconfig
    WHEN 'ru' THEN 'pg_catalog.russian'::regconfig
    WHEN 'sr' THEN 'pg_catalog.serbian'::regconfig
    WHEN 'sv' THEN 'pg_catalog.swedish'::regconfig
    WHEN 'ta' THEN 'pg_catalog.tamil'::regconfig
    WHEN 'tr' THEN 'pg_catalog.turkish'::regconfig
    WHEN 'yi' THEN 'pg_catalog.yiddish'::regconfig
    ELSE 'pg_catalog.simple'::regconfig
END
$$;

CREATE FUNCTION public.fts_document(language text, title text, text text) RETURNS tsvector
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

CREATE FUNCTION public.fts_fold(language text, text text) RETURNS text
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

CREATE FUNCTION public.fts_marks(source_id bigint, url text, authors text[], agencies text[], tags text[], section text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT array_to_tsvector(
    array_remove(ARRAY['=source:' || source_id], NULL)
    || public.fts_site_marks(url)
    || public.fts_name_marks(authors[:40] || agencies)
    || public.fts_tag_marks(section || tags)
)
$$;

CREATE FUNCTION public.fts_name_marks(names text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT coalesce(array_agg(DISTINCT '=by:' || word), '{}')
FROM unnest(names[:50]) name,
    unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', public.fts_fold(NULL, left(name, 100))))) word
$$;

CREATE FUNCTION public.fts_site_marks(url text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT coalesce(array_agg('=site:' || array_to_string(labels[place:], '.')), '{}')
FROM string_to_array(left(lower(substring(url FROM '^[a-z]+://(?:[^/@]*@)?([^/:?#]+)')), 255), '.') labels,
    generate_series(greatest(cardinality(labels) - 9, 1), cardinality(labels)) place
$$;

CREATE FUNCTION public.fts_tag_marks(tags text[]) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
SELECT coalesce(array_agg(DISTINCT '=tag:' || folded), '{}')
FROM unnest(tags[:50]) tag,
    btrim(regexp_replace(lower(public.fts_fold(NULL, left(tag, 100))), '\s+', ' ', 'g'), '# ') folded
WHERE folded <> ''
$$;

CREATE TABLE public.host (
    id bigint NOT NULL,
    name text NOT NULL,
    next_visit_at timestamp with time zone,
    next_fetch_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    crawl_delay_s double precision,
    backoff_until timestamp with time zone,
    n_failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    error text
);

CREATE FUNCTION public.host_due_at(wanted public.host) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
SELECT CASE WHEN work.at IS NOT NULL THEN greatest(work.at, wanted.backoff_until) END
FROM (
    SELECT least(
        (SELECT min(next_check_at) FROM public.feed WHERE host_id = wanted.id AND next_check_at IS NOT NULL),
        (
            SELECT entry.next_attempt_at
            FROM public.entry
            LEFT JOIN public.source ON source.id = entry.source_id
            WHERE entry.host_id = wanted.id
                AND entry.state = 'pending'
                AND coalesce(source.state, 'active') = 'active'
            ORDER BY entry.next_attempt_at
            LIMIT 1
        ),
        (
            SELECT recheck.next_at
            FROM public.recheck
            JOIN public.entry ON entry.id = recheck.entry_id
            LEFT JOIN public.source ON source.id = entry.source_id
            WHERE recheck.host_id = wanted.id
                AND recheck.next_at IS NOT NULL
                AND coalesce(source.state, 'active') = 'active'
            ORDER BY recheck.next_at
            LIMIT 1
        )
    ) AS at
) work
$$;

CREATE FUNCTION public.leave_story() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    left_id bigint;
    next_id bigint;
    story_left bigint;
BEGIN
    DELETE FROM public.placement WHERE article_id = OLD.id RETURNING group_id INTO left_id;
    IF left_id IS NULL THEN
        RETURN OLD;
    END IF;
    SELECT min(article_id) INTO next_id FROM public.placement WHERE group_id = left_id;
    IF next_id IS NULL THEN
        DELETE FROM public.copy_group WHERE id = left_id RETURNING story_id INTO story_left;
        UPDATE public.story
        SET n_groups = n_groups - 1, closed_at = CASE WHEN n_groups = 1 THEN coalesce(closed_at, now()) ELSE closed_at END
        WHERE id = story_left;
        RETURN OLD;
    END IF;
    UPDATE public.copy_group SET n_articles = n_articles - 1 WHERE id = left_id AND original_id <> OLD.id;
    IF NOT FOUND THEN
        UPDATE public.copy_group SET n_articles = n_articles - 1, original_id = next_id WHERE id = left_id;
        UPDATE public.placement SET relation = 'original', of_article_id = NULL, score = NULL WHERE article_id = next_id;
    END IF;
    RETURN OLD;
END
$$;

CREATE FUNCTION public.matching_watches(wanted bigint) RETURNS SETOF bigint
    LANGUAGE plpgsql STABLE
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
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

CREATE FUNCTION public.open_fingerprints(wanted_slot smallint, wanted_day date) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE public.fingerprint_day SET day = wanted_day WHERE slot = wanted_slot AND day IS NULL;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE public.fingerprint_day
    SET day = wanted_day
    WHERE slot = wanted_slot AND (day < wanted_day OR day > greatest(wanted_day + 8, current_date + 2));
    IF FOUND THEN
        EXECUTE format('TRUNCATE public.fingerprint_%s', wanted_slot);
    END IF;
END
$$;

CREATE FUNCTION public.open_source_lines(wanted_slot smallint, wanted_week date) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE public.source_line_week SET week = wanted_week WHERE slot = wanted_slot AND week IS NULL;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE public.source_line_week
    SET week = wanted_week
    WHERE slot = wanted_slot AND (week < wanted_week OR week > greatest(wanted_week + 21, current_date + 7));
    IF FOUND THEN
        EXECUTE format('TRUNCATE public.source_line_%s', wanted_slot);
    END IF;
END
$$;

CREATE FUNCTION public.page_of_article(wanted bigint) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
SELECT page.id
FROM public.page
JOIN public.entry ON entry.id = page.entry_id
WHERE page.article_id = wanted
ORDER BY entry.state = 'stored' DESC, page.fetched_at DESC, page.id DESC
LIMIT 1
$$;

CREATE FUNCTION public.settle_host(host_name text, answered boolean) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
DECLARE
    due_at timestamptz;
BEGIN
    PERFORM FROM public.host WHERE name = host_name FOR NO KEY UPDATE;
    IF answered THEN
        UPDATE public.host
        SET n_failures = 0, failing_since = NULL, backoff_until = NULL, error = NULL
        WHERE name = host_name
            AND (n_failures > 0 OR failing_since IS NOT NULL OR backoff_until IS NOT NULL OR error IS NOT NULL);
    END IF;
    UPDATE public.host
    SET next_visit_at = public.host_due_at(host)
    WHERE name = host_name
    RETURNING next_visit_at INTO due_at;
    RETURN due_at;
END
$$;

CREATE FUNCTION public.story_was_merged(gone bigint, into_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM public.alert
    USING public.alert other
    WHERE alert.story_id IN (gone, into_id)
        AND other.story_id IN (gone, into_id)
        AND other.story_id <> alert.story_id
        AND other.watch_id = alert.watch_id
        AND other.occasion = alert.occasion
        AND other.occasion_key = alert.occasion_key
        AND (other.silent, other.id) < (alert.silent, alert.id);
    UPDATE public.alert SET story_id = into_id WHERE story_id = gone;
END
$$;

CREATE FUNCTION public.story_was_split(old_id bigint, new_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH moved AS (
        UPDATE public.alert
        SET story_id = new_id
        FROM public.article_story
        WHERE alert.story_id = old_id
            AND article_story.article_id = alert.article_id
            AND article_story.story_id = new_id
        RETURNING alert.watch_id, alert.occasion, alert.occasion_key, alert.article_id, alert.n_sources
    )
    INSERT INTO public.alert (watch_id, story_id, occasion, occasion_key, article_id, n_sources, silent)
    SELECT watch_id, old_id, occasion, occasion_key, article_id, n_sources, true
    FROM moved
    WHERE occasion IN ('story', 'grown')
    UNION ALL
    SELECT alert.watch_id, new_id, alert.occasion, alert.occasion_key, alert.article_id, alert.n_sources, true
    FROM public.alert
    WHERE alert.story_id = old_id
        AND alert.occasion IN ('story', 'grown')
        AND NOT EXISTS (
            SELECT
            FROM public.article_story
            WHERE article_story.article_id = alert.article_id AND article_story.story_id = new_id
        )
    ON CONFLICT DO NOTHING;
END
$$;

CREATE TABLE public.alert (
    id bigint NOT NULL,
    watch_id bigint NOT NULL,
    story_id bigint,
    occasion text NOT NULL,
    occasion_key text DEFAULT ''::text NOT NULL,
    article_id bigint,
    matched_words text[] DEFAULT '{}'::text[] NOT NULL,
    snippet text,
    note text,
    daily integer[],
    n_sources integer DEFAULT 1 NOT NULL,
    silent boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alert_check CHECK (((occasion = 'spike'::text) = (story_id IS NULL))),
    CONSTRAINT alert_occasion_check CHECK ((occasion = ANY (ARRAY['story'::text, 'article'::text, 'grown'::text, 'revised'::text, 'spike'::text])))
);

ALTER TABLE public.alert ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alert_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.article (
    id bigint NOT NULL,
    url_key bytea NOT NULL,
    url text NOT NULL,
    source_id bigint,
    title text,
    text text NOT NULL,
    text_origin text NOT NULL,
    authors text[] DEFAULT '{}'::text[] NOT NULL,
    language text,
    published_at timestamp with time zone,
    published_raw text,
    published_origin text,
    published_precision text,
    published_offset_s integer,
    modified_at timestamp with time zone,
    modified_raw text,
    modified_origin text,
    modified_precision text,
    modified_offset_s integer,
    description text,
    section text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    image_url text,
    site_name text,
    reader text NOT NULL,
    truncated boolean DEFAULT false NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    subtitle text,
    agencies text[] DEFAULT '{}'::text[] NOT NULL,
    attributions jsonb DEFAULT '[]'::jsonb NOT NULL,
    image_caption text,
    captions text[] DEFAULT '{}'::text[] NOT NULL,
    paywalled boolean,
    n_words integer,
    confidence double precision,
    doubt text,
    provenance jsonb DEFAULT '[]'::jsonb NOT NULL,
    search tsvector GENERATED ALWAYS AS ((public.fts_document(language, title, text) || public.fts_marks(source_id, url, authors, agencies, tags, section))) STORED NOT NULL,
    CONSTRAINT article_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
    CONSTRAINT article_modified_precision_check CHECK ((modified_precision = ANY (ARRAY['day'::text, 'time'::text]))),
    CONSTRAINT article_n_words_check CHECK ((n_words >= 0)),
    CONSTRAINT article_published_precision_check CHECK ((published_precision = ANY (ARRAY['day'::text, 'time'::text]))),
    CONSTRAINT article_text_origin_check CHECK ((text_origin = ANY (ARRAY['page'::text, 'entry'::text])))
);

COMMENT ON COLUMN public.article.attributions IS 'Whom the text names as its source: objects of name, url and raw.';

COMMENT ON COLUMN public.article.provenance IS 'Where each fact was read: objects of field, origin and raw.';

ALTER TABLE public.article ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.article_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.copy_group (
    id bigint NOT NULL,
    story_id bigint NOT NULL,
    original_id bigint NOT NULL,
    n_articles integer NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    by_hand boolean DEFAULT false NOT NULL,
    named_origin text,
    terms bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    weights real[] DEFAULT '{}'::real[] NOT NULL,
    CONSTRAINT copy_group_check CHECK ((cardinality(terms) = cardinality(weights)))
)
WITH (fillfactor='80');

CREATE TABLE public.placement (
    article_id bigint NOT NULL,
    group_id bigint NOT NULL,
    relation text NOT NULL,
    of_article_id bigint,
    score real,
    text_hash uuid,
    CONSTRAINT placement_check CHECK (((relation <> 'original'::text) OR (of_article_id IS NULL))),
    CONSTRAINT placement_relation_check CHECK ((relation = ANY (ARRAY['original'::text, 'exact'::text, 'near'::text, 'truncated'::text, 'expanded'::text, 'excerpt'::text, 'digest'::text, 'reprint'::text])))
)
WITH (fillfactor='90');

CREATE VIEW public.article_story AS
 SELECT placement.article_id,
    copy_group.id AS group_id,
    copy_group.original_id,
    placement.relation,
    placement.of_article_id,
    placement.score,
    copy_group.story_id
   FROM (public.placement
     JOIN public.copy_group ON ((copy_group.id = placement.group_id)));

CREATE TABLE public.channel (
    id bigint NOT NULL,
    url text NOT NULL,
    shown text NOT NULL,
    kind text NOT NULL,
    state text GENERATED ALWAYS AS (
CASE
    WHEN (n_failures > 0) THEN 'failing'::text
    ELSE 'well'::text
END) STORED NOT NULL,
    n_failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    error text,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    claimed_until timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channel_check CHECK (((n_failures = 0) = (failing_since IS NULL))),
    CONSTRAINT channel_kind_check CHECK ((kind = ANY (ARRAY['mail'::text, 'webhook'::text, 'apprise'::text, 'file'::text, 'stdout'::text]))),
    CONSTRAINT channel_url_check CHECK ((octet_length(url) <= 2000))
)
WITH (fillfactor='70');

ALTER TABLE public.channel ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.channel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.copy_group ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.copy_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.delivery (
    id bigint NOT NULL,
    alert_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    message_id bigint,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    wait text,
    not_before timestamp with time zone,
    CONSTRAINT delivery_check CHECK (((wait IS NULL) = (not_before IS NULL))),
    CONSTRAINT delivery_wait_check CHECK ((wait = ANY (ARRAY['digest'::text, 'quiet'::text, 'cap'::text])))
)
WITH (fillfactor='80');

ALTER TABLE public.delivery ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.message (
    id bigint NOT NULL,
    key uuid DEFAULT gen_random_uuid() NOT NULL,
    channel_id bigint NOT NULL,
    watch_id bigint NOT NULL,
    kind text NOT NULL,
    wait text,
    state text DEFAULT 'pending'::text NOT NULL,
    n_attempts integer DEFAULT 0 NOT NULL,
    n_refusals integer DEFAULT 0 NOT NULL,
    refused_since timestamp with time zone,
    error text,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    due_since timestamp with time zone DEFAULT now() NOT NULL,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT message_check CHECK (((state = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT message_kind_check CHECK ((kind = ANY (ARRAY['alert'::text, 'digest'::text, 'summary'::text]))),
    CONSTRAINT message_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text, 'dead'::text]))),
    CONSTRAINT message_wait_check CHECK ((wait = ANY (ARRAY['digest'::text, 'quiet'::text, 'cap'::text])))
)
WITH (fillfactor='80');

CREATE VIEW public.delivery_state AS
 SELECT delivery.id,
    delivery.alert_id,
    delivery.channel_id,
    delivery.message_id,
    COALESCE(message.state, 'pending'::text) AS state,
    COALESCE(message.n_attempts, 0) AS n_attempts,
    message.error,
    message.key,
    COALESCE(message.not_before, delivery.not_before, delivery.made_at) AS not_before,
    message.sent_at
   FROM (public.delivery
     LEFT JOIN public.message ON ((message.id = delivery.message_id)));

CREATE TABLE public.entry (
    id bigint NOT NULL,
    key bytea NOT NULL,
    source_id bigint,
    feed_id bigint,
    host_id bigint,
    url text,
    guid text,
    title text,
    summary text,
    authors text[] DEFAULT '{}'::text[] NOT NULL,
    language text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    image_url text,
    published_at timestamp with time zone,
    published_raw text,
    published_origin text,
    published_precision text,
    published_offset_s integer,
    state text NOT NULL,
    reason text,
    article_id bigint,
    n_attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone,
    seen_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT entry_check CHECK (((state = 'pending'::text) = (next_attempt_at IS NOT NULL))),
    CONSTRAINT entry_check1 CHECK (((state = ANY (ARRAY['pending'::text, 'stored'::text, 'duplicate'::text])) OR (reason IS NOT NULL))),
    CONSTRAINT entry_published_precision_check CHECK ((published_precision = ANY (ARRAY['day'::text, 'time'::text]))),
    CONSTRAINT entry_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'stored'::text, 'duplicate'::text, 'failed'::text, 'skipped'::text])))
);

ALTER TABLE public.entry ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.feed (
    id bigint NOT NULL,
    source_id bigint NOT NULL,
    host_id bigint NOT NULL,
    url text NOT NULL,
    url_key bytea NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    title text,
    etag text,
    last_modified text,
    body_hash bytea,
    full_at timestamp with time zone,
    first_read_at timestamp with time zone,
    checked_at timestamp with time zone,
    new_at timestamp with time zone,
    gone_at timestamp with time zone,
    next_check_at timestamp with time zone,
    n_failures integer DEFAULT 0 NOT NULL,
    mean_gap_s double precision,
    min_interval_s double precision,
    error text,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT feed_kind_check CHECK ((kind = ANY (ARRAY['rss'::text, 'atom'::text, 'json'::text, 'sitemap'::text, 'sitemap_index'::text, 'listing'::text]))),
    CONSTRAINT feed_state_check CHECK ((state = ANY (ARRAY['active'::text, 'alternative'::text, 'gone'::text])))
);

ALTER TABLE public.feed ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.feed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.fingerprint (
    fingerprint bigint NOT NULL,
    owner integer NOT NULL,
    slot smallint NOT NULL
)
PARTITION BY LIST (slot);

CREATE TABLE public.fingerprint_0 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_1 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_10 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_11 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_12 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_13 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_14 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_15 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_2 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_3 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_4 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_5 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_6 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_7 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_8 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_9 (
    fingerprint bigint CONSTRAINT fingerprint_fingerprint_not_null NOT NULL,
    owner integer CONSTRAINT fingerprint_owner_not_null NOT NULL,
    slot smallint CONSTRAINT fingerprint_slot_not_null NOT NULL
);

CREATE TABLE public.fingerprint_day (
    slot smallint NOT NULL,
    day date
);

CREATE TABLE public.furniture (
    site text NOT NULL,
    fingerprints bigint[] NOT NULL,
    n_pages integer[] NOT NULL,
    last_pages integer[] NOT NULL,
    first_seen_at timestamp with time zone[] NOT NULL,
    last_seen_at timestamp with time zone[] NOT NULL,
    CONSTRAINT furniture_check CHECK (((cardinality(n_pages) = cardinality(fingerprints)) AND (cardinality(last_pages) = cardinality(fingerprints)) AND (cardinality(first_seen_at) = cardinality(fingerprints)) AND (cardinality(last_seen_at) = cardinality(fingerprints)))),
    CONSTRAINT furniture_fingerprints_check CHECK ((cardinality(fingerprints) <= 256))
);

ALTER TABLE public.host ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.host_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.kindred_group (
    group_id bigint NOT NULL,
    other_id bigint NOT NULL,
    CONSTRAINT kindred_group_check CHECK ((group_id < other_id))
);

CREATE TABLE public.known_text (
    hash uuid NOT NULL,
    article_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.lexeme_count (
    lexeme text NOT NULL COLLATE pg_catalog."C",
    n_articles integer NOT NULL
);

ALTER TABLE public.message ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.migration (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.page (
    id bigint NOT NULL,
    entry_id bigint NOT NULL,
    article_id bigint,
    requested_url text NOT NULL,
    final_url text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    body bytea NOT NULL,
    n_body_bytes integer NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    unreadable_by text
);
ALTER TABLE ONLY public.page ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE public.page ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.page_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.recheck (
    article_id bigint NOT NULL,
    entry_id bigint NOT NULL,
    host_id bigint NOT NULL,
    url text NOT NULL,
    etag text,
    last_modified text,
    stored_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone,
    n_asked integer DEFAULT 0 NOT NULL,
    outcome text,
    n_gone integer DEFAULT 0 NOT NULL,
    gone_at timestamp with time zone,
    next_at timestamp with time zone,
    CONSTRAINT recheck_check CHECK (((n_gone > 0) = (gone_at IS NOT NULL)))
);

CREATE TABLE public.revision (
    id bigint NOT NULL,
    article_id bigint NOT NULL,
    cause text NOT NULL,
    title text,
    text_hash bytea NOT NULL,
    published_at timestamp with time zone,
    modified_at timestamp with time zone,
    reader text NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone NOT NULL,
    CONSTRAINT revision_cause_check CHECK ((cause = ANY (ARRAY['outlet'::text, 'reader'::text])))
);

ALTER TABLE public.revision ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.revision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.revision_text (
    article_id bigint NOT NULL,
    hash bytea CONSTRAINT revision_text_hash_not_null1 NOT NULL,
    text text NOT NULL
);

CREATE TABLE public.robots (
    origin text NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    verdict text NOT NULL,
    body bytea,
    reason text NOT NULL,
    body_at timestamp with time zone,
    failing_since timestamp with time zone,
    CONSTRAINT robots_verdict_check CHECK ((verdict = ANY (ARRAY['rules'::text, 'allow'::text, 'disallow'::text])))
);

CREATE TABLE public.sighting (
    feed_id bigint NOT NULL,
    key bytea NOT NULL,
    entry_id bigint NOT NULL,
    url text,
    guid_key bytea,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.site (
    name text NOT NULL,
    n_pages integer NOT NULL,
    first_page_at timestamp with time zone NOT NULL,
    last_page_at timestamp with time zone NOT NULL,
    n_strange integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone
)
WITH (fillfactor='70');

CREATE TABLE public.site_page (
    site text NOT NULL,
    place smallint NOT NULL,
    number integer NOT NULL,
    key bigint NOT NULL,
    story bigint NOT NULL,
    title bigint NOT NULL,
    blocks bigint[] NOT NULL,
    paragraphs bigint[] NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT site_page_blocks_check CHECK ((cardinality(blocks) <= 400)),
    CONSTRAINT site_page_paragraphs_check CHECK ((cardinality(paragraphs) <= 40)),
    CONSTRAINT site_page_place_check CHECK (((place >= 0) AND (place <= 7)))
);

CREATE TABLE public.source (
    id bigint NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    url_key bytea NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    language text,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    content_path text,
    CONSTRAINT source_content_path_check CHECK ((length(content_path) <= 500)),
    CONSTRAINT source_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text, 'removed'::text])))
);

ALTER TABLE public.source ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.source_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.source_line (
    line bigint NOT NULL,
    slot smallint NOT NULL,
    n_articles smallint NOT NULL
)
PARTITION BY LIST (slot);

CREATE TABLE public.source_line_0 (
    line bigint CONSTRAINT source_line_line_not_null NOT NULL,
    slot smallint CONSTRAINT source_line_slot_not_null NOT NULL,
    n_articles smallint CONSTRAINT source_line_n_articles_not_null NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.source_line_1 (
    line bigint CONSTRAINT source_line_line_not_null NOT NULL,
    slot smallint CONSTRAINT source_line_slot_not_null NOT NULL,
    n_articles smallint CONSTRAINT source_line_n_articles_not_null NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.source_line_2 (
    line bigint CONSTRAINT source_line_line_not_null NOT NULL,
    slot smallint CONSTRAINT source_line_slot_not_null NOT NULL,
    n_articles smallint CONSTRAINT source_line_n_articles_not_null NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.source_line_week (
    slot smallint NOT NULL,
    week date
);

CREATE TABLE public.story (
    id bigint NOT NULL,
    language text NOT NULL,
    first_at timestamp with time zone NOT NULL,
    last_at timestamp with time zone NOT NULL,
    n_groups integer NOT NULL,
    closed_at timestamp with time zone,
    merged_into bigint,
    split_from bigint,
    by_hand boolean DEFAULT false NOT NULL,
    terms bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    weights real[] DEFAULT '{}'::real[] NOT NULL,
    keys text[] DEFAULT '{}'::text[] NOT NULL,
    key_weights real[] DEFAULT '{}'::real[] NOT NULL,
    n_swept integer DEFAULT 1 NOT NULL,
    needs_keys boolean DEFAULT false NOT NULL,
    CONSTRAINT story_check CHECK (((merged_into IS NULL) OR (closed_at IS NOT NULL))),
    CONSTRAINT story_check1 CHECK (((cardinality(terms) = cardinality(weights)) AND (cardinality(keys) = cardinality(key_weights))))
)
WITH (fillfactor='70');

CREATE TABLE public.story_apart (
    story_id bigint NOT NULL,
    other_id bigint NOT NULL,
    CONSTRAINT story_apart_check CHECK ((story_id < other_id))
);

ALTER TABLE public.story ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.story_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.story_link (
    story_id bigint NOT NULL,
    other_id bigint NOT NULL,
    score real NOT NULL,
    linked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT story_link_check CHECK ((story_id < other_id))
);

CREATE TABLE public.story_term (
    language text NOT NULL,
    term bigint NOT NULL,
    story_id bigint NOT NULL,
    weight real NOT NULL
);

CREATE TABLE public.sweep_progress (
    id bigint NOT NULL,
    placed_to bigint DEFAULT 0 NOT NULL,
    place_to bigint NOT NULL,
    counted_to bigint DEFAULT 0 NOT NULL,
    swept_at timestamp with time zone,
    url_rules integer DEFAULT 0 NOT NULL,
    keyed_to bigint,
    CONSTRAINT sweep_progress_id_check CHECK ((id = 1))
);

ALTER TABLE public.sweep_progress ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.sweep_progress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.term_count (
    language text NOT NULL,
    term bigint NOT NULL,
    n_groups integer NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE public.unplaced (
    article_id bigint NOT NULL
);

CREATE TABLE public.watch (
    id bigint NOT NULL,
    name text NOT NULL,
    query text NOT NULL,
    state text DEFAULT 'active'::text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    baseline_at timestamp with time zone DEFAULT now() NOT NULL,
    each_article boolean DEFAULT false NOT NULL,
    tell_growth integer[] DEFAULT '{}'::integer[] NOT NULL,
    tell_revisions boolean DEFAULT false NOT NULL,
    tell_spikes boolean DEFAULT false NOT NULL,
    pace text DEFAULT 'at once'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    quiet_from time without time zone,
    quiet_until time without time zone,
    most_per_hour integer,
    CONSTRAINT watch_check CHECK (((quiet_from IS NULL) = (quiet_until IS NULL))),
    CONSTRAINT watch_most_per_hour_check CHECK ((most_per_hour > 0)),
    CONSTRAINT watch_pace_check CHECK ((pace = ANY (ARRAY['at once'::text, 'hourly'::text, 'daily'::text, 'weekly'::text]))),
    CONSTRAINT watch_state_check CHECK ((state = ANY (ARRAY['active'::text, 'paused'::text]))),
    CONSTRAINT watch_tell_growth_check CHECK ((0 < ALL (tell_growth)))
);

COMMENT ON COLUMN public.watch.most_per_hour IS 'Messages to one channel in any hour; what is more waits for a summary. NULL: the setting WIREWATCH_ALERTS_PER_HOUR.';

CREATE TABLE public.watch_anchor (
    lexeme text NOT NULL,
    watch_id bigint NOT NULL
);

CREATE TABLE public.watch_channel (
    watch_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    title_template text,
    text_template text,
    CONSTRAINT watch_channel_text_template_check CHECK ((length(text_template) <= 4000)),
    CONSTRAINT watch_channel_title_template_check CHECK ((length(title_template) <= 4000))
);

CREATE TABLE public.watch_hit (
    watch_id bigint NOT NULL,
    article_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.watch ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.watch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.watch_language (
    language text NOT NULL
);

CREATE TABLE public.watch_prefix (
    n_chars integer NOT NULL,
    prefix text NOT NULL,
    watch_id bigint NOT NULL,
    CONSTRAINT watch_prefix_check CHECK (((n_chars > 0) AND (n_chars = length(prefix))))
);

CREATE TABLE public.watch_query (
    watch_id bigint NOT NULL,
    version text NOT NULL,
    words text,
    condition jsonb,
    error text
);

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_0 FOR VALUES IN ('0');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_1 FOR VALUES IN ('1');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_10 FOR VALUES IN ('10');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_11 FOR VALUES IN ('11');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_12 FOR VALUES IN ('12');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_13 FOR VALUES IN ('13');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_14 FOR VALUES IN ('14');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_15 FOR VALUES IN ('15');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_2 FOR VALUES IN ('2');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_3 FOR VALUES IN ('3');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_4 FOR VALUES IN ('4');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_5 FOR VALUES IN ('5');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_6 FOR VALUES IN ('6');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_7 FOR VALUES IN ('7');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_8 FOR VALUES IN ('8');

ALTER TABLE ONLY public.fingerprint ATTACH PARTITION public.fingerprint_9 FOR VALUES IN ('9');

ALTER TABLE ONLY public.source_line ATTACH PARTITION public.source_line_0 FOR VALUES IN ('0');

ALTER TABLE ONLY public.source_line ATTACH PARTITION public.source_line_1 FOR VALUES IN ('1');

ALTER TABLE ONLY public.source_line ATTACH PARTITION public.source_line_2 FOR VALUES IN ('2');

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_watch_id_story_id_occasion_occasion_key_key UNIQUE NULLS NOT DISTINCT (watch_id, story_id, occasion, occasion_key);

ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel
    ADD CONSTRAINT channel_url_key UNIQUE (url);

ALTER TABLE ONLY public.copy_group
    ADD CONSTRAINT copy_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_alert_id_channel_id_key UNIQUE (alert_id, channel_id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_key_key UNIQUE (key);

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY public.fingerprint_day
    ADD CONSTRAINT fingerprint_day_pkey PRIMARY KEY (slot);

ALTER TABLE ONLY public.furniture
    ADD CONSTRAINT furniture_pkey PRIMARY KEY (site);

ALTER TABLE ONLY public.host
    ADD CONSTRAINT host_name_key UNIQUE (name);

ALTER TABLE ONLY public.host
    ADD CONSTRAINT host_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.kindred_group
    ADD CONSTRAINT kindred_group_pkey PRIMARY KEY (group_id, other_id);

ALTER TABLE ONLY public.known_text
    ADD CONSTRAINT known_text_pkey PRIMARY KEY (hash);

ALTER TABLE ONLY public.lexeme_count
    ADD CONSTRAINT lexeme_count_pkey PRIMARY KEY (lexeme);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_key_key UNIQUE (key);

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY public.recheck
    ADD CONSTRAINT recheck_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.revision_text
    ADD CONSTRAINT revision_text_pkey PRIMARY KEY (article_id, hash);

ALTER TABLE ONLY public.robots
    ADD CONSTRAINT robots_pkey PRIMARY KEY (origin);

ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT sighting_pkey PRIMARY KEY (feed_id, key);

ALTER TABLE ONLY public.site_page
    ADD CONSTRAINT site_page_pkey PRIMARY KEY (site, place);

ALTER TABLE ONLY public.site
    ADD CONSTRAINT site_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.source_line
    ADD CONSTRAINT source_line_pkey PRIMARY KEY (line, slot);

ALTER TABLE ONLY public.source_line_0
    ADD CONSTRAINT source_line_0_pkey PRIMARY KEY (line, slot);

ALTER TABLE ONLY public.source_line_1
    ADD CONSTRAINT source_line_1_pkey PRIMARY KEY (line, slot);

ALTER TABLE ONLY public.source_line_2
    ADD CONSTRAINT source_line_2_pkey PRIMARY KEY (line, slot);

ALTER TABLE ONLY public.source_line_week
    ADD CONSTRAINT source_line_week_pkey PRIMARY KEY (slot);

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_name_key UNIQUE (name);

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.source
    ADD CONSTRAINT source_url_key_key UNIQUE (url_key);

ALTER TABLE ONLY public.story_apart
    ADD CONSTRAINT story_apart_pkey PRIMARY KEY (story_id, other_id);

ALTER TABLE ONLY public.story_link
    ADD CONSTRAINT story_link_pkey PRIMARY KEY (story_id, other_id);

ALTER TABLE ONLY public.story
    ADD CONSTRAINT story_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.story_term
    ADD CONSTRAINT story_term_pkey PRIMARY KEY (language, term, story_id);

ALTER TABLE ONLY public.sweep_progress
    ADD CONSTRAINT sweep_progress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.term_count
    ADD CONSTRAINT term_count_pkey PRIMARY KEY (language, term);

ALTER TABLE ONLY public.unplaced
    ADD CONSTRAINT unplaced_pkey PRIMARY KEY (article_id);

ALTER TABLE ONLY public.watch_anchor
    ADD CONSTRAINT watch_anchor_pkey PRIMARY KEY (lexeme, watch_id);

ALTER TABLE ONLY public.watch_channel
    ADD CONSTRAINT watch_channel_pkey PRIMARY KEY (watch_id, channel_id);

ALTER TABLE ONLY public.watch_hit
    ADD CONSTRAINT watch_hit_pkey PRIMARY KEY (watch_id, article_id);

ALTER TABLE ONLY public.watch_language
    ADD CONSTRAINT watch_language_pkey PRIMARY KEY (language);

ALTER TABLE ONLY public.watch
    ADD CONSTRAINT watch_name_key UNIQUE (name);

ALTER TABLE ONLY public.watch
    ADD CONSTRAINT watch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.watch_prefix
    ADD CONSTRAINT watch_prefix_pkey PRIMARY KEY (n_chars, prefix, watch_id);

ALTER TABLE ONLY public.watch_query
    ADD CONSTRAINT watch_query_pkey PRIMARY KEY (watch_id);

CREATE INDEX alert_article ON public.alert USING btree (article_id);

CREATE INDEX alert_story ON public.alert USING btree (story_id);

CREATE INDEX alert_watch ON public.alert USING btree (watch_id, id DESC);

CREATE INDEX article_doubtful ON public.article USING btree (fetched_at DESC) WHERE (doubt IS NOT NULL);

CREATE INDEX article_language ON public.article USING btree (language);

CREATE INDEX article_newest ON public.article USING btree (COALESCE(published_at, fetched_at) DESC, id DESC);

CREATE INDEX article_reader ON public.article USING btree (reader, fetched_at DESC) WHERE (text_origin = 'page'::text);

CREATE INDEX article_search ON public.article USING gin (search) WITH (gin_pending_list_limit='1024');

CREATE INDEX article_source ON public.article USING btree (source_id, fetched_at DESC);

CREATE INDEX copy_group_original ON public.copy_group USING btree (original_id);

CREATE INDEX copy_group_story ON public.copy_group USING btree (story_id);

CREATE INDEX delivery_message ON public.delivery USING btree (message_id) WHERE (message_id IS NOT NULL);

CREATE INDEX delivery_new ON public.delivery USING btree (channel_id, made_at) WHERE ((message_id IS NULL) AND (wait IS NULL));

CREATE INDEX delivery_waiting ON public.delivery USING btree (channel_id, not_before) WHERE ((message_id IS NULL) AND (wait IS NOT NULL));

CREATE INDEX entry_article ON public.entry USING btree (article_id) WHERE (article_id IS NOT NULL);

CREATE INDEX entry_feed ON public.entry USING btree (feed_id, seen_at DESC);

CREATE INDEX entry_pending ON public.entry USING btree (host_id, next_attempt_at) WHERE (state = 'pending'::text);

CREATE INDEX entry_pending_source ON public.entry USING btree (source_id) WHERE (state = 'pending'::text);

CREATE INDEX entry_unwell ON public.entry USING btree (state, settled_at DESC) WHERE (state = ANY (ARRAY['duplicate'::text, 'failed'::text, 'skipped'::text]));

CREATE INDEX feed_due ON public.feed USING btree (host_id, next_check_at) WHERE (next_check_at IS NOT NULL);

CREATE INDEX feed_source ON public.feed USING btree (source_id);

CREATE UNIQUE INDEX fingerprint_0_owner ON public.fingerprint_0 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_10_owner ON public.fingerprint_10 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_11_owner ON public.fingerprint_11 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_12_owner ON public.fingerprint_12 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_13_owner ON public.fingerprint_13 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_14_owner ON public.fingerprint_14 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_15_owner ON public.fingerprint_15 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_1_owner ON public.fingerprint_1 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_2_owner ON public.fingerprint_2 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_3_owner ON public.fingerprint_3 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_4_owner ON public.fingerprint_4 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_5_owner ON public.fingerprint_5 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_6_owner ON public.fingerprint_6 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_7_owner ON public.fingerprint_7 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_8_owner ON public.fingerprint_8 USING btree (fingerprint);

CREATE UNIQUE INDEX fingerprint_9_owner ON public.fingerprint_9 USING btree (fingerprint);

CREATE INDEX host_next_visit_at ON public.host USING btree (next_visit_at) WHERE (next_visit_at IS NOT NULL);

CREATE INDEX kindred_group_other ON public.kindred_group USING btree (other_id);

CREATE INDEX known_text_article ON public.known_text USING btree (article_id);

CREATE INDEX message_dead ON public.message USING btree (channel_id) WHERE (state = 'dead'::text);

CREATE INDEX message_open ON public.message USING btree (channel_id, id) WHERE (state = ANY (ARRAY['pending'::text, 'failed'::text]));

CREATE INDEX message_watch ON public.message USING btree (watch_id, channel_id, made_at);

CREATE INDEX page_article ON public.page USING btree (article_id) WHERE (article_id IS NOT NULL);

CREATE INDEX page_entry ON public.page USING btree (entry_id);

CREATE INDEX page_fetched_at ON public.page USING btree (fetched_at);

CREATE INDEX placement_group ON public.placement USING btree (group_id);

CREATE INDEX placement_of ON public.placement USING btree (of_article_id) WHERE (of_article_id IS NOT NULL);

CREATE INDEX recheck_due ON public.recheck USING btree (host_id, next_at) WHERE (next_at IS NOT NULL);

CREATE INDEX revision_article ON public.revision USING btree (article_id, id);

CREATE UNIQUE INDEX revision_of_reader ON public.revision USING btree (article_id, fetched_at) WHERE (cause = 'reader'::text);

CREATE INDEX sighting_entry ON public.sighting USING btree (entry_id);

CREATE INDEX sighting_guid ON public.sighting USING btree (feed_id, guid_key) WHERE (guid_key IS NOT NULL);

CREATE INDEX site_changed_at ON public.site USING btree (changed_at DESC) WHERE (changed_at IS NOT NULL);

CREATE INDEX story_apart_other ON public.story_apart USING btree (other_id);

CREATE INDEX story_grown ON public.story USING btree (id) WHERE ((closed_at IS NULL) AND (n_groups > n_swept));

CREATE INDEX story_link_other ON public.story_link USING btree (other_id);

CREATE INDEX story_merged_into ON public.story USING btree (merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX story_needs_keys ON public.story USING btree (id) WHERE needs_keys;

CREATE INDEX story_open ON public.story USING btree (last_at) WHERE (closed_at IS NULL);

CREATE INDEX story_term_story ON public.story_term USING btree (story_id);

CREATE INDEX watch_anchor_watch ON public.watch_anchor USING btree (watch_id);

CREATE INDEX watch_channel_channel ON public.watch_channel USING btree (channel_id);

CREATE INDEX watch_hit_article ON public.watch_hit USING btree (article_id);

CREATE INDEX watch_hit_at ON public.watch_hit USING btree (watch_id, at);

CREATE INDEX watch_prefix_watch ON public.watch_prefix USING btree (watch_id);

CREATE INDEX watch_query_version ON public.watch_query USING btree (version);

ALTER INDEX public.source_line_pkey ATTACH PARTITION public.source_line_0_pkey;

ALTER INDEX public.source_line_pkey ATTACH PARTITION public.source_line_1_pkey;

ALTER INDEX public.source_line_pkey ATTACH PARTITION public.source_line_2_pkey;

CREATE TRIGGER alert_was_made AFTER INSERT ON public.alert REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION public.alert_was_made();

CREATE TRIGGER article_leaves_story BEFORE DELETE ON public.article FOR EACH ROW EXECUTE FUNCTION public.leave_story();

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.story(id);

ALTER TABLE ONLY public.alert
    ADD CONSTRAINT alert_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article
    ADD CONSTRAINT article_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);

ALTER TABLE ONLY public.copy_group
    ADD CONSTRAINT copy_group_original_id_fkey FOREIGN KEY (original_id) REFERENCES public.article(id);

ALTER TABLE ONLY public.copy_group
    ADD CONSTRAINT copy_group_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.story(id);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_alert_id_fkey FOREIGN KEY (alert_id) REFERENCES public.alert(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channel(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_message_id_fkey FOREIGN KEY (message_id) REFERENCES public.message(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id);

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES public.feed(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_host_id_fkey FOREIGN KEY (host_id) REFERENCES public.host(id);

ALTER TABLE ONLY public.entry
    ADD CONSTRAINT entry_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_host_id_fkey FOREIGN KEY (host_id) REFERENCES public.host(id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.source(id);

ALTER TABLE ONLY public.furniture
    ADD CONSTRAINT furniture_site_fkey FOREIGN KEY (site) REFERENCES public.site(name) ON DELETE CASCADE;

ALTER TABLE ONLY public.kindred_group
    ADD CONSTRAINT kindred_group_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.copy_group(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.kindred_group
    ADD CONSTRAINT kindred_group_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.copy_group(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.known_text
    ADD CONSTRAINT known_text_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channel(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id);

ALTER TABLE ONLY public.page
    ADD CONSTRAINT page_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.entry(id);

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_group_id_fkey FOREIGN KEY (group_id) REFERENCES public.copy_group(id);

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT placement_of_article_id_fkey FOREIGN KEY (of_article_id) REFERENCES public.article(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.recheck
    ADD CONSTRAINT recheck_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recheck
    ADD CONSTRAINT recheck_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.entry(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.recheck
    ADD CONSTRAINT recheck_host_id_fkey FOREIGN KEY (host_id) REFERENCES public.host(id);

ALTER TABLE ONLY public.revision
    ADD CONSTRAINT revision_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.revision_text
    ADD CONSTRAINT revision_text_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT sighting_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES public.entry(id);

ALTER TABLE ONLY public.sighting
    ADD CONSTRAINT sighting_feed_id_fkey FOREIGN KEY (feed_id) REFERENCES public.feed(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.site_page
    ADD CONSTRAINT site_page_site_fkey FOREIGN KEY (site) REFERENCES public.site(name) ON DELETE CASCADE;

ALTER TABLE ONLY public.story_apart
    ADD CONSTRAINT story_apart_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.story(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.story_apart
    ADD CONSTRAINT story_apart_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.story(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.story_link
    ADD CONSTRAINT story_link_other_id_fkey FOREIGN KEY (other_id) REFERENCES public.story(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.story_link
    ADD CONSTRAINT story_link_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.story(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.story
    ADD CONSTRAINT story_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES public.story(id);

ALTER TABLE ONLY public.story
    ADD CONSTRAINT story_split_from_fkey FOREIGN KEY (split_from) REFERENCES public.story(id);

ALTER TABLE ONLY public.story_term
    ADD CONSTRAINT story_term_story_id_fkey FOREIGN KEY (story_id) REFERENCES public.story(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.unplaced
    ADD CONSTRAINT unplaced_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_anchor
    ADD CONSTRAINT watch_anchor_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_channel
    ADD CONSTRAINT watch_channel_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channel(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_channel
    ADD CONSTRAINT watch_channel_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_hit
    ADD CONSTRAINT watch_hit_article_id_fkey FOREIGN KEY (article_id) REFERENCES public.article(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_hit
    ADD CONSTRAINT watch_hit_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_prefix
    ADD CONSTRAINT watch_prefix_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.watch_query
    ADD CONSTRAINT watch_query_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES public.watch(id) ON DELETE CASCADE;
