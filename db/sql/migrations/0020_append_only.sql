-- Rows that prove what was done can only be added, by whomever: no statement changes, deletes or empties them, also not where
-- triggers are switched off for a session (session_replication_role). The owner alone can switch it off for one table, within a
-- transaction (docs/operations.md, "Rows that can only be added"); `ledger:verify` names a table without it.

-- Up Migration

CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;

-- For the migration that makes such a table: SELECT append_only('acts'). Its row in db/sql/grants.ts says `appendOnly` as well.
CREATE FUNCTION append_only(rows_of regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format(
    'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()',
    rows_of);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', rows_of);
END
$$;

-- Some of these tables had a trigger that could be switched off, or that let TRUNCATE through.
DROP TRIGGER stock_movements_stay ON stock_movements;
DROP FUNCTION refuse_change();
DROP TRIGGER releases_stay ON releases;
DROP TRIGGER release_signatures_stay ON release_signatures;
DROP TRIGGER release_choices_stay ON release_choices;
DROP FUNCTION refuse_release_change();

-- What an official was shown of a person (personal-data-revealed) is an entry of the ledger.
SELECT append_only('ledger');
SELECT append_only('ledger_seals');
SELECT append_only('signing_keys');
SELECT append_only('stock_movements');
SELECT append_only('releases');
SELECT append_only('release_signatures');
SELECT append_only('release_choices');

-- Down Migration
-- None, as for 0001.
