-- The rules under which cases run: each edition's rules part once, named by the SHA-256 of its canonical JSON, never changed.

-- Up Migration

CREATE TABLE rules (
  hash        text PRIMARY KEY,
  -- Canonical JSON (proof/canonical.ts), kept as the text that was hashed.
  body        text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  CHECK (hash = encode(sha256(convert_to(body, 'UTF8')), 'hex'))
);

-- The rules that the case carries. Null for a case that was started before rules were kept here, until they have been read from
-- its history (workers/takeover/kept-cases.ts); once set they stay the same, under the hash of their newest shape.
ALTER TABLE cases ADD COLUMN rules text REFERENCES rules;
CREATE INDEX cases_without_rules ON cases (case_number) WHERE rules IS NULL;

-- Down Migration
-- None: a ledger is not taken back. Restore a backup instead (docs/operations.md).
