-- Lodging 集中住宿: hotels, rooms, who stays where from when to when; and movements between work and lodging 两点一线.

-- Up Migration

CREATE TABLE hotels (
  id          text PRIMARY KEY,
  name        text NOT NULL,
  address     text NOT NULL,
  village     text NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE rooms (
  id          text PRIMARY KEY,
  hotel       text NOT NULL REFERENCES hotels,
  number      text NOT NULL,
  capacity    integer NOT NULL CHECK (capacity BETWEEN 1 AND 8),
  UNIQUE (hotel, number)
);

-- A person has one room at a time, and a room one enterprise: loops are not mixed. How many fit is kept under the room's lock.
CREATE TABLE stays (
  id          text PRIMARY KEY,
  person      text NOT NULL REFERENCES people,
  room        text NOT NULL REFERENCES rooms,
  enterprise  text NOT NULL REFERENCES enterprises,
  during      daterange NOT NULL CHECK (NOT isempty(during)),
  CONSTRAINT stays_one_room EXCLUDE USING gist (person WITH =, during WITH &&),
  CONSTRAINT stays_one_enterprise EXCLUDE USING gist (room WITH =, enterprise WITH <>, during WITH &&)
);
CREATE INDEX stays_enterprise ON stays (enterprise);

CREATE TABLE movement_lists (
  case_number text NOT NULL REFERENCES cases,
  list        text NOT NULL,
  command     text NOT NULL UNIQUE,
  PRIMARY KEY (case_number, list)
);
CREATE TABLE movements (
  case_number text NOT NULL,
  list        text NOT NULL,
  number      integer NOT NULL,
  person      text NOT NULL REFERENCES people,
  direction   text NOT NULL CHECK (direction IN ('departure', 'arrival')),
  at          timestamptz NOT NULL,
  -- Set for a movement outside every window; the case knows it by this id.
  deviation   text UNIQUE,
  PRIMARY KEY (case_number, list, number),
  FOREIGN KEY (case_number, list) REFERENCES movement_lists ON DELETE CASCADE
);
CREATE INDEX movements_person ON movements (person, at);

-- Down Migration
-- None, as for 0001.
