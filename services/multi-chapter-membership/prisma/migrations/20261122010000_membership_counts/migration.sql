-- How many memberships there are, in a chapter and (with an empty chapter_id) in all, so that a list need not count them.
-- Each connection counts in one of sixteen rows, so that writers seldom wait for one another; the sum is exact at any
-- moment, as a count changes in the transaction that changes the membership.
CREATE TABLE membership_counts (
  chapter_id text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT membership_counts_pkey PRIMARY KEY (chapter_id, shard)
) WITH (fillfactor = 50);

CREATE FUNCTION count_membership() RETURNS trigger
  LANGUAGE plpgsql
  AS $$
  DECLARE
    before integer := CASE WHEN TG_OP <> 'INSERT' AND OLD.status <> 'removed' THEN 1 ELSE 0 END;
    after integer := CASE WHEN TG_OP <> 'DELETE' AND NEW.status <> 'removed' THEN 1 ELSE 0 END;
  BEGIN
    IF before <> after THEN
      -- The row of all comes first: whoever has it is the only one at the others of its shard.
      INSERT INTO membership_counts AS counted (chapter_id, shard, n)
      VALUES
        ('', pg_backend_pid() % 16, after - before),
        (CASE TG_OP WHEN 'DELETE' THEN OLD.chapter_id ELSE NEW.chapter_id END, pg_backend_pid() % 16, after - before)
      ON CONFLICT (chapter_id, shard) DO UPDATE SET n = counted.n + excluded.n;
    END IF;
    RETURN NULL;
  END $$;

-- Deferred to the commit: whoever waits for something else in its transaction would let others wait for its count. A
-- membership never goes to another chapter.
CREATE CONSTRAINT TRIGGER membership_began_or_went AFTER INSERT OR DELETE ON memberships
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_membership();
CREATE CONSTRAINT TRIGGER membership_ended_or_resumed AFTER UPDATE ON memberships
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status <> NEW.status)
  EXECUTE FUNCTION count_membership();
