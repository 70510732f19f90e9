-- Whose run: the chain of runs in Temporal that is each case's own (docs/ARCHITECTURE.md#whose-run), and what the reconciler finds
-- that is not as it should be (workers/reconciler/).

-- Up Migration

-- No row: not known yet, as of a case that is being started, or was started before there was this table.
CREATE TABLE case_runs (
  case_number  text PRIMARY KEY REFERENCES cases ON DELETE CASCADE,
  -- Temporal's firstExecutionRunId: the same in every run of the chain, and in no other workflow.
  first_run    text NOT NULL UNIQUE,
  known_since  timestamptz NOT NULL DEFAULT now(),
  -- The run of the chain that the reconciler saw last; null: none yet.
  current_run  text,
  -- When the case was last asked for its ledger's end, and at which entry; null: not in this run.
  compared_at  timestamptz,
  compared_to  bigint
);

CREATE TABLE discrepancies (
  -- contracts/operations/discrepancies.ts has the kinds and the reasons.
  kind         text NOT NULL,
  -- What it is about: a case number, a workflow with its run, a build.
  subject      text NOT NULL,
  why          text NOT NULL,
  case_number  text REFERENCES cases ON DELETE CASCADE,
  since        timestamptz NOT NULL DEFAULT now(),
  last_seen    timestamptz NOT NULL DEFAULT now(),
  -- Since when it is no more so; null: it is.
  gone_since   timestamptz,
  PRIMARY KEY (kind, subject)
);
CREATE INDEX discrepancies_of_case ON discrepancies (case_number) WHERE gone_since IS NULL;

-- The reconciler's last pass that came to its end; one row, none before the first.
CREATE TABLE reconciler_pass (
  one       boolean PRIMARY KEY DEFAULT true CHECK (one),
  ended_at  timestamptz NOT NULL DEFAULT now(),
  took_ms   int NOT NULL,
  -- What stood open at its end.
  found     int NOT NULL
);

-- Down Migration
-- None, as for 0001.
