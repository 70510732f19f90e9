-- People in one order everywhere; and that somebody has said of a sheet that its single tubes are single ones.

-- Up Migration

-- By pinyin, and numbers by their value: 2 号车间 before 10 号车间. No index is built on it: a newer library may order otherwise, and
-- an enterprise has few enough people to be sorted when they are asked for.
-- Older libraries, the embedded one among them, read the surname 沈 as chén; it is shěn, behind 神 as newer ones have it.
CREATE COLLATION people_order (provider = icu, locale = 'zh-u-co-pinyin', rules = '[numericOrdering on] &神<沈');

ALTER TABLE test_sheets ADD COLUMN singles_confirmed boolean NOT NULL DEFAULT false;

-- Down Migration
-- None, as for 0001.
