-- A liaison may be claimed twice by one case: a stand-in who takes over for good before the dated leave is over. Only another
-- case on the same day is a collision.

-- Up Migration

ALTER TABLE liaison_claims DROP CONSTRAINT liaison_claims_account_during_excl;
ALTER TABLE liaison_claims ADD CONSTRAINT liaison_claims_one_enterprise
  EXCLUDE USING gist (account WITH =, case_number WITH <>, during WITH &&);
-- Whoever may see a case is asked at every request.
CREATE INDEX liaison_claims_case ON liaison_claims (case_number);
-- The sweep asks what became of a text's command, and which commands were recorded without anybody hearing of it.
CREATE INDEX texts_command ON texts (command) WHERE stream IS NULL;

-- Down Migration
-- None, as for 0001.
