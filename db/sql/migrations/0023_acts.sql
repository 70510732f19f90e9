-- What people did, as the API signed it before it was sent: the ledger takes no person's entry without it.

-- Up Migration

-- What this database is to Temporal and to its keys; a copy of it is made another one.
CREATE TABLE installation (
  one        boolean PRIMARY KEY DEFAULT true CHECK (one),
  id         uuid NOT NULL DEFAULT gen_random_uuid(),
  -- Acts of cases that began before were not kept; what was done on them and is recorded later carries none (db/ledger/acts.ts).
  acts_since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE acts (
  -- Ed25519, 128 hexadecimal digits: the entries that the act causes carry it.
  signature  text PRIMARY KEY CHECK (signature ~ '^[0-9a-f]{128}$'),
  -- None of an act outside a case that may be repeated.
  command_id text,
  stream     text NOT NULL,
  -- The very bytes that are signed: canonical JSON, ids and HMACs, no words (proof/envelope.ts).
  message    text NOT NULL,
  -- The public key, 64 hexadecimal digits.
  key        text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
  stored_at  timestamptz NOT NULL DEFAULT now()
);
-- An act that is sent again under the same Idempotency-Key is signed again.
CREATE INDEX acts_command ON acts (command_id);

-- Each command that the ledger has, once for ever: a message that is sent again has no second effect.
CREATE TABLE recorded_acts (
  command_id     text PRIMARY KEY,
  stream         text NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence  bigint NOT NULL CHECK (last_sequence >= first_sequence)
);
-- A case of the first releases may have taken one command twice, after two hundred others: the first time counts.
INSERT INTO recorded_acts (command_id, stream, first_sequence, last_sequence)
SELECT DISTINCT ON (command) command, stream, min(sequence), max(sequence)
FROM ledger WHERE command IS NOT NULL AND stream IN (SELECT case_number FROM cases)
GROUP BY command, stream ORDER BY command, min(sequence);

SELECT append_only('acts');
SELECT append_only('recorded_acts');
SELECT append_only('key_rows');

-- Down Migration
-- None, as for 0001.
