-- Words and files that are erased leave their row with the entry that says who erased them and why; and what an entry names stays as
-- it was stored until then: a text or a whole file is attached once, erased once, and otherwise neither changed nor deleted.

-- Up Migration

ALTER TABLE texts
  ALTER COLUMN key DROP NOT NULL,
  ALTER COLUMN body DROP NOT NULL,
  ADD COLUMN erased_by_stream text,
  ADD COLUMN erased_by_sequence bigint,
  ADD FOREIGN KEY (erased_by_stream, erased_by_sequence) REFERENCES ledger (stream, sequence),
  ADD CONSTRAINT texts_erased_by CHECK (
    (body IS NULL) = (erased_by_stream IS NOT NULL) AND (key IS NULL) = (erased_by_stream IS NOT NULL)
    AND (erased_by_sequence IS NULL) = (erased_by_stream IS NULL));
-- Of an erased file the pieces go, and its name.
ALTER TABLE documents
  ALTER COLUMN key DROP NOT NULL,
  ADD COLUMN erased_by_stream text,
  ADD COLUMN erased_by_sequence bigint,
  ADD FOREIGN KEY (erased_by_stream, erased_by_sequence) REFERENCES ledger (stream, sequence),
  ADD CONSTRAINT documents_erased_by CHECK (
    (key IS NULL) = (erased_by_stream IS NOT NULL) AND (erased_by_sequence IS NULL) = (erased_by_stream IS NULL));

CREATE FUNCTION keep_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same      boolean;
  attached  boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stream IS NULL THEN RETURN OLD; END IF;
  ELSE
    same := (NEW.id, NEW.command, NEW.author, NEW.hmac, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.command, OLD.author, OLD.hmac, OLD.created_at);
    attached := (NEW.stream, NEW.sequence) IS NOT DISTINCT FROM (OLD.stream, OLD.sequence);
    IF same AND (
         (NOT attached AND OLD.stream IS NULL AND (NEW.key, NEW.body, NEW.erased_by_stream) IS NOT DISTINCT FROM (OLD.key, OLD.body, OLD.erased_by_stream))
         OR (attached AND OLD.body IS NOT NULL AND NEW.body IS NULL)) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a text stays as it was stored until it is erased' USING ERRCODE = 'restrict_violation';
END
$$;

-- Before it is whole (without an HMAC) a file is what its sender makes of it.
CREATE FUNCTION keep_document() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  same      boolean;
  attached  boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.stream IS NULL THEN RETURN OLD; END IF;
  ELSE
    same := (NEW.id, NEW.author, NEW.created_at) IS NOT DISTINCT FROM (OLD.id, OLD.author, OLD.created_at)
            AND (OLD.hmac = '' OR (NEW.media_type, NEW.bytes, NEW.hmac) IS NOT DISTINCT FROM (OLD.media_type, OLD.bytes, OLD.hmac));
    attached := (NEW.stream, NEW.sequence) IS NOT DISTINCT FROM (OLD.stream, OLD.sequence);
    IF same AND (
         ((attached OR OLD.stream IS NULL) AND (NEW.key, NEW.name, NEW.erased_by_stream) IS NOT DISTINCT FROM (OLD.key, OLD.name, OLD.erased_by_stream))
         OR (attached AND OLD.key IS NOT NULL AND NEW.key IS NULL)) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'a file stays as it was stored until it is erased' USING ERRCODE = 'restrict_violation';
END
$$;

-- Pieces come while the file arrives, and go with it or when it is erased.
CREATE FUNCTION keep_piece() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND EXISTS (SELECT FROM documents WHERE id = NEW.document AND hmac = '') THEN RETURN NEW; END IF;
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM documents WHERE id = OLD.document AND key IS NOT NULL) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'a file stays as it was stored until it is erased' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER texts_stay BEFORE UPDATE OR DELETE ON texts FOR EACH ROW EXECUTE FUNCTION keep_text();
CREATE TRIGGER documents_stay BEFORE UPDATE OR DELETE ON documents FOR EACH ROW EXECUTE FUNCTION keep_document();
CREATE TRIGGER pieces_stay BEFORE INSERT OR UPDATE OR DELETE ON document_chunks FOR EACH ROW EXECUTE FUNCTION keep_piece();
CREATE TRIGGER texts_not_emptied BEFORE TRUNCATE ON texts FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER documents_not_emptied BEFORE TRUNCATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
CREATE TRIGGER pieces_not_emptied BEFORE TRUNCATE ON document_chunks FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting();
ALTER TABLE texts ENABLE ALWAYS TRIGGER texts_stay, ENABLE ALWAYS TRIGGER texts_not_emptied;
ALTER TABLE documents ENABLE ALWAYS TRIGGER documents_stay, ENABLE ALWAYS TRIGGER documents_not_emptied;
ALTER TABLE document_chunks ENABLE ALWAYS TRIGGER pieces_stay, ENABLE ALWAYS TRIGGER pieces_not_emptied;

-- Down Migration
-- None, as for 0001.
