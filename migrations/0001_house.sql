-- The nouns of the house, one table each. Times are UTC; spans end in _s (seconds).

-- The text search configuration for a language (ISO 639-1). PostgreSQL stems no Ukrainian, Belarusian, Azerbaijani,
-- Georgian …: Azerbaijani borrows the Turkish stemmer (it helps), the rest are folded but not stemmed.
CREATE FUNCTION fts_config(language text) RETURNS regconfig
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

-- Letters that people write in two ways become one, in documents and in queries alike: ё as е (only the Russian
-- stemmer knows it), the apostrophes of Ukrainian and Turkish as one. Each letter becomes one letter.
CREATE FUNCTION fts_fold(text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT translate(text, 'ёЁ’ʼ‘`', 'еЕ''''''''')
$$;

-- What search finds an article by. Postgres refuses a tsvector over 1 MiB, and with it the article: the worst text
-- (distinct hyphenated words, stored whole and in parts) takes about twice its bytes, so 450,000 bytes stay below it,
-- and 100,000 letters do in any script. Positions end at 16,383 words anyhow.
-- Functions are named with their schema: a backup is restored with an empty search_path.
CREATE FUNCTION fts_document(language text, title text, text text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT setweight(to_tsvector(public.fts_config(language), public.fts_fold(left(coalesce(title, ''), 1000))), 'A')
    || to_tsvector(
        public.fts_config(language),
        public.fts_fold(left(text, CASE WHEN octet_length(left(text, 200000)) <= 450000 THEN 200000 ELSE 100000 END))
    )
$$;

-- One web host: pacing, robots and health belong to it. The name carries the port where it is not the scheme's own.
CREATE TABLE host (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    -- The earliest moment at which anything of this host is due; derived from feed.next_check_at and
    -- entry.next_attempt_at, moved into the future while a visit is under way; NULL when nothing is due, ever.
    next_visit_at timestamptz,
    -- The earliest moment of the next request to this host, across all workers.
    next_fetch_at timestamptz NOT NULL DEFAULT '-infinity',
    -- What robots.txt asks between two requests.
    crawl_delay_s double precision,
    -- The host asked to be left alone until then (429, 503 with Retry-After), or does not answer.
    backoff_until timestamptz,
    -- Failures in a row that speak of the host rather than of a page, since when, and the last one.
    n_failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    error text
);
-- claim_hosts
CREATE INDEX host_next_visit_at ON host (next_visit_at) WHERE next_visit_at IS NOT NULL;

-- robots.txt of one origin (scheme://host:port), shared by all workers.
CREATE TABLE robots (
    origin text PRIMARY KEY,
    fetched_at timestamptz NOT NULL,
    -- rules: obey `body`; allow: there are none; disallow: not known, so stay away.
    verdict text NOT NULL CHECK (verdict IN ('rules', 'allow', 'disallow')),
    body bytea,
    reason text NOT NULL,
    -- When `body` was last received; a copy younger than a day stands in while the host answers with errors.
    body_at timestamptz,
    -- When the answers in error began; NULL while all is well.
    failing_since timestamptz
);

-- An outlet we watch.
CREATE TABLE source (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    url text NOT NULL,
    url_key bytea NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'removed')),
    language text,
    added_at timestamptz NOT NULL DEFAULT now()
);

-- One URL of a source that lists articles, with its polling state.
CREATE TABLE feed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id bigint NOT NULL REFERENCES source,
    host_id bigint NOT NULL REFERENCES host,
    url text NOT NULL,
    url_key bytea NOT NULL,
    kind text NOT NULL CHECK (kind IN ('rss', 'atom', 'json', 'sitemap', 'sitemap_index', 'listing')),
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'alternative', 'gone')),
    title text,
    etag text,
    last_modified text,
    body_hash bytea,
    full_at timestamptz,
    first_read_at timestamptz,
    checked_at timestamptz,
    new_at timestamptz,
    gone_at timestamptz,
    -- NULL: not asked (its source is paused, or it is an alternative).
    next_check_at timestamptz,
    n_failures integer NOT NULL DEFAULT 0,
    mean_gap_s double precision,
    min_interval_s double precision,
    error text,
    added_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (url_key)
);
-- due_feeds, settle_visit
CREATE INDEX feed_due ON feed (host_id, next_check_at) WHERE next_check_at IS NOT NULL;
-- source list, source show
CREATE INDEX feed_source ON feed (source_id);

