-- What slows guessing down, for all processes of the API together: failed attempts and the devices that signed in before. And
-- uploads that have not arrived whole are found by the sweep.

-- Up Migration

-- Columns and their order are those of rate-limiter-flexible, which fills it by position. `key` is a hash (api/http/attempts.ts);
-- `expire` is in milliseconds since 1970, by the clock of the process that counted first.
CREATE TABLE attempts (
  key     varchar(255) PRIMARY KEY,
  points  integer NOT NULL DEFAULT 0,
  expire  bigint
);
CREATE INDEX attempts_expire ON attempts (expire);

-- A device is 256 random bits in a cookie, of which only the SHA-256 is kept; one row for each account that signed in on it.
CREATE TABLE devices (
  hash     bytea NOT NULL,
  account  text NOT NULL REFERENCES accounts,
  used_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (hash, account)
);
CREATE INDEX devices_account ON devices (account, used_at);

-- An upload has its HMAC when it is whole.
CREATE INDEX documents_unfinished ON documents (created_at) WHERE hmac = '';
