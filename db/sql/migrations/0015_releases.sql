-- Releases of the workflow code: each build with its bundle, so that any worker runs the cases that are pinned to it
-- (workers/releases.ts). A bundle is code: it runs only if a worker's key, which is not here, has signed it
-- (workers/stored-bundles.ts). Rows can only be added.

-- Up Migration

CREATE TABLE releases (
  -- 12 digits of the SHA-256 of SDK and code (workers/bundle.ts).
  build          text PRIMARY KEY CHECK (build ~ '^[0-9a-f]{12}$'),
  -- Given when a build is first registered: the highest is the newest, whichever is current.
  number         int GENERATED ALWAYS AS IDENTITY UNIQUE,
  -- The version of the SDK that it was built with; no other one runs it.
  sdk            text NOT NULL,
  -- Of the state that its runs carry from one to the next.
  schema         int NOT NULL CHECK (schema > 0),
  -- Compressed by gzip, 0.2 MB.
  code           bytea NOT NULL,
  registered_at  timestamptz NOT NULL DEFAULT now()
);

-- One of each worker key that there was when a worker of the build started: a key that was lost is followed by another.
CREATE TABLE release_signatures (
  build      text NOT NULL REFERENCES releases,
  -- The key's fingerprint.
  signer     text NOT NULL,
  signature  bytea NOT NULL,
  signed_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (build, signer)
);

-- What operators made current by hand: no start of a build that was registered before undoes it.
CREATE TABLE release_choices (
  id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  build      text NOT NULL REFERENCES releases,
  chosen_at  timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION refuse_release_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of % can only be added', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER releases_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON releases
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_release_change();
CREATE TRIGGER release_signatures_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON release_signatures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_release_change();
CREATE TRIGGER release_choices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON release_choices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_release_change();

-- Down Migration
-- None, as for 0001.
