-- Live refresh: whoever listens is told that something was recorded or sent, never what. PostgreSQL joins what one
-- transaction tells. For each row: a statement that changes none tells nobody.

-- Up Migration

CREATE FUNCTION tell_of_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('fugong_changes', '');
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_streams_changed AFTER INSERT OR UPDATE ON ledger_streams
  FOR EACH ROW EXECUTE FUNCTION tell_of_changes();
-- The messages of one's own and receipts.
CREATE TRIGGER messages_changed AFTER INSERT OR UPDATE ON messages
  FOR EACH ROW EXECUTE FUNCTION tell_of_changes();

-- Down Migration
-- None, as for 0001.
