-- Copies of one text, and the stories they tell. Everybody reads through the view article_story; only the placing of
-- articles and what tidies up afterwards write here. Who places takes locks in this order: the shared lock of tidiness,
-- known_text, fingerprint (sorted), the story lock of a language, copy_group (sorted), story, source_line (sorted). Who
-- merges, splits and moves takes the lock of tidiness alone, and is alone.

-- The articles that tell one event, in one language. What belongs to it are groups of copies.
CREATE TABLE story (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- ISO 639; empty where it is not known.
    language text NOT NULL,
    -- When its first and its last article were fetched.
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    n_groups integer NOT NULL,
    -- Nothing joins a closed story. One that is merged into another is closed, too.
    closed_at timestamptz,
    -- What took its articles; of several in a row the last, so that one step leads there.
    merged_into bigint REFERENCES story,
    -- What it was taken out of.
    split_from bigint REFERENCES story,
    -- A person merged it or took it apart: the sweep leaves it as it is.
    by_hand boolean NOT NULL DEFAULT false,
    -- The sum of its groups' vectors, as long as it is open: hashes of terms and their weights.
    terms bigint[] NOT NULL DEFAULT '{}',
    weights real[] NOT NULL DEFAULT '{}',
    -- Names, places and numbers in a writing of no language, for the links to stories in others.
    keys text[] NOT NULL DEFAULT '{}',
    key_weights real[] NOT NULL DEFAULT '{}',
    -- With so many groups the sweep has seen it.
    n_swept integer NOT NULL DEFAULT 1,
    CHECK (merged_into IS NULL OR closed_at IS NOT NULL),
    CHECK (cardinality(terms) = cardinality(weights) AND cardinality(keys) = cardinality(key_weights))
) WITH (fillfactor = 70);
-- the sweep: stories that are to be closed, and those that are to be linked
CREATE INDEX story_open ON story (last_at) WHERE closed_at IS NULL;
-- the sweep: those that grew
CREATE INDEX story_grown ON story (id) WHERE closed_at IS NULL AND n_groups > n_swept;
-- merge_stories: what was merged into the one that is merged now
CREATE INDEX story_merged_into ON story (merged_into) WHERE merged_into IS NOT NULL;

-- The copies of one text, and their original.
CREATE TABLE copy_group (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    story_id bigint NOT NULL REFERENCES story,
    -- Who had the text first, as far as is known.
    original_id bigint NOT NULL REFERENCES article,
    n_articles integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    -- A person put it into its story: the sweep leaves it there.
    by_hand boolean NOT NULL DEFAULT false,
    -- Whom the copies name as the source of their text; it need not be among them.
    named_origin text,
    -- What its text is about, as long as its story is open: hashes of terms and their weights, before their rarity.
    terms bigint[] NOT NULL DEFAULT '{}',
    weights real[] NOT NULL DEFAULT '{}',
    CHECK (cardinality(terms) = cardinality(weights))
) WITH (fillfactor = 80);
-- find_story, merge_stories
CREATE INDEX copy_group_story ON copy_group (story_id);
-- hand_over: articles that give way
CREATE INDEX copy_group_original ON copy_group (original_id);

-- Groups that hold copies of one article, but are not known to be copies of each other: the sweep looks whether they
-- are, or tell one story.
CREATE TABLE kindred_group (
    group_id bigint NOT NULL REFERENCES copy_group ON DELETE CASCADE,
    other_id bigint NOT NULL REFERENCES copy_group ON DELETE CASCADE,
    PRIMARY KEY (group_id, other_id),
    CHECK (group_id < other_id)
);
-- delete_group
CREATE INDEX kindred_group_other ON kindred_group (other_id);

-- What an article is among the others.
CREATE TABLE placement (
    article_id bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    group_id bigint NOT NULL REFERENCES copy_group,
    relation text NOT NULL CHECK (
        relation IN ('original', 'exact', 'near', 'truncated', 'expanded', 'excerpt', 'digest', 'reprint')
    ),
    -- The article it is a copy, an excerpt or a reprint of.
    of_article_id bigint REFERENCES article ON DELETE SET NULL,
    -- How much of one of the two texts stands in the other.
    score real,
    -- Half of the SHA-256 of the text's words, so that the same text is not placed twice; NULL: it has none.
    text_hash uuid,
    CHECK (relation <> 'original' OR of_article_id IS NULL)
) WITH (fillfactor = 90);
-- find_story, merge_groups
CREATE INDEX placement_group ON placement (group_id);
-- hand_over, and how many excerpts an article has
CREATE INDEX placement_of ON placement (of_article_id) WHERE of_article_id IS NOT NULL;

-- Who had a text first, word for word; for ever. A reprint after the copy window takes the row over.
CREATE TABLE known_text (
    hash uuid PRIMARY KEY,
    article_id bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    at timestamptz NOT NULL
);
-- hand_over
CREATE INDEX known_text_article ON known_text (article_id);

-- Who had a run of words first. The unique index of a partition is the lock between two workers that place two copies
-- at one moment. A partition holds a day, and is truncated when another day needs it: eight for the days as they come,
-- eight for articles older than the copy window, which are placed behind the others.
CREATE TABLE fingerprint (
    fingerprint bigint NOT NULL,
    -- The article's id, of which the lower 32 bits tell enough among those of a few days: a sixth of the bytes saved.
    owner integer NOT NULL,
    slot smallint NOT NULL
) PARTITION BY LIST (slot);
DO $partitions$
BEGIN
    FOR slot IN 0..15 LOOP
        EXECUTE format('CREATE TABLE fingerprint_%s PARTITION OF fingerprint FOR VALUES IN (%s)', slot, slot);
        EXECUTE format('CREATE UNIQUE INDEX fingerprint_%s_owner ON fingerprint_%s (fingerprint)', slot, slot);
    END LOOP;
