-- The ground: people and enterprises, cases, the ledger with its chain and seals, projections, texts and files, the outbox.
-- Times: `at` is the case's own time, `recorded_at` PostgreSQL's. Ids are opaque; free text and files stand in `texts` and
-- `documents` only.

-- Up Migration

CREATE TABLE enterprises (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  uscc        text NOT NULL UNIQUE,
  kind        text NOT NULL CHECK (kind IN ('factory', 'supermarket')),
  village     text NOT NULL,
  -- An early code that fails character 18 was confirmed by this official (docs/domain.md#codes).
  uscc_confirmed_by text,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE accounts (
  id            text PRIMARY KEY,
  login         text NOT NULL UNIQUE,
  display_name  text NOT NULL,
  role          text NOT NULL,
  department    text,
  enterprise    text REFERENCES enterprises,
  village       text,
  password_hash text,
  -- Demonstration accounts exist in trial mode only; live mode refuses to start while one is there.
  demo          boolean NOT NULL DEFAULT false,
  disabled_at   timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CHECK ((role = 'reviewer') = (department IS NOT NULL)),
  CHECK ((role = 'enterprise') = (enterprise IS NOT NULL)),
  CHECK ((role = 'village') = (village IS NOT NULL))
);

-- Session cookies and bearer tokens: 256 random bits each, of which only the SHA-256 is kept.
CREATE TABLE credentials (
  hash        bytea PRIMARY KEY,
  account     text NOT NULL REFERENCES accounts,
  kind        text NOT NULL CHECK (kind IN ('session', 'token')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz
);
CREATE INDEX credentials_account ON credentials (account);

-- The public keys with which the API signs; a case that trusts another key is refused.
CREATE TABLE signing_keys (
  public_key  text PRIMARY KEY,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE case_serials (
  year        integer PRIMARY KEY,
  last        integer NOT NULL
);

-- One row per start command: the number is taken before the workflow starts, so a repeated start finds it.
CREATE TABLE cases (
  case_number   text PRIMARY KEY,
  enterprise    text NOT NULL REFERENCES enterprises,
  start_command text NOT NULL UNIQUE,
  start_body    text NOT NULL,
  started_by    text NOT NULL REFERENCES accounts,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX cases_enterprise ON cases (enterprise);

CREATE TABLE ledger_streams (
  stream      text PRIMARY KEY,
  sequence    bigint NOT NULL,
  hash        text NOT NULL
);

CREATE TABLE ledger (
  stream      text NOT NULL REFERENCES ledger_streams,
  sequence    bigint NOT NULL CHECK (sequence > 0),
  type        text NOT NULL,
  at          timestamptz NOT NULL,
  account     text NOT NULL,
  role        text NOT NULL,
  command     text,
  -- The whole entry as it was hashed (proof/chain.ts); the columns beside it are for reading and searching.
  entry       jsonb NOT NULL,
  previous    text NOT NULL,
  hash        text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stream, sequence)
);
CREATE INDEX ledger_command ON ledger (command) WHERE command IS NOT NULL;
CREATE INDEX ledger_at ON ledger (at, stream, sequence);

-- One seal a day over the heads of all streams, each chained to the one before.
CREATE TABLE ledger_seals (
  number      bigint PRIMARY KEY,
  day         date NOT NULL UNIQUE,
  -- [{ "stream", "sequence", "hash" }] in the order of stream.
  heads       jsonb NOT NULL,
  previous    text NOT NULL,
  hash        text NOT NULL,
  sealed_at   timestamptz NOT NULL DEFAULT now()
);

-- The newest state of each case; a row is replaced only by a higher version (the ledger's sequence).
CREATE TABLE reopenings (
  case_number     text PRIMARY KEY REFERENCES cases,
  enterprise      text NOT NULL REFERENCES enterprises,
  enterprise_name text NOT NULL,
  village         text NOT NULL,
  kind            text NOT NULL,
  phase           text NOT NULL,
  waiting_on      text[] NOT NULL,
  next_due        timestamptz,
  overdue         integer NOT NULL,
  -- Liaisons of the case and accounts to which it was copied: they may see it (domain/case/visibility).
  accounts        text[] NOT NULL,
  closed          boolean NOT NULL,
  version         bigint NOT NULL,
  clock           timestamptz NOT NULL,
  view            jsonb NOT NULL,
  opened_at       timestamptz NOT NULL,
  recorded_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reopenings_phase ON reopenings (phase, case_number);
CREATE INDEX reopenings_enterprise ON reopenings (enterprise);

CREATE TABLE duties (
  case_number text NOT NULL REFERENCES reopenings,
  id          text NOT NULL,
  kind        text NOT NULL,
  owner       text NOT NULL,
  account     text,
  since       timestamptz NOT NULL,
  opens       timestamptz NOT NULL,
  due         timestamptz,
  overdue     boolean NOT NULL,
  reminded    integer NOT NULL,
  urged_at    timestamptz,
  escalated   boolean NOT NULL,
  PRIMARY KEY (case_number, id)
);
CREATE INDEX duties_owner ON duties (owner, due);

-- What became of a command: `pending` from the moment it was handed over with no answer yet.
CREATE TABLE commands (
  id          text PRIMARY KEY,
  account     text NOT NULL REFERENCES accounts,
  route       text NOT NULL,
  case_number text,
  body_hash   text NOT NULL,
  status      text NOT NULL CHECK (status IN ('pending', 'done', 'refused')),
  -- The ledger's last sequence of the command when done, the domain's rejection when refused.
  sequence    bigint,
  rejection   jsonb,
  -- For commands without a workflow: the first answer, to be given again.
  http_status integer,
  answer      jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  settled_at  timestamptz
);
CREATE INDEX commands_pending ON commands (created_at) WHERE status = 'pending';

-- Free texts. `stream` and `sequence` say which entry they belong to; until then only the author sees them.
CREATE TABLE texts (
  id          text PRIMARY KEY,
  command     text NOT NULL,
  author      text NOT NULL REFERENCES accounts,
  key         bytea NOT NULL,
  hmac        text NOT NULL,
  body        text NOT NULL,
  stream      text,
  sequence    bigint,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX texts_unattached ON texts (created_at) WHERE stream IS NULL;
CREATE INDEX texts_entry ON texts (stream, sequence);

-- Files, in pieces, so that no process holds a whole one. An upload is complete when `hmac` is set.
CREATE TABLE documents (
  id          text PRIMARY KEY,
  author      text NOT NULL REFERENCES accounts,
  name        text NOT NULL,
  media_type  text NOT NULL,
  bytes       bigint NOT NULL,
  key         bytea NOT NULL,
  hmac        text NOT NULL,
  stream      text,
  sequence    bigint,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX documents_unattached ON documents (created_at) WHERE stream IS NULL;
CREATE TABLE document_chunks (
  document    text NOT NULL REFERENCES documents ON DELETE CASCADE,
  number      integer NOT NULL,
  bytes       bytea NOT NULL,
  PRIMARY KEY (document, number)
);

-- A liaison is stationed in one enterprise at a time. Claimed before the command is sent, keyed by its id; confirmed by the
-- ledger entry, released by a refusal. btree_gist is a trusted extension: the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE liaison_claims (
  command     text PRIMARY KEY,
  case_number text NOT NULL REFERENCES cases,
  account     text NOT NULL REFERENCES accounts,
  during      daterange NOT NULL CHECK (NOT isempty(during)),
  confirmed   boolean NOT NULL DEFAULT false,
  created_at  timestamptz NOT NULL DEFAULT now(),
  EXCLUDE USING gist (account WITH =, during WITH &&)
);

-- What is to be told to whom: written in the ledger's transaction, sent later. `key` makes each notice unique.
CREATE TABLE outbox (
  key         text PRIMARY KEY,
  kind        text NOT NULL,
  stream      text NOT NULL,
  sequence    bigint NOT NULL,
  -- An owner of the agenda (`enterprise`, `department/…`) or `account/<id>`.
  recipient   text NOT NULL,
  -- Not before the end of the quiet hours, in the case's time.
  not_before  timestamptz NOT NULL,
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dead')),
  reason      text,
  details     jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_waiting ON outbox (not_before) WHERE state = 'waiting';

-- Down Migration
-- None: a ledger is not taken back. Restore a backup instead (docs/operations.md).
