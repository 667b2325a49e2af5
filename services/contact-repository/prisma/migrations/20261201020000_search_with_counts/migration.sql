-- The search takes its counts from those that are kept: of several words, to begin with the rarest, and of one, for the
-- total of all contacts. Up to 3,000 entries were counted of each, which does not tell the rarest of common words, and up
-- to 15,000 for a total. Where one organisation or peer mentors alone are asked for, entries are counted still: what is
-- kept of so few would tell of whom.

-- How many contacts have a word that begins so. Where that is not kept, and they are very many, it may be less work to
-- count those who have another word of the same first two letters, as how many have any of these is known.
CREATE OR REPLACE FUNCTION search_count(beginning text, organisation text, only_peer_mentors boolean) RETURNS integer
  LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0 SET jit = off
  AS $$
DECLARE
  many CONSTANT integer := 15000;
  start CONSTANT text := left(beginning, 2);
  others text[];
  total integer;
  found integer;
  rest integer;
BEGIN
  -- What is kept, and of words that few have, their entries. Nobody is in two lists that share less than the beginning.
  IF length(beginning) > 2 AND organisation IS NULL AND NOT only_peer_mentors THEN
    RETURN (
      SELECT coalesce(sum(CASE WHEN stays THEN (
          SELECT sum(n) FROM word_counts AS k
          WHERE k.word = list.word AND k.spelling = list.spelling AND k.shared = list.shared
        ) ELSE (
          SELECT count(*) FROM contact_words AS w
          WHERE w.word = list.word AND w.spelling = list.spelling AND w.shared = list.shared
        ) END), 0)
      FROM search_words AS list
      WHERE word >= beginning AND word < beginning || chr(1114111) AND shared < length(beginning));
  END IF;

  SELECT coalesce(sum(n), 0) INTO total FROM contact_counts
  WHERE peer_mentors = only_peer_mentors AND prefix = start AND (organisation IS NULL OR org_id = organisation);
  IF length(beginning) <= 2 THEN
    RETURN total;
  END IF;

  SELECT count(*) INTO found FROM (
    SELECT FROM search_words AS list, LATERAL (
        SELECT FROM contact_words AS w
        WHERE w.word = list.word AND w.spelling = list.spelling AND w.shared = list.shared
          AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors) OFFSET 0
      ) AS hits
    WHERE list.word >= beginning AND list.word < beginning || chr(1114111) AND list.shared < length(beginning)
    LIMIT many) AS counted;
  IF found < many THEN
    RETURN found;
  END IF;

  others := ARRAY(
    SELECT DISTINCT word FROM search_words
    WHERE word >= start AND word < start || chr(1114111) AND shared < 2 AND NOT starts_with(word, beginning));
  SELECT count(*) INTO rest FROM (
    SELECT FROM contact_words WHERE word = ANY (others) AND shared < 2
      AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors) LIMIT many) AS counted;
  -- Who has such another word, and this one besides, has it with at least two letters shared.
  SELECT CASE WHEN rest < many THEN total - rest ELSE 0 END + count(*) INTO found FROM search_words AS list
  JOIN contact_words USING (word, spelling, shared)
  WHERE list.word >= beginning AND list.word < beginning || chr(1114111) AND list.shared < length(beginning)
    AND list.shared >= CASE WHEN rest < many THEN 2 ELSE 0 END
    AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors);
  RETURN found;
END $$;

-- One page of whom a query finds, and how many there are; past the end, one row with the total alone. Whole words count
-- most, then beginnings (the shorter completion first), then near misses; among equals what is spelt as it was typed.
--
-- A page of a word that many have is read from contact_words in that order, list by list, and no further. Whoever else
-- is found is ranked; more than many by what they have in common with the query alone.
CREATE OR REPLACE FUNCTION search_contacts(
  q text, organisation text, chapters text[], only_peer_mentors boolean, skipped bigint, size integer
) RETURNS TABLE (total integer, id text, full_name text, email text, specialty text, peer_mentor_id text)
  LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0 SET jit = off SET work_mem = '64MB'
  AS $$
#variable_conflict use_column
DECLARE
  few CONSTANT integer := 300;
  many CONSTANT integer := 3000;
  words CONSTANT text[] := search_words(search_fold(q));
  typed CONSTANT text[] := string_to_array(lower(q COLLATE norwegian), ' ');
  asked record;
  rarest record;
  lists record;
  found integer;
  ids text[];
  texts text[];
  places bigint[];
  missing integer;
