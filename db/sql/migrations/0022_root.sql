-- The ring of keys under the town's root key, and seals that a worker's key signs. What reads `signing_keys` goes on to work.

-- Up Migration

-- Only ever added to; a row counts with the root key's signature alone (proof/ring.ts), so nothing here is unique but the id: who
-- writes rows without a signature must not be able to stand in the way of those with one.
CREATE TABLE key_rows (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  number       bigint NOT NULL,
  previous     text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('added', 'revoked')),
  fingerprint  text NOT NULL,
  holder       text CHECK (holder IN ('api', 'worker')),
  public_key   text,
  at           timestamptz(3) NOT NULL,
  counts_from  timestamptz(3),
  reason       text,
  signature    text NOT NULL,
  CHECK ((kind = 'added') = (holder IS NOT NULL AND public_key IS NOT NULL AND counts_from IS NOT NULL)),
  CHECK (kind = 'revoked' OR reason IS NULL)
);

-- `all`: as made until now, the heads of all streams on the morning of `day`, not signed. `day`: the heads that changed since the
-- seal before, for the days from `first_day` to `day`. `crossing`: all heads at one moment.
ALTER TABLE ledger_seals
  ADD COLUMN kind       text NOT NULL DEFAULT 'all' CHECK (kind IN ('all', 'day', 'crossing')),
  ADD COLUMN first_day  date,
  -- The last row of the ring, so that a revocation that was taken away shows: { "number", "hash" }.
  ADD COLUMN ring       jsonb,
  ADD COLUMN signer     text,
  ADD COLUMN signature  text,
  ADD CHECK ((kind <> 'all') = (first_day IS NOT NULL AND signer IS NOT NULL AND signature IS NOT NULL)),
  DROP CONSTRAINT ledger_seals_day_key;
CREATE UNIQUE INDEX ledger_seals_day ON ledger_seals (day) WHERE kind = 'day';

-- Down Migration
-- None, as for 0001.
