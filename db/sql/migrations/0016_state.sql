-- The whole state of each case, kept by its recordings; the view of the release before is made of it when it is read.

-- Up Migration

ALTER TABLE reopenings
  -- With its schema (domain/case/state.ts). Null only where a release before recorded last and nothing has taken the case over yet.
  ADD COLUMN state jsonb,
  -- A case counts its recordings: of two that end with the same entry the later one stands.
  ADD COLUMN recording bigint NOT NULL DEFAULT 0,
  -- No longer written.
  ALTER COLUMN view DROP NOT NULL;

-- Live refresh: also of what is recorded without an entry, as that a duty has opened (0008_changes.sql).
CREATE TRIGGER reopenings_changed AFTER INSERT OR UPDATE ON reopenings
  FOR EACH ROW EXECUTE FUNCTION tell_of_changes();

-- Lays what has changed of a state over the state before (domain/case/parts.ts): `v` a value; `o` members, `d` those that are
-- gone; `a` the ids of a list in order, with `o` what has changed of its things.
CREATE FUNCTION laid_over(before jsonb, parts jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  result jsonb := before;
  member text;
  part   jsonb;
BEGIN
  IF parts ? 'v' THEN
    RETURN parts->'v';
  END IF;
  IF parts ? 'a' THEN
    RETURN COALESCE(
      (SELECT jsonb_agg(CASE WHEN parts->'o' ? id THEN laid_over(one, parts->'o'->id) ELSE one END ORDER BY place)
       FROM jsonb_array_elements_text(parts->'a') WITH ORDINALITY AS named (id, place)
         LEFT JOIN jsonb_array_elements(before) AS old (one) ON one->>'id' = id),
      '[]'::jsonb);
  END IF;
  FOR member, part IN SELECT * FROM jsonb_each(parts->'o') LOOP
    result := result || jsonb_build_object(member, laid_over(result->member, part));
  END LOOP;
  RETURN result - ARRAY (SELECT jsonb_array_elements_text(COALESCE(parts->'d', '[]'::jsonb)));
END
$$;

-- Down Migration
-- None, as for 0001.
