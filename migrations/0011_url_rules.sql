-- When the rules of addresses change, what was stored by the older ones is keyed anew, so that it is known again.

-- The rules that the keys of articles up to this one are made by; NULL: those of all.
ALTER TABLE sweep_progress ADD COLUMN url_rules integer NOT NULL DEFAULT 0, ADD COLUMN keyed_to bigint;
