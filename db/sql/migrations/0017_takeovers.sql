-- Which landed releases' running cases have been taken over (workers/takeover/): a start that finds the row has nothing to do.

-- Up Migration

CREATE TABLE takeovers (
  -- The release that made what was taken over, by its commit.
  of       text PRIMARY KEY,
  done_at  timestamptz NOT NULL DEFAULT now()
);

-- A database in which no API has ever signed holds nothing to take over.
INSERT INTO takeovers (of) SELECT '04502b3' WHERE NOT EXISTS (SELECT FROM signing_keys);

-- Down Migration
-- None, as for 0001.
