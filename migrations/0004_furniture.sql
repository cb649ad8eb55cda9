-- What the pages of a site repeat. A site is one host without `www.`: subdomains have templates of their own, and a host
-- is visited by one worker at a time, so hardly anybody waits for this row. It is locked last in the transaction that
-- stores an article, and nothing is locked behind it but what belongs to it.
CREATE TABLE site (
    name text PRIMARY KEY,
    -- Pages that were learned from.
    n_pages integer NOT NULL,
    first_page_at timestamptz NOT NULL,
    last_page_at timestamptz NOT NULL,
    -- The last so many pages in a row had little of what stood on nearly all pages before.
    n_strange integer NOT NULL DEFAULT 0,
    -- When the layout was last seen to be another, and what was learned before was forgotten.
    changed_at timestamptz
) WITH (fillfactor = 70);
-- status
CREATE INDEX site_changed_at ON site (changed_at DESC) WHERE changed_at IS NOT NULL;

-- The last eight pages of a site, each at its place: about 1.3 kB a page, 3.6 kB at most.
CREATE TABLE site_page (
    site text NOT NULL REFERENCES site ON DELETE CASCADE,
    place smallint NOT NULL CHECK (place BETWEEN 0 AND 7),
    -- Among all pages of the site, from 1.
    number integer NOT NULL,
    -- Hashes of 64 bits: of the URL, of the first page that told its story, of its title (0: none), of its blocks, of
    -- the paragraphs of its article.
    key bigint NOT NULL,
    story bigint NOT NULL,
    title bigint NOT NULL,
    blocks bigint[] NOT NULL CHECK (cardinality(blocks) <= 400),
    paragraphs bigint[] NOT NULL CHECK (cardinality(paragraphs) <= 40),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (site, place)
);

-- What was learned from the pages before these, at most 256 blocks a site: 8 kB. Written once in eight pages, whole, which
-- is why it is one row with a column of arrays for each fact.
CREATE TABLE furniture (
    site text PRIMARY KEY REFERENCES site ON DELETE CASCADE,
    fingerprints bigint[] NOT NULL CHECK (cardinality(fingerprints) <= 256),
    n_pages integer[] NOT NULL,
    last_pages integer[] NOT NULL,
    first_seen_at timestamptz[] NOT NULL,
    last_seen_at timestamptz[] NOT NULL,
    CHECK (
        cardinality(n_pages) = cardinality(fingerprints)
        AND cardinality(last_pages) = cardinality(fingerprints)
        AND cardinality(first_seen_at) = cardinality(fingerprints)
        AND cardinality(last_seen_at) = cardinality(fingerprints)
    )
);

-- Where the text stands on pages of this source, as an operator confirmed it.
ALTER TABLE source ADD COLUMN content_path text CHECK (length(content_path) <= 500);
