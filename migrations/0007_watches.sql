-- Watches, what they are looked up by, and their alerts.

-- A saved query with channels.
CREATE TABLE watch (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    -- As the user wrote it.
    query text NOT NULL,
    state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused')),
    added_at timestamptz NOT NULL DEFAULT now(),
    -- What was published before, or first seen where no date is known, is the baseline and alerts nobody.
    baseline_at timestamptz NOT NULL DEFAULT now(),
    -- Tell each article that matches, copies as well, instead of each story.
    each_article boolean NOT NULL DEFAULT false,
    -- Tell a story again when so many sources tell it; ascending.
    tell_growth integer[] NOT NULL DEFAULT '{}' CHECK (0 < ALL (tell_growth)),
    -- Tell when the outlet changes the headline of an article that was told, or takes it back.
    tell_revisions boolean NOT NULL DEFAULT false,
    -- Tell when many more articles match than usual.
    tell_spikes boolean NOT NULL DEFAULT false,
    pace text NOT NULL DEFAULT 'at once' CHECK (pace IN ('at once', 'hourly', 'daily', 'weekly')),
    -- Name of the tz database; of the digests' hour and the quiet hours.
    time_zone text NOT NULL DEFAULT 'UTC',
    quiet_from time,
    quiet_until time,
    -- Messages an hour; what is more waits for a summary. NULL: no cap.
    most_per_hour integer CHECK (most_per_hour > 0),
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);

-- A watch's query compiled. It stands beside the watch because every article reads it.
CREATE TABLE watch_query (
    watch_id bigint PRIMARY KEY REFERENCES watch ON DELETE CASCADE,
    -- Of the compiler: what another one compiled is compiled anew.
    version text NOT NULL,
    -- What an article's document must match; NULL: every article is looked at.
    words tsquery,
    -- What the query asks beside words, as the compiler writes it; NULL: nothing.
    condition jsonb,
    -- Why it could not be compiled anew; it matches nothing until it can.
    error text
);
-- recompile: what another compiler compiled
CREATE INDEX watch_query_version ON watch_query (version);

-- The words by which an article finds the watches that may match it: each match of the watch's query has one of its
-- anchors, or begins with one. Only active watches have any. The empty lexeme stands for every article.
CREATE TABLE watch_anchor (
    lexeme text NOT NULL,
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    PRIMARY KEY (lexeme, watch_id)
);
-- anchoring a watch anew, removing it
CREATE INDEX watch_anchor_watch ON watch_anchor (watch_id);

-- The same for anchors that are the beginning of a word.
CREATE TABLE watch_prefix (
    -- Letters of the prefix: an article asks for each length in use.
    n_chars integer NOT NULL,
    prefix text NOT NULL,
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    PRIMARY KEY (n_chars, prefix, watch_id),
    CHECK (n_chars > 0 AND n_chars = length(prefix))
);
-- anchoring a watch anew, removing it
CREATE INDEX watch_prefix_watch ON watch_prefix (watch_id);

-- Languages that all watches are compiled for, and whose articles were matched since: the first articles of a language
-- that is new to the archive come before that.
CREATE TABLE watch_language (
    language text PRIMARY KEY
);
INSERT INTO watch_language (language) SELECT DISTINCT language FROM article WHERE language IS NOT NULL;

-- In how many articles of a sample a lexeme occurs, so that the rarest is the anchor. The empty lexeme counts the
-- articles; lexemes of few are left out.
CREATE TABLE lexeme_count (
    -- In the order of bytes, in which those with one beginning stand together.
    lexeme text COLLATE "C" PRIMARY KEY,
    n_articles integer NOT NULL
);

-- The active watches that an article matches: found by its lexemes and by the beginnings of these, then asked whether
-- their words match its document, and at last whether their condition fits.
--
-- The document is unpacked once; in its table it would be for each comparison. The planner knows nothing of how many
-- anchors and watches there are, and would read them all.
CREATE FUNCTION matching_watches(wanted bigint) RETURNS SETOF bigint
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
        WHERE asked.error IS NULL AND (asked.words IS NULL OR document @@ asked.words)
    )
    SELECT matched.watch_id
    FROM matched
    WHERE matched.condition IS NULL OR public.article_fits(wanted, matched.condition);
END
$$;

-- The articles that matched a watch that tells spikes, for as long as its baseline reaches.
CREATE TABLE watch_hit (
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    article_id bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (watch_id, article_id)
);
-- find_spikes, forget_hits
CREATE INDEX watch_hit_at ON watch_hit (watch_id, at);
-- hand_over, and articles that are deleted
CREATE INDEX watch_hit_article ON watch_hit (article_id);

-- One occasion on which a watch has something to tell.
CREATE TABLE alert (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    watch_id bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    -- NULL: of a spike, which is of no story.
    story_id bigint REFERENCES story,
    -- story: the first article of a story that matches; article: each that does; grown: so many sources tell the story;
    -- revised: the outlet changed the headline or took the article back; spike: more articles than usual match.
    occasion text NOT NULL CHECK (occasion IN ('story', 'article', 'grown', 'revised', 'spike')),
    -- Empty; the article's id; the number of sources; the article and what it became; the day.
    occasion_key text NOT NULL DEFAULT '',
    -- The first that matched; of growth the one that made it so many.
    article_id bigint REFERENCES article ON DELETE SET NULL,
    -- Why: the words that hit, as they stand in the article, and where they stand, between \x02 and \x03.
    matched_words text[] NOT NULL DEFAULT '{}',
    snippet text,
    -- What else there is to say, in a sentence for people: the headline before, how much more than usual.
    note text,
    -- Of a spike: articles a day, the last 30 days, the oldest first.
    daily integer[],
    -- How many sources told the story then.
    n_sources integer NOT NULL DEFAULT 1,
    -- Nobody is told, no delivery is made: it stands for an alert of the story that this one was split from, so that
    -- this one is not told again.
    silent boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (watch_id, story_id, occasion, occasion_key),
    CHECK ((occasion = 'spike') = (story_id IS NULL))
);
-- alert list of one watch
CREATE INDEX alert_watch ON alert (watch_id, id DESC);
-- growth, story_was_merged, story_was_split
CREATE INDEX alert_story ON alert (story_id);
-- revisions, hand_over
CREATE INDEX alert_article ON alert (article_id);

-- The alerts of a story that was merged into another follow it. Where both were told to one watch one alert stays: the
-- older one, which nobody is told twice of; a delivery of the other that is still to be made goes with it.
CREATE OR REPLACE FUNCTION story_was_merged(gone bigint, into_id bigint) RETURNS void
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

-- What was told of a story is told of both its parts. An alert goes where its article went; the other part keeps a
-- silent one in its place. Called after the articles were moved.
CREATE OR REPLACE FUNCTION story_was_split(old_id bigint, new_id bigint) RETURNS void
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
