-- More facts of an article. What was stored before has none of them, which is what the defaults say.
ALTER TABLE article
    ADD COLUMN subtitle text,
    ADD COLUMN agencies text[] NOT NULL DEFAULT '{}',
    ADD COLUMN attributions jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN image_caption text,
    ADD COLUMN captions text[] NOT NULL DEFAULT '{}',
    ADD COLUMN paywalled boolean,
    ADD COLUMN n_words integer CHECK (n_words >= 0),
    ADD COLUMN confidence double precision CHECK (confidence BETWEEN 0 AND 1),
    ADD COLUMN doubt text,
    ADD COLUMN provenance jsonb NOT NULL DEFAULT '[]';

COMMENT ON COLUMN article.attributions IS 'Whom the text names as its source: objects of name, url and raw.';
COMMENT ON COLUMN article.provenance IS 'Where each fact was read: objects of field, origin and raw.';
