-- Cases of which PostgreSQL has refused a batch: the API confirms no act on them meanwhile, and operators see them.

-- Up Migration

CREATE TABLE ledger_refusals (
  -- A row goes with the next batch of the stream that is recorded.
  stream  text PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
  -- As Temporal has it: LedgerConflict or ForeignCase (contracts/case/failures.ts).
  code    text NOT NULL,
  since   timestamptz NOT NULL DEFAULT now()
);

-- Down Migration
-- None, as for 0001.
