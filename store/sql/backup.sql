-- name: held_tables
-- Lists the tables of a database, ours and others.
SELECT schemaname || '.' || tablename
FROM pg_catalog.pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1;

-- name: holds_work
-- Tells whether anything was ever stored, so that restoring would destroy it.
SELECT EXISTS (SELECT FROM public.source) OR EXISTS (SELECT FROM public.article) OR EXISTS (SELECT FROM public.entry);

-- name: other_users
-- Counts the other connections to this database.
SELECT count(*)
FROM pg_catalog.pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';

-- name: empty
-- Drops everything of ours; part of the restoring transaction, so that a failure brings it back.
DO $$
DECLARE
    one record;
BEGIN
    DROP SCHEMA IF EXISTS procrastinate CASCADE;
    FOR one IN SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.tablename);
    END LOOP;
    FOR one IN
        SELECT p.oid::regprocedure AS signature
        FROM pg_catalog.pg_proc AS p
        LEFT JOIN pg_catalog.pg_depend AS d ON d.objid = p.oid AND d.deptype = 'e'
        WHERE p.pronamespace = 'public'::regnamespace AND d.objid IS NULL
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.signature);
    END LOOP;
END
$$;

-- name: check_restored
-- Refuses, before the restoring transaction is committed, what this code cannot read; `{known}` is filled in.
DO $$
DECLARE
    unknown text;
BEGIN
    IF to_regclass('public.migration') IS NULL THEN
        RAISE EXCEPTION 'wirewatch: no backup of ours';
    END IF;
    SELECT string_agg(name, ', ' ORDER BY name) INTO unknown
    FROM public.migration
    WHERE name <> ALL ({known}::text[]);
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'wirewatch: newer: %', unknown;
    END IF;
END
$$;
