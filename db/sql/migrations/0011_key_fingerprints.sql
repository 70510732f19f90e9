-- Which keys the processes of this system have, as short fingerprints from which no key is found: a process that holds others
-- does not start (api/operations/keys.ts).

-- Up Migration

CREATE TABLE key_fingerprints (
  name         text PRIMARY KEY CHECK (name IN ('signing', 'personal')),
  -- In the order of the file: the present key first, older ones after it.
  fingerprints text[] NOT NULL CHECK (cardinality(fingerprints) > 0),
  set_at       timestamptz NOT NULL DEFAULT now()
);

-- Down Migration
-- None, as for 0001.
