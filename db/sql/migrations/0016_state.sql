-- The whole state of each case, kept by its recordings; the view of the release before is made of it when it is read.

-- Up Migration

ALTER TABLE reopenings
  -- With its schema (domain/case/state.ts). Null only where a release before recorded last and nothing has taken the case over yet.
  ADD COLUMN state jsonb,
  -- A case counts its recordings: of two that end with the same entry the later one stands.
  ADD COLUMN recording bigint NOT NULL DEFAULT 0,
  -- No longer written.
  ALTER COLUMN view DROP NOT NULL;

-- Down Migration
-- None, as for 0001.