BEGIN
  FOR asked IN
    SELECT w.word, near, among, CASE WHEN kept > many THEN kept ELSE (
        SELECT count(*) FROM (
          SELECT FROM contact_words WHERE word = ANY (among)
          LIMIT CASE WHEN cardinality(words) = 1 THEN few + 1 ELSE many END) AS counted
      ) END AS n, ' ' || w.word AS beginning,
      (SELECT coalesce(jsonb_object_agg(other, true), '{}') FROM unnest(near) AS other) AS nearly,
      ARRAY(
        SELECT DISTINCT '% ' || left(other, 4) || '%' FROM unnest(near) AS other
      ) AS beginnings,
      coalesce((
        SELECT said FROM unnest(typed) AS said WHERE starts_with(search_fold(said), ' ' || w.word || ' ') LIMIT 1
      ), w.word) AS typed
    FROM unnest(words) WITH ORDINALITY AS w (word, place),
      LATERAL (SELECT ARRAY(
        -- Errors are forgiven in the longest words only, which bounds what a query costs.
        SELECT DISTINCT s.word FROM search_words AS s
        WHERE place <= 5 AND length(w.word) >= 3 AND search_forms(s.word) && search_forms(w.word)
          AND search_near(w.word, s.word) AND NOT starts_with(s.word, w.word)
      ) AS near OFFSET 0) AS misspelt,
      LATERAL (SELECT near || ARRAY(
        SELECT DISTINCT s.word FROM search_words AS s
        WHERE s.word >= w.word AND s.word < w.word || chr(1114111) AND s.shared < length(w.word)
      ) AS among OFFSET 0) AS alike,
      LATERAL (
        SELECT CASE WHEN length(w.word) <= 2 THEN (
            SELECT coalesce(sum(n), 0) FROM contact_counts WHERE NOT peer_mentors AND prefix = w.word
          ) ELSE (
            SELECT coalesce(sum(n), 0) FROM (
              SELECT n FROM word_counts AS k
              WHERE k.word >= w.word AND k.word < w.word || chr(1114111) AND k.shared < length(w.word)
              UNION ALL SELECT n FROM word_counts AS k WHERE k.word = ANY (near)
            ) AS counts
          ) END AS kept
      ) AS counted
    -- Of words of which as many entries were counted, the rarest is likely to begin with what fewest have.
    ORDER BY n, (SELECT sum(n) FROM contact_counts WHERE NOT peer_mentors AND prefix = left(w.word, 2)), place
  LOOP
    IF asked.n = 0 THEN
      ids := '{}';
      EXIT;
    ELSIF cardinality(words) = 1 AND chapters IS NULL AND asked.n > few THEN
      found := search_count(asked.word, organisation, only_peer_mentors);
      -- Who has two that are nearly so counts once.
      IF cardinality(asked.near) = 1 THEN
        SELECT found + count(*) INTO found FROM contact_words
        WHERE word = asked.near[1] AND (organisation IS NULL OR org_id = organisation)
          AND (peer_mentor OR NOT only_peer_mentors)
          AND strpos(coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)), asked.beginning) = 0;
      ELSE
        SELECT found + count(DISTINCT contact_id) INTO found FROM contact_words
        WHERE word = ANY (asked.near) AND (organisation IS NULL OR org_id = organisation)
          AND (peer_mentor OR NOT only_peer_mentors)
          AND strpos(coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)), asked.beginning) = 0;
      END IF;
      EXIT WHEN found > few;
    END IF;

    IF rarest IS NULL THEN
      rarest := asked;
      CONTINUE WHEN cardinality(words) > 1;
    END IF;
    -- How the words begin that are nearly so tells of most texts, and for little, that none of them is there.
    IF ids IS NULL THEN
      -- Each once: with the shortest word that begins so, or else with one that is nearly so.
      SELECT coalesce(array_agg(contact_id), '{}'), array_agg(whole), array_agg(place) INTO ids, texts, places
      FROM (
        SELECT contact_id, min(CASE WHEN cardinality(words) > 2 THEN whole END) AS whole,
          min(name_length + CASE WHEN starts_with(spelling, rarest.typed) THEN 0 ELSE 32768 END
            + 65536 * (CASE WHEN starts_with(word, rarest.word) THEN 1000 - 1000 * length(rarest.word) / length(word) ELSE 2000 END
              + CASE WHEN cardinality(words) > 1 THEN search_distance(asked.word, whole) ELSE 0 END)::bigint) AS place
        FROM (
            SELECT *, coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)) AS whole
            FROM contact_words
          ) AS listed
        WHERE word = ANY (rarest.among)
          AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors)
          AND (chapters IS NULL OR contact_id IN (
            SELECT contact_id FROM memberships WHERE active AND chapter_id = ANY (chapters)))
          AND CASE
            WHEN cardinality(words) > 1 AND strpos(whole, asked.beginning) = 0
              AND NOT (whole LIKE ANY (asked.beginnings) AND asked.nearly ?| string_to_array(whole, ' ')) THEN false
            WHEN starts_with(word, rarest.word) THEN shared < length(rarest.word)
            ELSE strpos(whole, rarest.beginning) = 0 END
        GROUP BY contact_id
      ) AS hits;
    ELSE
      SELECT coalesce(array_agg(contact_id), '{}'), array_agg(whole),
        array_agg(place + 65536 * search_distance(asked.word, whole))
      INTO ids, texts, places
      FROM unnest(ids, texts, places) AS hit (contact_id, whole, place)
      WHERE strpos(whole, asked.beginning) > 0
        OR whole LIKE ANY (asked.beginnings) AND asked.nearly ?| string_to_array(whole, ' ');
    END IF;
  END LOOP;

  IF found > few THEN
    ids := '{}';
    missing := CASE WHEN skipped < found THEN least(skipped + size, found) ELSE 0 END;
    FOR lists IN
      SELECT array_agg(word) AS words, array_agg(spelling) AS spellings, array_agg(shared) AS shared FROM search_words
      WHERE word >= asked.word AND word < asked.word || chr(1114111) AND shared < length(asked.word)
      GROUP BY length(word), starts_with(spelling, asked.typed) ORDER BY length(word), starts_with(spelling, asked.typed) DESC
    LOOP
      ids := ids || ARRAY(
        SELECT contact_id FROM unnest(lists.words, lists.spellings, lists.shared) AS list (word, spelling, shared), LATERAL (
            SELECT * FROM contact_words AS w
            WHERE w.word = list.word AND w.spelling = list.spelling AND w.shared = list.shared
              AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors)
            ORDER BY name_length, full_name, contact_id LIMIT missing - cardinality(ids)
          ) AS hits
        ORDER BY name_length, full_name, contact_id LIMIT missing - cardinality(ids));
      EXIT WHEN cardinality(ids) = missing;
    END LOOP;
    IF cardinality(ids) < missing THEN
      ids := ids || ARRAY(
        SELECT contact_id FROM (
            SELECT DISTINCT name_length, full_name, contact_id FROM search_words AS list, LATERAL (
              SELECT * FROM contact_words AS w
              WHERE w.word = list.word AND w.spelling = list.spelling AND w.shared = list.shared
                AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors)
                AND strpos(
                  coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)), asked.beginning) = 0
              ORDER BY name_length, full_name, contact_id LIMIT missing - cardinality(ids)
            ) AS hits
            WHERE list.word = ANY (asked.near)
          ) AS hits
        ORDER BY name_length, full_name, contact_id LIMIT missing - cardinality(ids));
    END IF;
    RETURN QUERY
      SELECT found, page.id, page.full_name, page.email, page.specialty, page.peer_mentor_id
      FROM (VALUES (true)) AS always LEFT JOIN (
          SELECT * FROM unnest(ids[least(skipped, missing)::integer + 1 :]) WITH ORDINALITY AS hit (id, place)
          JOIN contacts USING (id)
        ) AS page ON true
      ORDER BY place;
    RETURN;
  END IF;

  IF cardinality(ids) > many THEN
    RETURN QUERY
      SELECT cardinality(ids), page.id, page.full_name, page.email, page.specialty, page.peer_mentor_id
      FROM (VALUES (true)) AS always LEFT JOIN (
          SELECT place, contacts.* FROM (
              SELECT * FROM unnest(ids, places) AS hit (id, place)
              ORDER BY place FETCH FIRST (least(skipped, cardinality(ids)) + size) ROWS WITH TIES
            ) AS nearest
          JOIN contacts USING (id)
          ORDER BY place, full_name, id LIMIT size OFFSET skipped
        ) AS page ON true
      ORDER BY place, full_name, id;
    RETURN;
  END IF;
  RETURN QUERY
    WITH hits AS MATERIALIZED (
      SELECT id, full_name, email, specialty, peer_mentor_id, search_text,
        ' ' || lower((full_name || ' ' || email) COLLATE norwegian) AS written,
        (SELECT sum(search_distance(word, search_text)) FROM unnest(words) AS word) AS distance
      FROM unnest(ids) AS id JOIN contacts USING (id)
    ), page AS (
      SELECT * FROM hits
      ORDER BY distance,
        (SELECT count(*) FROM unnest(typed) AS word WHERE strpos(written, ' ' || word) > 0) DESC,
        -- Of more than a few, how like a near miss is to what was typed is not worth its price.
        CASE WHEN cardinality(ids) <= few THEN (
          SELECT sum(CASE WHEN strpos(search_text, ' ' || word) > 0 THEN 1 ELSE word_similarity(word, search_text) END)
          FROM unnest(words) AS word
        ) END DESC,
        length(full_name), full_name, id
      LIMIT size OFFSET skipped
    )
    SELECT coalesce(cardinality(ids), 0), page.id, page.full_name, page.email, page.specialty, page.peer_mentor_id
    FROM (VALUES (true)) AS always LEFT JOIN page ON true;
END $$;
