-- Test rounds as they were frozen when they opened, sheets of results, and what followed positives. A case knows counts and ids of
-- incidents only (docs/adr/0008).

-- Up Migration

CREATE TABLE test_rounds (
  case_number text NOT NULL REFERENCES cases,
  -- `<date>/<test id>` as in the case.
  round       text NOT NULL,
  enterprise  text NOT NULL REFERENCES enterprises,
  date        date NOT NULL,
  test        text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('antigen', 'nucleic-acid')),
  opened_at   timestamptz NOT NULL,
  -- Set under the row's lock: a sheet that takes the lock later is of a closed round.
  closed_at   timestamptz,
  PRIMARY KEY (case_number, round)
);
CREATE INDEX test_rounds_date ON test_rounds (date);

CREATE TABLE round_people (
  case_number text NOT NULL,
  round       text NOT NULL,
  person      text NOT NULL REFERENCES people,
  -- As on the day: teams and loops change.
  workshop    text,
  team        text,
  loop        text NOT NULL,
  state       text NOT NULL CHECK (state IN ('owes', 'exempt', 'excused')),
  -- Why exempt; for the excused when they left.
  reason      text,
  excused_at  timestamptz,
  -- The newest result; `recheck`: in a mixed tube that was positive.
  result      text CHECK (result IN ('negative', 'positive', 'pending', 'invalid', 'not-tested', 'recheck')),
  result_id   text,
  PRIMARY KEY (case_number, round, person),
  FOREIGN KEY (case_number, round) REFERENCES test_rounds
);
CREATE INDEX round_people_person ON round_people (person);

CREATE TABLE test_sheets (
  case_number text NOT NULL,
  round       text NOT NULL,
  -- The sender's own id: the same sheet is taken once.
  sheet       text NOT NULL,
  command     text NOT NULL UNIQUE,
  account     text NOT NULL REFERENCES accounts,
  rows        integer NOT NULL,
  filed_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (case_number, round, sheet),
  FOREIGN KEY (case_number, round) REFERENCES test_rounds
);

-- Every result that was ever filed; a correction names the one it corrects.
CREATE TABLE test_results (
  id          text PRIMARY KEY,
  case_number text NOT NULL,
  round       text NOT NULL,
  sheet       text NOT NULL,
  person      text NOT NULL REFERENCES people,
  result      text NOT NULL,
  tube        text,
  reason      text,
  -- Of a result that was taken back nothing is left to name.
  corrects    text REFERENCES test_results ON DELETE SET NULL,
  number      bigint GENERATED ALWAYS AS IDENTITY,
  FOREIGN KEY (case_number, round, sheet) REFERENCES test_sheets ON DELETE CASCADE
);
CREATE INDEX test_results_person ON test_results (case_number, round, person, number);

CREATE TABLE incidents (
  id          text PRIMARY KEY,
  case_number text NOT NULL,
  round       text NOT NULL,
  cause       text NOT NULL CHECK (cause IN ('antigen', 'tube', 'nucleic-acid')),
  tube        text,
  -- The sheet's command, for taking it back.
  command     text NOT NULL,
  -- Whether the case may know of it without the sheet: then it is not taken back with the sheet.
  told        boolean NOT NULL DEFAULT false,
  -- Whether the case has it in its ledger.
  taken       boolean NOT NULL DEFAULT false,
  over        boolean NOT NULL DEFAULT false,
  opened_at   timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (case_number, round) REFERENCES test_rounds
);
CREATE INDEX incidents_round ON incidents (case_number, round);
CREATE INDEX incidents_command ON incidents (command);

CREATE TABLE incident_people (
  incident    text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  person      text NOT NULL REFERENCES people,
  status      text NOT NULL CHECK (status IN ('held', 'positive', 'negative', 'contact')),
  -- Of a contact the command that traced it, for taking it back.
  command     text,
  PRIMARY KEY (incident, person)
);
CREATE INDEX incident_people_person ON incident_people (person);
CREATE INDEX incident_people_command ON incident_people (command) WHERE command IS NOT NULL;

-- Single retests as they were sent; those count whose command the case accepted.
CREATE TABLE recheck_results (
  command     text NOT NULL,
  incident    text NOT NULL REFERENCES incidents ON DELETE CASCADE,
  person      text NOT NULL REFERENCES people,
  result      text NOT NULL CHECK (result IN ('negative', 'positive')),
  PRIMARY KEY (command, person)
);
CREATE INDEX recheck_results_incident ON recheck_results (incident);

-- Down Migration
-- None, as for 0001.
