-- Searches that are as fast with a million contacts as with ten thousand. What is typed is looked up among the words that
-- there are (search_words), which are few; contacts are then found by words that they have. Of a word that very many
-- have, a page is read in the order of the answer (contact_words) and the total of many is known (contact_counts).
-- Triggers keep all three. Writes wait while this fills them, some two minutes for a million contacts; reads do not.
LOCK TABLE contacts IN SHARE ROW EXCLUSIVE MODE;

CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- The words of all living contacts, each with how they write it (in lower case, "sorensen" as "sørensen") and with what
-- it shares: how many letters of its beginning a shorter word of the same contact begins with, too. Whoever looks at all
-- words that begin with "ha" and share fewer than two letters meets each contact once, at the shortest of these.
CREATE TABLE search_words (
  word text COLLATE "C" NOT NULL,
  spelling text COLLATE "C" NOT NULL,
  shared smallint NOT NULL,
  CONSTRAINT search_words_pkey PRIMARY KEY (word, spelling, shared)
);

-- Who has them, each list in the order of an answer, and with all that is searched of a contact (unless it is too long
-- for an index): whether other words stand there too is known without a look at the contact.
CREATE TABLE contact_words (
  word text COLLATE "C" NOT NULL,
  spelling text COLLATE "C" NOT NULL,
  shared smallint NOT NULL,
  name_length smallint NOT NULL,
  full_name text COLLATE norwegian NOT NULL,
  contact_id text COLLATE "C" NOT NULL,
  org_id text COLLATE "C" NOT NULL,
  peer_mentor boolean NOT NULL,
  search_text text
);

-- How many living contacts (or of them, peer mentors) an organisation has with a word that begins so; '' is all of them.
-- In several rows, so that writers do not wait for one another: the sum is what counts.
CREATE TABLE contact_counts (
  peer_mentors boolean NOT NULL,
  prefix text COLLATE "C" NOT NULL,
  org_id text COLLATE "C" NOT NULL,
  shard smallint NOT NULL,
  n integer NOT NULL,
  CONSTRAINT contact_counts_pkey PRIMARY KEY (peer_mentors, prefix, org_id, shard)
) WITH (fillfactor = 50);

-- A living contact's rows of contact_words, and one with the word '' that stands for the contact. How a word is written
-- is told by its place, unless folding has made more or fewer words than there are.
CREATE FUNCTION contact_words_of(
  id text, full_name text, email text, specialty text, role text, org_id text, search_text text
) RETURNS SETOF contact_words
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    WITH pieces AS MATERIALIZED (
      SELECT string_to_array(btrim(search_text), ' ') AS folded, array_remove(regexp_split_to_array(
        lower((full_name || ' ' || email || ' ' || CASE WHEN role = 'peer_mentor' THEN coalesce(specialty, '') ELSE '' END)
          COLLATE norwegian), '[^[:alnum:]]+'), '') AS written
    ), words AS MATERIALIZED (
      SELECT DISTINCT ON (1) left(word, 60) COLLATE "C" AS word,
        left(CASE WHEN cardinality(folded) = cardinality(written) THEN spelling ELSE word END, 60) AS spelling
      FROM pieces, unnest(folded, written) WITH ORDINALITY AS placed (word, spelling, place)
      WHERE word IS NOT NULL ORDER BY 1, place
    )
    SELECT word, spelling, coalesce((
        SELECT max(letters) FROM words AS other, generate_series(1, length(other.word)) AS letters
        WHERE (length(other.word), other.word) < (length(words.word), words.word)
          AND left(other.word, 1) = left(words.word, 1) AND left(other.word, letters) = left(words.word, letters)
      ), 0)::smallint, length(full_name)::smallint, full_name, id, org_id, role = 'peer_mentor',
      CASE WHEN octet_length(search_text) <= 500 THEN search_text END
    FROM words
    UNION ALL SELECT '', '', (-1)::smallint, 0::smallint, '', id, org_id, role = 'peer_mentor', NULL;
  END;

-- What the counts of some words are: of no, one and two letters. Where each contact is counted once.
CREATE FUNCTION search_prefixes(word text, shared smallint) RETURNS SETOF text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT left(word, letters) FROM generate_series(shared + 1, least(length(word), 2)) AS letters;
  END;

