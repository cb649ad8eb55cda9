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
    n_failures integer NOT NULL DEFAULT 0,
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
    description text,
    section text,
    tags text[] NOT NULL DEFAULT '{}',
    image_url text,
    site_name text,
    reader text NOT NULL,
    truncated boolean NOT NULL DEFAULT false,
    fetched_at timestamptz NOT NULL,
    -- Postgres refuses a tsvector over 1 MiB: 200,000 characters stay below it.
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector(fts_config(language), coalesce(left(title, 1000), '')), 'A')
        || to_tsvector(fts_config(language), left(text, 200000))
    ) STORED
);
-- search
CREATE INDEX article_search ON article USING gin (search);
-- search and article list, newest first
CREATE INDEX article_newest ON article ((coalesce(published_at, fetched_at)) DESC, id DESC);
-- source show
CREATE INDEX article_source ON article (source_id, fetched_at DESC);

-- One identity that feeds have listed, and what became of it; kept for ever. Its sightings tell where it was listed.
CREATE TABLE entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- SHA-256 of the canonical URL; of feed and guid or title where the entry has no page of its own.
    key bytea NOT NULL UNIQUE,
    source_id bigint REFERENCES source,
    feed_id bigint REFERENCES feed ON DELETE SET NULL,
    -- NULL when the entry has no page of its own.
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
-- feed cadence, source show
CREATE INDEX entry_feed ON entry (feed_id, seen_at DESC);
-- article show
CREATE INDEX entry_article ON entry (article_id) WHERE article_id IS NOT NULL;
-- status: what failed lately
CREATE INDEX entry_unwell ON entry (settled_at DESC) WHERE state IN ('failed', 'skipped');

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
