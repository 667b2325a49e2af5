-- How many have a word that stays is counted, too, as it is for one and two letters: to count a common name's entries took
-- two thirds of a search for it. The next migration counts those that are there, of the same moment as what is counted
-- from here on.
-- For a moment: whoever has written by the function of before ends first.
LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE;

-- A list of contact_words, as contact_counts has it beside beginnings, which have no space.
CREATE FUNCTION search_list(word text, spelling text, shared smallint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN word || ' ' || spelling || ' ' || shared::text;

CREATE OR REPLACE FUNCTION fill_search() RETURNS void
  LANGUAGE sql SET jit = off
  BEGIN ATOMIC
    INSERT INTO contact_words
    SELECT words.* FROM contacts AS c, contact_words_of(
      c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
    WHERE c.deleted_stamp = '' AND words.word <> '';
    INSERT INTO search_words SELECT word, spelling, shared, count(*) > 50 FROM contact_words
    GROUP BY word, spelling, shared ORDER BY word, spelling, shared;
    INSERT INTO contact_counts
    SELECT peer_mentors, prefix, org_id, 0, count(*) FROM (
        SELECT prefix, org_id, peer_mentor FROM contact_words, search_prefixes(word, shared) AS prefix
        UNION ALL
        SELECT search_list(word, spelling, shared), org_id, peer_mentor
        FROM contact_words JOIN search_words USING (word, spelling, shared) WHERE stays
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
-- looks then whether anybody else has it. So does whoever moves who has it to another organisation, or to peer mentors
-- or from them: when it is found to stay, it is counted by these.
CREATE OR REPLACE FUNCTION keep_search() RETURNS trigger
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off
  AS $$
DECLARE
  changed text[];
  gone contact_words[] := '{}';
  come contact_words[] := '{}';
  lost search_words[];
  gained search_words[];
  moved search_words[];
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

  SELECT coalesce(array_agg(key) FILTER (WHERE change < 0), '{}'), coalesce(array_agg(key) FILTER (WHERE change > 0), '{}'),
    coalesce(array_agg(key) FILTER (WHERE change = 0), '{}')
  INTO lost, gained, moved
  FROM (
    SELECT ROW(word, spelling, shared, false)::search_words AS key, sum(change) AS change FROM (
        SELECT word, spelling, shared, sum(change) AS change FROM (
            SELECT word, spelling, shared, org_id, peer_mentor, -1 AS change FROM unnest(gone)
            UNION ALL SELECT word, spelling, shared, org_id, peer_mentor, 1 FROM unnest(come)
          ) AS changes
        WHERE word <> '' GROUP BY word, spelling, shared, org_id, peer_mentor HAVING sum(change) <> 0
      ) AS parts
    GROUP BY word, spelling, shared
  ) AS sums;
  -- What conflicts is locked, whether or not it is updated, too.
  IF lost <> '{}' OR gained <> '{}' OR moved <> '{}' THEN
    WITH noted AS (
      INSERT INTO search_words AS s (word, spelling, shared)
      SELECT word, spelling, shared FROM unnest(lost || gained || moved) AS key
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
      INSERT INTO contact_counts
      SELECT peer_mentors, search_list(word, spelling, shared), org_id, pg_backend_pid() % 16, count(*)
      FROM unnest(staying) JOIN contact_words USING (word, spelling, shared), (VALUES (false), (true)) AS counted (peer_mentors)
      WHERE peer_mentor OR NOT peer_mentors
      GROUP BY 1, 2, 3;
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
  )
  INSERT INTO contact_counts AS counts
  SELECT peer_mentors, prefix, org_id, pg_backend_pid() % 16, sum(change)
  FROM (
      SELECT left(word, letters) AS prefix, org_id, peer_mentor, change
      FROM changes, (VALUES (0), (1), (2)) AS first (letters)
      WHERE letters > shared AND letters <= length(word)
      UNION ALL
      SELECT search_list(word, spelling, shared), org_id, peer_mentor, change
      FROM changes JOIN search_words USING (word, spelling, shared) WHERE stays
    ) AS counted, (VALUES (false), (true)) AS kinds (peer_mentors)
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