-- What the extractor read from a page.
CREATE TABLE article (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url_key bytea NOT NULL UNIQUE,
    url text NOT NULL,
    source_id bigint REFERENCES source,
    title text,
    text text NOT NULL,
    text_origin text NOT NULL CHECK (text_origin IN ('page', 'entry')),
    authors text[] NOT NULL DEFAULT '{}',
    language text,
    published_at timestamptz,
    published_raw text,
    published_origin text,
    published_precision text CHECK (published_precision IN ('day', 'time')),
    -- Seconds east of UTC as stated; NULL where no zone was.
    published_offset_s integer,
    modified_at timestamptz,
    modified_raw text,
    modified_origin text,
    modified_precision text CHECK (modified_precision IN ('day', 'time')),
    modified_offset_s integer,
    description text,
    section text,
    tags text[] NOT NULL DEFAULT '{}',
    image_url text,
    site_name text,
    reader text NOT NULL,
    truncated boolean NOT NULL DEFAULT false,
    fetched_at timestamptz NOT NULL,
    search tsvector NOT NULL GENERATED ALWAYS AS (fts_document(language, title, text)) STORED
);
-- search
CREATE INDEX article_search ON article USING gin (search);
-- search and article list, newest first
CREATE INDEX article_newest ON article ((coalesce(published_at, fetched_at)) DESC, id DESC);
-- source list, source show
CREATE INDEX article_source ON article (source_id, fetched_at DESC);
-- search: which languages are there (a step a language, whatever the number of articles)
CREATE INDEX article_language ON article (language);

-- One identity that feeds have listed, and what became of it; kept for ever. Its sightings tell where it was listed.
CREATE TABLE entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the canonical URL; of feed and guid or title where the entry has no page of its own.
    key bytea NOT NULL UNIQUE,
    source_id bigint REFERENCES source,
    feed_id bigint REFERENCES feed ON DELETE SET NULL,
    -- Whose page is to be fetched; NULL when the entry has no page of its own.
    host_id bigint REFERENCES host,
    url text,
    guid text,
    title text,
    summary text,
    authors text[] NOT NULL DEFAULT '{}',
    language text,
    tags text[] NOT NULL DEFAULT '{}',
    image_url text,
    published_at timestamptz,
    published_raw text,
    published_origin text,
    published_precision text CHECK (published_precision IN ('day', 'time')),
    published_offset_s integer,
    state text NOT NULL CHECK (state IN ('pending', 'stored', 'duplicate', 'failed', 'skipped')),
    -- A sentence for people: why it failed or was skipped, what it is a duplicate of, what went wrong last.
    reason text,
    article_id bigint REFERENCES article,
    n_attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz,
    seen_at timestamptz NOT NULL,
    settled_at timestamptz,
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK (state IN ('pending', 'stored', 'duplicate') OR reason IS NOT NULL)
);
-- claim_entries, settle_visit
CREATE INDEX entry_pending ON entry (host_id, next_attempt_at) WHERE state = 'pending';
-- recent_seen_at, source show
CREATE INDEX entry_feed ON entry (feed_id, seen_at DESC);
-- set_state, claim_hosts_of, count_open
CREATE INDEX entry_pending_source ON entry (source_id) WHERE state = 'pending';
-- article show
CREATE INDEX entry_article ON entry (article_id) WHERE article_id IS NOT NULL;
-- status: how many, and what failed lately; the stored are the rest
CREATE INDEX entry_unwell ON entry (state, settled_at DESC) WHERE state IN ('duplicate', 'failed', 'skipped');

-- That a feed listed an entry, under which URL and guid.
CREATE TABLE sighting (
    feed_id bigint NOT NULL REFERENCES feed ON DELETE CASCADE,
    -- SHA-256 of the URL and the guid as listed: a line that is known by it needs no second look.
    key bytea NOT NULL,
    entry_id bigint NOT NULL REFERENCES entry,
    url text,
    -- SHA-256 of the guid and the folded title: a guid alone is no identity (some feeds repeat one).
    guid_key bytea,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (feed_id, key)
);
-- add_entries: an entry whose URL changed is known by its guid
CREATE INDEX sighting_guid ON sighting (feed_id, guid_key) WHERE guid_key IS NOT NULL;
-- article show
CREATE INDEX sighting_entry ON sighting (entry_id);

-- One HTTP answer as fetched, kept for a retention time so that a better extractor can read it again.
CREATE TABLE page (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id bigint NOT NULL REFERENCES entry,
    article_id bigint REFERENCES article,
    requested_url text NOT NULL,
    final_url text NOT NULL,
    status integer NOT NULL,
    headers jsonb NOT NULL,
    -- zstd
    body bytea NOT NULL,
    n_body_bytes integer NOT NULL,
    fetched_at timestamptz NOT NULL
);
ALTER TABLE page ALTER COLUMN body SET STORAGE EXTERNAL;
-- retention
CREATE INDEX page_fetched_at ON page (fetched_at);
-- article show
CREATE INDEX page_entry ON page (entry_id);

-- add_article: a stand-in that turns out to be another article takes its pages along
CREATE INDEX page_article ON page (article_id) WHERE article_id IS NOT NULL;

