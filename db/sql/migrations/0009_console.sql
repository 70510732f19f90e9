-- What the console asks of the ledger: somebody's own acts, and acts of a kind over all streams, both newest first.

-- Up Migration

CREATE INDEX ledger_account ON ledger (account, recorded_at DESC, stream, sequence);
CREATE INDEX ledger_type ON ledger (type, recorded_at DESC, stream, sequence);
CREATE INDEX ledger_recorded ON ledger (recorded_at DESC, stream, sequence);

-- Down Migration
-- None, as for 0001.