-- Fills the tables, which are empty, from all contacts at once.
CREATE FUNCTION fill_search() RETURNS void
  LANGUAGE sql SET jit = off
  BEGIN ATOMIC
    INSERT INTO contact_words
    SELECT words.* FROM contacts AS c, contact_words_of(
      c.id, c.full_name, c.email, c.specialty, c.role, c.org_id, c.search_text) AS words
    WHERE c.deleted_stamp = '' AND words.word <> '';
    INSERT INTO search_words SELECT DISTINCT word, spelling, shared FROM contact_words ORDER BY word, spelling, shared;
    INSERT INTO contact_counts
    SELECT peer_mentors, prefix, org_id, 0, count(*) FROM (
        SELECT prefix, org_id, peer_mentor FROM contact_words, search_prefixes(word, shared) AS prefix
        UNION ALL SELECT '', org_id, role = 'peer_mentor' FROM contacts WHERE deleted_stamp = ''
      ) AS counted, unnest('{false,true}'::boolean[]) AS peer_mentors
    WHERE peer_mentor OR NOT peer_mentors
    GROUP BY peer_mentors, prefix, org_id;
  END;

SELECT fill_search();

CREATE INDEX contact_words_in_order ON contact_words (word, spelling, shared, name_length, full_name, contact_id)
  INCLUDE (org_id, peer_mentor, search_text);