END
$partitions$;

-- The day that a partition of fingerprints holds; NULL: none yet.
CREATE TABLE fingerprint_day (
    slot smallint PRIMARY KEY,
    day date
);
INSERT INTO fingerprint_day (slot) SELECT generate_series(0, 15);

-- Let a partition hold a day, and empty it of an older one. A newer day stays: an old article leaves no fingerprints.
CREATE FUNCTION open_fingerprints(wanted_slot smallint, wanted_day date) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE public.fingerprint_day SET day = wanted_day WHERE slot = wanted_slot AND day IS NULL;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE public.fingerprint_day SET day = wanted_day WHERE slot = wanted_slot AND day < wanted_day;
    IF FOUND THEN
        EXECUTE format('TRUNCATE public.fingerprint_%s', wanted_slot);
    END IF;
END
$$;

-- How many articles of a source had a line, in this and the last weeks: what is repeated is no evidence of copying.
-- Three partitions, each for a week, truncated when another week needs it.
CREATE TABLE source_line (
    -- 64 bits of the source and the folded line.
    line bigint NOT NULL,
    slot smallint NOT NULL,
    n_articles smallint NOT NULL,
    PRIMARY KEY (line, slot)
) PARTITION BY LIST (slot);
CREATE TABLE source_line_0 PARTITION OF source_line FOR VALUES IN (0) WITH (fillfactor = 80);
CREATE TABLE source_line_1 PARTITION OF source_line FOR VALUES IN (1) WITH (fillfactor = 80);
CREATE TABLE source_line_2 PARTITION OF source_line FOR VALUES IN (2) WITH (fillfactor = 80);

-- The week, a Monday, that a partition of lines holds; NULL: none yet.
CREATE TABLE source_line_week (
    slot smallint PRIMARY KEY,
    week date
);
INSERT INTO source_line_week (slot) SELECT generate_series(0, 2);

-- Let a partition hold a week, and empty it of an older one.
CREATE FUNCTION open_source_lines(wanted_slot smallint, wanted_week date) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE public.source_line_week SET week = wanted_week WHERE slot = wanted_slot AND week IS NULL;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE public.source_line_week SET week = wanted_week WHERE slot = wanted_slot AND week < wanted_week;
    IF FOUND THEN
        EXECUTE format('TRUNCATE public.source_line_%s', wanted_slot);
    END IF;
END
$$;

-- The heaviest terms of open stories: by these an article finds the few that may be its own.
CREATE TABLE story_term (
    language text NOT NULL,
    term bigint NOT NULL,
    story_id bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    weight real NOT NULL,
    PRIMARY KEY (language, term, story_id)
);
-- write_story, close_stories
CREATE INDEX story_term_story ON story_term (story_id);

-- In how many groups of a language a term occurs; term 0 counts the groups. The sweep adds what came.
CREATE TABLE term_count (
    language text NOT NULL,
    term bigint NOT NULL,
    n_groups integer NOT NULL,
    PRIMARY KEY (language, term)
) WITH (fillfactor = 80);

-- Stories of two languages that tell one event.
CREATE TABLE story_link (
    story_id bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    other_id bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    score real NOT NULL,
    linked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (story_id, other_id),
    CHECK (story_id < other_id)
);
-- find_links
CREATE INDEX story_link_other ON story_link (other_id);

-- Stories that a person took apart: no machine joins them again.
CREATE TABLE story_apart (
    story_id bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    other_id bigint NOT NULL REFERENCES story ON DELETE CASCADE,
    PRIMARY KEY (story_id, other_id),
    CHECK (story_id < other_id)
);
-- merge_stories
CREATE INDEX story_apart_other ON story_apart (other_id);

-- Articles that were stored several at a time, each to be placed in a transaction of its own right afterwards; after a
-- crash by the sweep.
CREATE TABLE unplaced (
    article_id bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE
);

-- How far the sweep has come.
CREATE TABLE sweep_progress (
    -- One row.
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id = 1),
    -- Articles up to the second were stored before there was any placing; those up to the first are done.
    placed_to bigint NOT NULL DEFAULT 0,
    place_to bigint NOT NULL,
    -- Groups up to this one are counted in term_count, and their keys are in those of their stories.
    counted_to bigint NOT NULL DEFAULT 0,
    -- When the sweep went round last.
    swept_at timestamptz
);
INSERT INTO sweep_progress (place_to) SELECT coalesce(max(id), 0) FROM article;

-- An article that is deleted leaves its group, and what was copied from it an original.
CREATE FUNCTION leave_story() RETURNS trigger
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
CREATE TRIGGER article_leaves_story BEFORE DELETE ON article FOR EACH ROW EXECUTE FUNCTION leave_story();

-- What each placed article is, and which story it tells: a merge moves the groups at once.
CREATE VIEW article_story AS
SELECT
    placement.article_id,
    copy_group.id AS group_id,
    copy_group.original_id,
    placement.relation,
    placement.of_article_id,
    placement.score,
    copy_group.story_id
FROM placement
JOIN copy_group ON copy_group.id = placement.group_id;

-- Called in the transaction that merges one story into another, or splits one from another, for whoever keeps something
-- by story. There is nobody yet.
CREATE FUNCTION story_was_merged(gone bigint, into_id bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
END
$$;

CREATE FUNCTION story_was_split(old_id bigint, new_id bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
END
$$;
