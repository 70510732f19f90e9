-- People of enterprises: who is in the closed loop. ID and phone are sealed by the API (AES-256-GCM) and found by a keyed hash; the
-- masks are what is shown. An erased person keeps the row, for rounds and stays refer to it, and loses everything personal.

-- Up Migration

CREATE TABLE people (
  id              text PRIMARY KEY,
  enterprise      text NOT NULL REFERENCES enterprises,
  name            text,
  document_type   text CHECK (document_type IN ('resident-id', 'passport', 'hk-macao-taiwan-permit', 'permanent-residence')),
  document_sealed bytea,
  document_lookup bytea,
  document_mask   text,
  phone_sealed    bytea,
  phone_lookup    bytea,
  phone_mask      text,
  workshop        text,
  team            text,
  loop            text NOT NULL CHECK (loop IN ('on-site', 'lodging', 'outside')),
  chronic         boolean NOT NULL DEFAULT false,
  party_member    boolean NOT NULL DEFAULT false,
  joined_on       date NOT NULL,
  -- A new arrival is in the loop and tested, but apart from the others until then.
  quiet_until     date,
  left_on         date,
  left_at         timestamptz,
  erased_at       timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX people_enterprise ON people (enterprise, id);
CREATE INDEX people_phone ON people (enterprise, phone_lookup);
-- A person is in one enterprise's loop at a time.
CREATE UNIQUE INDEX people_in_one_enterprise ON people (document_lookup) WHERE left_on IS NULL AND document_lookup IS NOT NULL;

-- Days on which somebody is away and owes no test.
CREATE TABLE person_absences (
  person      text NOT NULL REFERENCES people,
  from_on     date NOT NULL,
  to_on       date NOT NULL CHECK (to_on >= from_on),
  reason      text NOT NULL CHECK (reason IN ('leave', 'sick', 'business')),
  PRIMARY KEY (person, from_on)
);

-- Days on which somebody is in the loop and need not be tested, with the reason.
CREATE TABLE person_exemptions (
  person      text NOT NULL REFERENCES people,
  from_on     date NOT NULL,
  to_on       date NOT NULL CHECK (to_on >= from_on),
  reason      text NOT NULL CHECK (reason IN ('medical', 'isolated-elsewhere', 'recovered', 'other')),
  PRIMARY KEY (person, from_on)
);

-- The emergency plan's contact list of an enterprise, in its order.
CREATE TABLE emergency_contacts (
  enterprise  text NOT NULL REFERENCES enterprises,
  position    integer NOT NULL,
  duty        text NOT NULL,
  name        text NOT NULL,
  phone_sealed bytea NOT NULL,
  phone_mask  text NOT NULL,
  PRIMARY KEY (enterprise, position)
);

-- Down Migration
-- None, as for 0001.