-- By what a word is found that is nearly what was typed: the first seven letters, and what they are with one letter or
-- two left out. Words that are nearly the same have one of these in common; so have others.
CREATE FUNCTION search_forms(word text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 SET jit = off
  RETURN ARRAY(
    SELECT DISTINCT left(start, i - 1) || substr(start, i + 1, greatest(j - i - 1, 0)) || substr(start, j + 1)
    FROM left(word, 7) AS start, generate_series(1, length(start) + 1) AS i, generate_series(i, length(start) + 1) AS j
    WHERE length(start) >= 3 AND (length(start) = 7 OR j = i OR j > length(start))
  );

-- Whether a word is what was typed, but for a small typing error: the longest letters that both have in this order are
-- all but one of each, or all but two where both are long. The first of three letters must be right or swapped with the
-- second, or every Tom would be like every .com. Not STRICT, so that it is inlined.
CREATE FUNCTION search_near(typed text, word text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN length(typed) >= 3 AND length(word) >= 3 AND abs(length(typed) - length(word)) <= 2
    AND length(typed) - length(word) + levenshtein(typed, word, 1, 1, 2)
      <= CASE WHEN length(typed) BETWEEN 8 AND 16 THEN 4 ELSE 2 END
    AND length(word) - length(typed) + levenshtein(typed, word, 1, 1, 2)
      <= CASE WHEN length(typed) >= 8 AND length(word) BETWEEN 8 AND 16 THEN 4 ELSE 2 END
    AND (length(typed) > 3 OR length(word) > 3 OR left(typed, 1) = left(word, 1)
      OR word = substr(typed, 2, 1) || left(typed, 1) || right(typed, 1));

-- New words come one by one: each search would read what waits to be merged.
CREATE INDEX search_words_forms ON search_words USING gin (search_forms(word)) WITH (fastupdate = off);

-- Keeps words, order and counts as contacts are: once a statement, and only what has become another.
--
-- A word that nobody has any longer leaves with the last contact that had it, even while another transaction adds a
-- contact that has it, too. Both lock the word until they end, in the order of the locks' numbers: many may add it at
-- once, but who may be the last to have had it must be alone, and then looks again. Nobody is the last where there are
-- as many others as there can be connections: not all of those can be on their way out.
CREATE FUNCTION keep_search() RETURNS trigger
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off
  AS $$
DECLARE
  locks CONSTANT integer := 1023;
  changed text[];
  had contact_words[];
  has contact_words[];
  gone contact_words[];
  come contact_words[];
  last_of contact_words[];
  lock record;
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
    INTO had, has;
    gone := ARRAY(SELECT words FROM unnest(had) AS words EXCEPT SELECT words FROM unnest(has) AS words);
    come := ARRAY(SELECT words FROM unnest(has) AS words EXCEPT SELECT words FROM unnest(had) AS words);
  END IF;

  IF coalesce(cardinality(gone), 0) + coalesce(cardinality(come), 0) = 0 THEN
    RETURN NULL;
  END IF;
  IF cardinality(gone) > 0 THEN
    DELETE FROM contact_words AS w USING unnest(gone) AS g
    WHERE w.word = g.word AND w.spelling = g.spelling AND w.shared = g.shared AND w.name_length = g.name_length
      AND w.full_name = g.full_name AND w.contact_id = g.contact_id;
    last_of := ARRAY(
      SELECT g FROM unnest(gone) AS g
      WHERE g.word <> '' AND (g.word, g.spelling, g.shared) NOT IN (SELECT word, spelling, shared FROM unnest(come))
        AND NOT EXISTS (
          SELECT FROM contact_words AS w WHERE w.word = g.word AND w.spelling = g.spelling AND w.shared = g.shared
          OFFSET current_setting('max_connections')::integer LIMIT 1
        ));
  END IF;

  FOR lock IN
    SELECT hashtext(word) & locks AS number, bool_or(alone) AS alone
    FROM (
        SELECT word, false AS alone FROM unnest(come)
        UNION ALL SELECT word, false FROM unnest(gone)
        UNION ALL SELECT word, true FROM unnest(last_of)
      ) AS words
    WHERE word <> '' GROUP BY number ORDER BY number
  LOOP
    IF lock.alone THEN
      PERFORM pg_advisory_xact_lock(hashtext('search_words'), lock.number);
    ELSE
      PERFORM pg_advisory_xact_lock_shared(hashtext('search_words'), lock.number);
    END IF;
  END LOOP;

  IF cardinality(come) > 0 THEN
    INSERT INTO search_words
    SELECT DISTINCT word, spelling, shared FROM unnest(come) WHERE word <> '' ORDER BY word, spelling, shared
    ON CONFLICT DO NOTHING;
    INSERT INTO contact_words SELECT * FROM unnest(come) WHERE word <> '';
  END IF;
  IF cardinality(last_of) > 0 THEN
    DELETE FROM search_words AS s USING unnest(last_of) AS l
    WHERE s.word = l.word AND s.spelling = l.spelling AND s.shared = l.shared AND NOT EXISTS (
      SELECT FROM contact_words AS w WHERE w.word = l.word AND w.spelling = l.spelling AND w.shared = l.shared);
  END IF;

  INSERT INTO contact_counts AS counts
  SELECT peer_mentors, prefix, org_id, pg_backend_pid() % 16, sum(change)
  FROM (
      SELECT word, shared, org_id, peer_mentor, -1 AS change FROM unnest(gone)
      UNION ALL SELECT word, shared, org_id, peer_mentor, 1 FROM unnest(come)
    ) AS changes,
    search_prefixes(word, shared) AS prefix, unnest('{false,true}'::boolean[]) AS peer_mentors
  WHERE peer_mentor OR NOT peer_mentors
  GROUP BY peer_mentors, prefix, org_id HAVING sum(change) <> 0
  ORDER BY peer_mentors, prefix, org_id
  ON CONFLICT (peer_mentors, prefix, org_id, shard) DO UPDATE SET n = counts.n + excluded.n;
  RETURN NULL;
END $$;

CREATE TRIGGER contacts_inserted AFTER INSERT ON contacts
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_search();
CREATE TRIGGER contacts_updated AFTER UPDATE ON contacts
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_search();
CREATE TRIGGER contacts_deleted AFTER DELETE ON contacts
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_search();

-- How many contacts have a word that begins so. Where they are very many, it may be less work to count those who have
-- another word of the same first two letters, as how many have any of these is known.
CREATE FUNCTION search_count(beginning text, organisation text, only_peer_mentors boolean) RETURNS integer
  LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan SET max_parallel_workers_per_gather = 0 SET jit = off
  AS $$
DECLARE
  many CONSTANT integer := 15000;
  start CONSTANT text := left(beginning, 2);
  words CONSTANT text[] := ARRAY(
    SELECT DISTINCT word FROM search_words
    WHERE word >= beginning AND word < beginning || chr(1114111) AND shared < length(beginning));
  others text[];
  total integer;
  found integer;
  rest integer;
BEGIN
  SELECT coalesce(sum(n), 0) INTO total FROM contact_counts
  WHERE peer_mentors = only_peer_mentors AND prefix = start AND (organisation IS NULL OR org_id = organisation);
  IF length(beginning) <= 2 THEN
    RETURN total;
  END IF;

  SELECT count(*) INTO found FROM (
    SELECT FROM contact_words WHERE word = ANY (words) AND shared < length(beginning)
      AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors) LIMIT many) AS counted;
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
  WHERE list.word = ANY (words) AND list.shared < length(beginning)
    AND list.shared >= CASE WHEN rest < many THEN 2 ELSE 0 END
    AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors);
  RETURN found;
END $$;

