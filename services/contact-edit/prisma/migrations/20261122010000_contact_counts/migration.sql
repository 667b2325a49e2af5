-- How many contacts there are of an organisation, so that a list need not count them. Each connection counts in one of
-- sixteen rows, so that writers seldom wait for one another; the sum is exact at any moment, as a count changes in the
-- transaction that changes the contact.
CREATE TABLE contact_counts (
  org_id text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT contact_counts_pkey PRIMARY KEY (org_id, shard)
) WITH (fillfactor = 50);

CREATE FUNCTION count_contact() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
  BEGIN
    INSERT INTO contact_counts AS counted (org_id, shard, n)
    SELECT org_id, pg_backend_pid() % 16, change
    FROM (VALUES
      (CASE WHEN TG_OP <> 'INSERT' THEN OLD.org_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.deleted_stamp END, -1),
      (CASE WHEN TG_OP <> 'DELETE' THEN NEW.org_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.deleted_stamp END, 1)
    ) AS changes (org_id, deleted_stamp, change)
    WHERE deleted_stamp = '' ORDER BY org_id COLLATE "C" -- so that two writers of one row cannot wait for each other
    ON CONFLICT (org_id, shard) DO UPDATE SET n = counted.n + excluded.n;
    RETURN NULL;
  END $$;

-- Deferred to the commit: whoever waits for something else in its transaction would let others wait for its count.
CREATE CONSTRAINT TRIGGER contact_began_or_went AFTER INSERT OR DELETE ON contacts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_contact();
CREATE CONSTRAINT TRIGGER contact_moved AFTER UPDATE ON contacts
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.org_id <> NEW.org_id OR OLD.deleted_stamp <> NEW.deleted_stamp)
  EXECUTE FUNCTION count_contact();
