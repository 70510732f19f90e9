-- Telling people: notices of the outbox become deliveries (one channel, one destination), due deliveries of one destination become one
-- message, and a message is sent by its channel. Addresses and keys stand in none of these tables: they are looked up when it is sent.

-- Up Migration

ALTER TABLE accounts ADD COLUMN email text, ADD COLUMN wecom_user text;
CREATE INDEX accounts_enterprise ON accounts (enterprise) WHERE enterprise IS NOT NULL;

ALTER TABLE outbox
  -- The case's time at which it was told; quiet hours and slots are counted from there (`due` below).
  ADD COLUMN at timestamptz,
  ADD COLUMN urgent boolean NOT NULL DEFAULT false,
  -- It is told only as long as this duty of the case is owed.
  ADD COLUMN duty text;
UPDATE outbox SET at = not_before;
ALTER TABLE outbox ALTER COLUMN at SET NOT NULL;
ALTER TABLE outbox DROP CONSTRAINT outbox_state_check;
-- What is older than this migration was never sent, and comes too late now.
UPDATE outbox SET state = 'dropped', reason = 'before there were channels' WHERE state = 'waiting';
ALTER TABLE outbox ADD CONSTRAINT outbox_state_check CHECK (state IN ('waiting', 'spread', 'dropped', 'dead'));
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (created_at) WHERE state = 'waiting';

-- Daily summaries 每日简报 as they were computed: once for each run of the schedule or request.
CREATE TABLE daily_summaries (
  -- The id of the workflow that made it.
  id          text PRIMARY KEY,
  day         date NOT NULL,
  summary     jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

-- Bulletins 简报: written once, sent through every chosen channel. Each is a ledger stream of its own; its words stand here only.
CREATE TABLE bulletins (
  id            text PRIMARY KEY,
  kind          text NOT NULL CHECK (kind IN ('work-tip', 'hot-qa', 'guidance', 'policy')),
  title         text NOT NULL,
  -- Markdown.
  body          text NOT NULL,
  effective_on  date,
  -- Villages, kinds of enterprise and phases; an empty list is no limit.
  villages      text[] NOT NULL,
  kinds         text[] NOT NULL,
  phases        text[] NOT NULL,
  channels      text[] NOT NULL,
  cover         text REFERENCES documents,
  attachments   text[] NOT NULL,
  author        text NOT NULL REFERENCES accounts,
  state         text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'scheduled', 'published', 'withdrawn')),
  publish_at    timestamptz,
  published_at  timestamptz,
  withdrawn_at  timestamptz,
  -- Why it was withdrawn: told to whoever has it.
  withdrawal    text,
  urged_at      timestamptz,
  created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bulletins_listed ON bulletins (created_at DESC, id);

-- The audience as it was when the bulletin was published: every enterprise, and every account of it. An enterprise without one has a
-- row without an account: nobody there can be reached.
CREATE TABLE bulletin_recipients (
  bulletin      text NOT NULL REFERENCES bulletins,
  enterprise    text NOT NULL REFERENCES enterprises,
  account       text REFERENCES accounts,
  UNIQUE NULLS NOT DISTINCT (bulletin, enterprise, account)
);

-- What one destination of one channel gets: an account's mailbox or console, a group, or everybody (`destination` empty).
CREATE TABLE deliveries (
  key         text PRIMARY KEY,
  -- What it is of: a notice of the outbox, a bulletin (`part` of it), or a daily summary.
  notice      text REFERENCES outbox,
  bulletin    text REFERENCES bulletins,
  part        text CHECK (part IN ('publication', 'urge', 'withdrawal')),
  summary     text REFERENCES daily_summaries,
  channel     text NOT NULL,
  destination text NOT NULL,
  -- In the case's time: not before `send_at`, `at` being when it was told.
  stream      text,
  at          timestamptz NOT NULL,
  send_at     timestamptz NOT NULL,
  urgent      boolean NOT NULL DEFAULT false,
  -- `dead`: there is nobody to be told, or nowhere; the reason says which.
  state       text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'joined', 'dropped', 'dead')),
  reason      text,
  message     text,
  created_at  timestamptz NOT NULL DEFAULT now(),
  CHECK (num_nonnulls(notice, bulletin, summary) = 1),
  CHECK ((bulletin IS NULL) = (part IS NULL))
);
CREATE INDEX deliveries_listed ON deliveries (created_at DESC, key);
CREATE INDEX deliveries_waiting ON deliveries (channel, created_at) WHERE state = 'waiting';
CREATE INDEX deliveries_message ON deliveries (message);
CREATE INDEX deliveries_notice ON deliveries (notice);
CREATE INDEX deliveries_bulletin ON deliveries (bulletin) WHERE bulletin IS NOT NULL;
-- How much a destination was told on a day: the most a day.
CREATE INDEX deliveries_destination ON deliveries (channel, destination, send_at);

CREATE TABLE messages (
  id          text PRIMARY KEY,
  channel     text NOT NULL,
  destination text NOT NULL,
  urgent      boolean NOT NULL DEFAULT false,
  state       text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting', 'sending', 'pending', 'sent', 'by-hand', 'dead', 'dropped', 'closed')),
  attempts    integer NOT NULL DEFAULT 0,
  next_at     timestamptz NOT NULL DEFAULT now(),
  -- Whoever sends it has it until then; a sender that died has lost it after that.
  lease       timestamptz,
  reason      text,
  -- The other side's own id of it.
  receipt     text,
  subject     text,
  body        text,
  -- Where it is about one case.
  case_number text,
  read_at     timestamptz,
  created_at  timestamptz NOT NULL DEFAULT now(),
  settled_at  timestamptz
);
CREATE INDEX messages_open ON messages (channel, urgent DESC, created_at) WHERE state IN ('waiting', 'sending', 'pending');
CREATE INDEX messages_inbox ON messages (destination, created_at DESC) WHERE channel = 'console';
CREATE INDEX messages_listed ON messages (created_at DESC, id);

-- Attempts by destination: what a rate limit counts. Swept when they are older than any limit's window.
CREATE TABLE send_attempts (
  channel     text NOT NULL,
  destination text NOT NULL,
  at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX send_attempts_window ON send_attempts (channel, destination, at);

-- What an account wants; none: the programme's own (console, and e-mail where there is an address, at once).
CREATE TABLE notice_preferences (
  account     text PRIMARY KEY REFERENCES accounts,
  channels    text[] NOT NULL,
  digest      boolean NOT NULL,
  language    text NOT NULL CHECK (language IN ('zh', 'en'))
);

-- Down Migration
-- None, as for 0001.