-- One page of whom a query finds, and how many there are; past the end, one row with the total alone. Whole words count
-- most, then beginnings (the shorter completion first), then near misses; among equals what is spelt as it was typed.
--
-- A page of a word that many have is read from contact_words in that order, list by list, and no further. Whoever else
-- is found is ranked.
CREATE FUNCTION search_contacts(
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
  lists record;
  found integer;
  ids text[];
  texts text[];
  rarest text[];
  missing integer;
BEGIN
  FOR asked IN
    SELECT w.word, near, among, (
        SELECT count(*) FROM (SELECT FROM contact_words WHERE word = ANY (among) LIMIT many) AS counted
      ) AS n, ARRAY(SELECT DISTINCT '% ' || left(other, 4) || '%' FROM unnest(near) AS other) AS beginnings
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
      ) AS among OFFSET 0) AS alike
    ORDER BY n, place
  LOOP
    IF asked.n = 0 THEN
      ids := '{}';
      EXIT;
    ELSIF cardinality(words) = 1 AND chapters IS NULL AND asked.n > few THEN
      found := search_count(asked.word, organisation, only_peer_mentors);
      SELECT found + count(DISTINCT contact_id) INTO found FROM contact_words AS w
      WHERE word = ANY (asked.near) AND (organisation IS NULL OR org_id = organisation)
        AND (peer_mentor OR NOT only_peer_mentors)
        AND strpos(coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)), ' ' || asked.word) = 0;
      EXIT WHEN found > few;
    END IF;

    IF rarest IS NULL THEN
      rarest := asked.among;
      CONTINUE WHEN cardinality(words) > 1;
    END IF;
    -- How the words begin that are nearly so tells of most texts, and for little, that none of them is there.
    IF ids IS NULL THEN
      SELECT coalesce(array_agg(contact_id), '{}'), array_agg(CASE WHEN cardinality(words) > 2 THEN whole END)
      INTO ids, texts
      FROM contact_words,
        LATERAL (SELECT coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)) AS whole) AS text
      WHERE word = ANY (rarest)
        AND (organisation IS NULL OR org_id = organisation) AND (peer_mentor OR NOT only_peer_mentors)
        AND (chapters IS NULL OR contact_id IN (
          SELECT contact_id FROM memberships WHERE active AND chapter_id = ANY (chapters)))
        AND (cardinality(words) = 1 OR strpos(whole, ' ' || asked.word) > 0
          OR whole LIKE ANY (asked.beginnings) AND string_to_array(whole, ' ') && asked.near);
    ELSE
      SELECT coalesce(array_agg(contact_id), '{}'), array_agg(whole) INTO ids, texts
      FROM unnest(ids, texts) AS hit (contact_id, whole)
      WHERE strpos(whole, ' ' || asked.word) > 0
        OR whole LIKE ANY (asked.beginnings) AND string_to_array(whole, ' ') && asked.near;
    END IF;
  END LOOP;

  IF found > few THEN
    ids := '{}';
    missing := CASE WHEN skipped < found THEN least(skipped + size, found) ELSE 0 END;
    FOR lists IN
      SELECT array_agg(word) AS words, array_agg(spelling) AS spellings, array_agg(shared) AS shared FROM search_words
      WHERE word >= asked.word AND word < asked.word || chr(1114111) AND shared < length(asked.word)
      GROUP BY length(word), starts_with(spelling, typed[1]) ORDER BY length(word), starts_with(spelling, typed[1]) DESC
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
                  coalesce(search_text, (SELECT search_text FROM contacts WHERE id = contact_id)), ' ' || asked.word) = 0
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

  ids := ARRAY(SELECT DISTINCT unnest(ids));
  RETURN QUERY
    WITH hits AS MATERIALIZED (
      SELECT id, full_name, email, specialty, peer_mentor_id, search_text,
        ' ' || lower((full_name || ' ' || email) COLLATE norwegian) AS written, (
          SELECT sum(CASE
            WHEN strpos(search_text, ' ' || word || ' ') > 0 THEN 3
            WHEN strpos(search_text, ' ' || word) > 0 THEN 2 + length(word)::real
              / (length(word) + length(split_part(split_part(search_text, ' ' || word, 2), ' ', 1)))
            ELSE 1 END) FROM unnest(words) AS word
        ) AS score
      FROM unnest(ids) AS id JOIN contacts USING (id)
    ), page AS (
      SELECT * FROM hits
      ORDER BY score DESC,
        (SELECT count(*) FROM unnest(typed) AS word WHERE strpos(written, ' ' || word) > 0) DESC,
        -- Of more than a few, how like a near miss is to what was typed is not worth its price.
        CASE WHEN cardinality(ids) <= few THEN (
          SELECT sum(CASE WHEN strpos(search_text, ' ' || word) > 0 THEN 1 ELSE word_similarity(word, search_text) END)
          FROM unnest(words) AS word
        ) END DESC,
        length(full_name), full_name, id
      LIMIT size OFFSET skipped
    )
    SELECT cardinality(ids), page.id, page.full_name, page.email, page.specialty, page.peer_mentor_id
    FROM (VALUES (true)) AS always LEFT JOIN page ON true;
END $$;

DROP INDEX contacts_search;
DROP FUNCTION search_keys;
DROP FUNCTION search_query;
DROP FUNCTION search_shortened;
