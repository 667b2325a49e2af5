-- How many have a word that stays is kept, too: to count a common name's entries took half of a search for it. The next
-- migration counts those that are there, of the same moment as what is counted from here on.
-- For a moment: whoever has written by the function of before ends first.
LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE;

-- How many entries contact_words has of a word that stays, of all organisations together: it tells of nobody. In several
-- rows, so that writers do not wait for one another: the sum is what counts.
CREATE TABLE word_counts (
  word text COLLATE "C" NOT NULL,
  spelling text COLLATE "C" NOT NULL,
  shared smallint NOT NULL,
  shard smallint NOT NULL,
  n integer NOT NULL,
  CONSTRAINT word_counts_pkey PRIMARY KEY (word, spelling, shared, shard)
) WITH (fillfactor = 50);

CREATE OR REPLACE FUNCTION fill_search() RETURNS void
  LANGUAGE sql SET jit = off
  BEGIN ATOMIC
    INSERT INTO contact_words
    SELECT words.* FROM contacts AS c, contact_words_of(
      c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
    WHERE c.deleted_stamp = '' AND words.word <> '';
    INSERT INTO search_words SELECT word, spelling, shared, count(*) > 50 FROM contact_words
    GROUP BY word, spelling, shared ORDER BY word, spelling, shared;
    INSERT INTO word_counts
    SELECT word, spelling, shared, 0, count(*) FROM contact_words JOIN search_words USING (word, spelling, shared)
    WHERE stays GROUP BY word, spelling, shared;
    INSERT INTO contact_counts
    SELECT peer_mentors, prefix, org_id, 0, count(*) FROM (
        SELECT prefix, org_id, peer_mentor FROM contact_words, search_prefixes(word, shared) AS prefix
        UNION ALL SELECT '', org_id, role = 'peer_mentor' FROM contacts WHERE deleted_stamp = ''
      ) AS counted, unnest('{false,true}'::boolean[]) AS peer_mentors
    WHERE peer_mentor OR NOT peer_mentors
    GROUP BY peer_mentors, prefix, org_id;
  END;

-- Keeps words, order and counts as contacts are: once a statement, and only what has become another. Few statements, as
-- each takes PostgreSQL longer to begin than to do.
--
-- A word that nobody has any longer leaves with the last contact that had it, even while another transaction adds a
-- contact that has it, too. Both lock the word until they end, all their words in order, and whoever has taken one away
-- looks then whether anybody else has it.
CREATE OR REPLACE FUNCTION keep_search() RETURNS trigger
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off
  AS $$
DECLARE
  changed text[];
  gone contact_words[] := '{}';
  come contact_words[] := '{}';
  lost search_words[];
  gained search_words[];
  staying search_words[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    come := ARRAY(
      SELECT words FROM new_rows AS c, contact_words_of(
        c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
      WHERE c.deleted_stamp = '');
  ELSIF TG_OP = 'DELETE' THEN
    gone := ARRAY(
      SELECT words FROM old_rows AS c, contact_words_of(
        c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
      WHERE c.deleted_stamp = '');
  ELSE
    changed := ARRAY(
      SELECT id FROM old_rows AS o JOIN new_rows AS n USING (id)
      WHERE (o.full_name, o.email, o.specialty, o.role, o.org_id, o.deleted_stamp = '')
        IS DISTINCT FROM (n.full_name, n.email, n.specialty, n.role, n.org_id, n.deleted_stamp = ''));
    IF changed = '{}' THEN
      RETURN NULL;
    END IF;
    SELECT
      ARRAY(
        SELECT words FROM old_rows AS c, contact_words_of(
          c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
        WHERE c.deleted_stamp = '' AND (c.id IN (SELECT unnest(changed))) IS TRUE),
      ARRAY(
        SELECT words FROM new_rows AS c, contact_words_of(
          c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
        WHERE c.deleted_stamp = '' AND (c.id IN (SELECT unnest(changed))) IS TRUE)
    INTO gone, come;
  END IF;
  IF gone = '{}' AND come = '{}' THEN
    RETURN NULL;
  END IF;

  SELECT coalesce(array_agg(key) FILTER (WHERE change < 0), '{}'), coalesce(array_agg(key) FILTER (WHERE change > 0), '{}')
  INTO lost, gained
  FROM (
    SELECT ROW(word, spelling, shared, false)::search_words AS key, sum(change) AS change FROM (
        SELECT word, spelling, shared, -1 AS change FROM unnest(gone)
        UNION ALL SELECT word, spelling, shared, 1 FROM unnest(come)
      ) AS changes
    WHERE word <> '' GROUP BY word, spelling, shared
  ) AS sums
  WHERE change <> 0;
  -- What conflicts is locked, whether or not it is updated, too.
  IF lost <> '{}' OR gained <> '{}' THEN
    WITH noted AS (
      INSERT INTO search_words AS s (word, spelling, shared)
      SELECT word, spelling, shared FROM unnest(lost || gained) AS key
      WHERE NOT EXISTS (
        SELECT FROM search_words AS s
        WHERE s.word = key.word AND s.spelling = key.spelling AND s.shared = key.shared AND s.stays)
      ORDER BY word, spelling, shared
      ON CONFLICT (word, spelling, shared) DO UPDATE SET stays = true
      WHERE NOT s.stays
        AND (excluded.word, excluded.spelling, excluded.shared) IN (SELECT word, spelling, shared FROM unnest(gained))
        AND EXISTS (
          SELECT FROM contact_words AS w
          WHERE w.word = excluded.word AND w.spelling = excluded.spelling AND w.shared = excluded.shared OFFSET 50 LIMIT 1)
      RETURNING s.*
    )
    SELECT array_agg(noted::search_words) FILTER (WHERE stays) INTO staying FROM noted;
    -- Everybody else who has them has committed, as they were locked until now.
    IF staying IS NOT NULL THEN
      INSERT INTO word_counts
      SELECT word, spelling, shared, pg_backend_pid() % 16, count(*)
      FROM unnest(staying) JOIN contact_words USING (word, spelling, shared) GROUP BY word, spelling, shared;
    END IF;
  END IF;

  WITH away AS (
    DELETE FROM contact_words AS w USING unnest(gone) AS g
    WHERE w.word = g.word AND w.spelling = g.spelling AND w.shared = g.shared AND w.name_length = g.name_length
      AND w.full_name = g.full_name AND w.contact_id = g.contact_id
  ), here AS (
    INSERT INTO contact_words SELECT * FROM unnest(come) WHERE word <> ''
  ), changes AS (
    SELECT word, spelling, shared, org_id, peer_mentor, -1 AS change FROM unnest(gone)
    UNION ALL SELECT word, spelling, shared, org_id, peer_mentor, 1 FROM unnest(come)
  ), of_words AS (
    INSERT INTO word_counts AS counts
    SELECT word, spelling, shared, pg_backend_pid() % 16, sum(change)
    FROM changes JOIN search_words USING (word, spelling, shared) WHERE stays
    GROUP BY word, spelling, shared HAVING sum(change) <> 0
    ORDER BY word, spelling, shared
    ON CONFLICT (word, spelling, shared, shard) DO UPDATE SET n = counts.n + excluded.n
  )
  INSERT INTO contact_counts AS counts
  SELECT peer_mentors, prefix, org_id, pg_backend_pid() % 16, sum(change)
  FROM (
      SELECT left(word, letters) AS prefix, org_id, peer_mentor, change
      FROM changes, (VALUES (0), (1), (2)) AS first (letters)
      WHERE letters > shared AND letters <= length(word)
    ) AS changes, (VALUES (false), (true)) AS counted (peer_mentors)
  WHERE peer_mentor OR NOT peer_mentors
  GROUP BY peer_mentors, prefix, org_id HAVING sum(change) <> 0
  ORDER BY peer_mentors, prefix, org_id
  ON CONFLICT (peer_mentors, prefix, org_id, shard) DO UPDATE SET n = counts.n + excluded.n;

  IF lost <> '{}' THEN
    DELETE FROM search_words AS s USING unnest(lost) AS l
    WHERE s.word = l.word AND s.spelling = l.spelling AND s.shared = l.shared AND NOT s.stays AND NOT EXISTS (
      SELECT FROM contact_words AS w WHERE w.word = l.word AND w.spelling = l.spelling AND w.shared = l.shared);
  END IF;
  RETURN NULL;
END $$;
