-- Earlier states of articles, and what reading stored pages again needs to know.

-- A state of an article that another has taken the place of. Two causes, kept apart: the outlet changed its page, which
-- is news; or a later reader read the same page otherwise, which is none and alerts nobody. An outlet's states are all
-- kept; of a reader's only the first for each page as fetched: it is what was searched and alerted on, and what readers
-- between it and today's made of the page was of no consequence.
CREATE TABLE revision (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    -- Who caused the change that ended this state.
    cause text NOT NULL CHECK (cause IN ('outlet', 'reader')),
    title text,
    -- SHA-256 of the text in UTF-8; the text is in revision_text, unless it is that of the article today.
    text_hash bytea NOT NULL,
    published_at timestamptz,
    modified_at timestamptz,
    -- Who had read it.
    reader text NOT NULL,
    -- When the page was fetched that this state was read from.
    fetched_at timestamptz NOT NULL,
    -- When its end came: for an outlet's when the page was fetched that says otherwise.
    replaced_at timestamptz NOT NULL
);
-- list_revisions, state_fetched_at
CREATE INDEX revision_article ON revision (article_id, id);
-- add_revision: one of a reader for each page as fetched
CREATE UNIQUE INDEX revision_of_reader ON revision (article_id, fetched_at) WHERE cause = 'reader';

-- The texts of an article's earlier states, each once, however often the article returned to it.
CREATE TABLE revision_text (
    article_id bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    hash bytea NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (article_id, hash)
);

-- The reader that could not read this page last; NULL where none failed. It need not try again.
ALTER TABLE page ADD COLUMN unreadable_by text;

-- The page that an article was read from: that of the entry it was stored for, and of its pages the newest; else that of
-- a duplicate.
CREATE FUNCTION page_of_article(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE
AS $$
SELECT page.id
FROM public.page
JOIN public.entry ON entry.id = page.entry_id
WHERE page.article_id = wanted
ORDER BY entry.state = 'stored' DESC, page.fetched_at DESC, page.id DESC
LIMIT 1
$$;

-- count_outdated, count_without_page
CREATE INDEX article_reader ON article (reader, fetched_at DESC) WHERE text_origin = 'page';
-- status: the poor reads of the last days
CREATE INDEX article_doubtful ON article (fetched_at DESC) WHERE doubt IS NOT NULL;