-- The newest articles that match a query in web search syntax, each by the configuration of its own language.
--
-- Never ORDER BY date LIMIT over a match (the planner walks the date index and unpacks a million documents: 18 s):
-- windows of 1, 4, 16 … days, from the newest article back to the oldest, each materialized (28 ms).
--
-- The index is asked for the OR of the query in every configuration in use, which is more than the answer where the
-- query denies a word: so each candidate is asked again by its own configuration, newest first and only until enough.
CREATE FUNCTION search_articles(
    words text,
    since timestamptz,           -- inclusive; NULL: no bound
    until timestamptz,           -- exclusive; NULL: no bound
    after_moment timestamptz,    -- with after_id: where the page before ended; NULL: the first page
    after_id bigint,
    of_source bigint,
    of_language text,
    most integer
) RETURNS TABLE (id bigint, moment timestamptz)
LANGUAGE plpgsql STABLE
AS $$
#variable_conflict use_column
DECLARE
    configs regconfig[];
    queries tsquery[];
    one_query tsquery;
    any_query tsquery := '';
    high timestamptz;
    low timestamptz;
    oldest timestamptz;
    width interval := '1 day';
    n_found integer := 0;
    n integer;
BEGIN
    WITH RECURSIVE used AS (
        (SELECT a.language FROM article a WHERE a.language IS NOT NULL ORDER BY a.language LIMIT 1)
        UNION ALL
        SELECT (SELECT a.language FROM article a WHERE a.language > u.language ORDER BY a.language LIMIT 1)
        FROM used u
        WHERE u.language IS NOT NULL
    ),
    config AS (
        SELECT fts_config(u.language) AS name FROM used u WHERE of_language IS NULL OR u.language = of_language
        UNION
        SELECT fts_config(l.language) FROM unnest(ARRAY[NULL, 'en', 'ru']) l (language) WHERE of_language IS NULL
    )
    SELECT array_agg(c.name), array_agg(websearch_to_tsquery(c.name, fts_fold(words)))
    INTO configs, queries
    FROM config c;
    FOR one_query IN SELECT DISTINCT q FROM unnest(queries) q WHERE numnode(q) > 0 LOOP
        any_query := any_query || one_query;
    END LOOP;
    IF numnode(any_query) = 0 THEN
        RETURN;
    END IF;

    SELECT coalesce(a.published_at, a.fetched_at) INTO high
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) DESC LIMIT 1;
    SELECT coalesce(a.published_at, a.fetched_at) INTO oldest
    FROM article a ORDER BY coalesce(a.published_at, a.fetched_at) LIMIT 1;
    high := least(high + interval '1 microsecond', until, after_moment + interval '1 microsecond');
    oldest := greatest(oldest, since);

    WHILE n_found < most AND high > oldest LOOP
        low := greatest(high - width, oldest);
        -- Planned anew for each window: a plan for any window would be one for none.
        RETURN QUERY EXECUTE $window$
            WITH candidate AS MATERIALIZED (
                SELECT a.id, a.language, coalesce(a.published_at, a.fetched_at) AS moment
                FROM article a
                WHERE a.search @@ $1
                    AND coalesce(a.published_at, a.fetched_at) >= $2
                    AND coalesce(a.published_at, a.fetched_at) < $3
                    AND ($4 IS NULL OR (coalesce(a.published_at, a.fetched_at), a.id) < ($4, $5))
                    AND ($6 IS NULL OR a.source_id = $6)
                    AND ($7 IS NULL OR a.language = $7)
            )
            SELECT c.id, c.moment
            FROM (SELECT * FROM candidate ORDER BY moment DESC, id DESC OFFSET 0) c
            WHERE (
                SELECT a.search @@ ($8)[array_position($9, fts_config(c.language))] FROM article a WHERE a.id = c.id
            )
            ORDER BY c.moment DESC, c.id DESC
            LIMIT $10
        $window$
        USING any_query, low, high, after_moment, after_id, of_source, of_language, queries, configs, most - n_found;
        GET DIAGNOSTICS n = ROW_COUNT;
        n_found := n_found + n;
        high := low;
        width := width * 4;
    END LOOP;
END
$$;

-- When a host is due by its feeds and pending pages, or when the peace it asked for ends; NULL when it is not. Pages of
-- paused sources wait.
CREATE FUNCTION host_due_at(wanted host) RETURNS timestamptz
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
        )
    ) AS at
) work
$$;

-- End the visit of a host: forget its failures where it answered, and say when it is due next. The row is locked first
-- and the work looked at afterwards, by a statement with a snapshot of its own: whoever adds work for this host at the
-- same moment either is seen, or finds the row settled and makes it due again.
CREATE FUNCTION settle_host(host_name text, answered boolean) RETURNS timestamptz
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
