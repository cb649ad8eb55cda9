-- Stories that were merged or split tell their names anew; a clock that was far ahead once blocks nothing.

-- Its groups are others than its keys were read from: the sweep reads them again.
ALTER TABLE story ADD COLUMN needs_keys boolean NOT NULL DEFAULT false;
-- the sweep: those to be read again
CREATE INDEX story_needs_keys ON story (id) WHERE needs_keys;

-- Let a partition hold a day, and empty it of another. A newer day stays: an old article leaves no fingerprints. One that
-- lies far ahead of today as well was written by a clock that was wrong.
CREATE OR REPLACE FUNCTION open_fingerprints(wanted_slot smallint, wanted_day date) RETURNS void
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

-- The same for a week of lines.
CREATE OR REPLACE FUNCTION open_source_lines(wanted_slot smallint, wanted_week date) RETURNS void
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
