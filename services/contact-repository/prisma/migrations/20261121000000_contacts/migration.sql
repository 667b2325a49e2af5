CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- Æ, Ø and Å (and Aa) come last.
CREATE COLLATION norwegian (provider = icu, locale = 'nb-NO');

-- Brings text to the form in which it is searched: lower case, without accents, and with one spelling for each
-- Norwegian letter (å = aa, ø = oe, æ = ae), in words that begin and end with a space. Whatever is not a letter, digit,
-- mark or pictograph stands between words; symbols have no class of their own, and are listed. The collation decides
-- about case and classes, so that the database's own locale does not. unaccent comes first, as it makes capitals and
-- brackets of some letters; it is only STABLE because its dictionary could be changed: here it is not. ø and å stand
-- aside meanwhile, as control characters that no text has, or the swapped letters of "Srøen" would become one.
CREATE FUNCTION search_fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN regexp_replace(
    ' ' || translate(replace(replace(
      lower(public.unaccent('public.unaccent'::regdictionary, translate(value, 'øØåÅ', U&'\0001\0001\0002\0002'))
        COLLATE norwegian),
      'aa', 'a'), 'oe', 'o'), U&'\0001\0002ς', 'oaσ') || ' ',
    '[[:space:][:cntrl:][:punct:]$+<=>^`|~¢-©¬-±´¸×÷˂-˅˒-˟⁄⁒⁺-⁼₊-₌₠-⃏∀-⋿─-▟]+', ' ', 'g');

-- The words of folded text, the longest first. What is longer than any name is cut, so that keys stay small.
CREATE FUNCTION search_words(folded text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ARRAY(
    SELECT word FROM (SELECT DISTINCT left(part, 60) AS word FROM string_to_table(folded, ' ') AS part) AS words
    WHERE word <> '' ORDER BY length(word) DESC, word
  );

-- The word with one letter left out, or two of a long word. Words that differ by a letter more, less or other, or by two
-- letters swapped, have one of these in common, or one is the other's. The first of three letters must be right, or
-- every Tom would be like every .com. Not STRICT, so that it is inlined.
CREATE FUNCTION search_shortened(word text, by_letters integer) RETURNS SETOF text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT left(word, i - 1) || substr(word, i + 1, greatest(j - i - 1, 0)) || substr(word, j + 1)
    FROM generate_series(CASE length(word) WHEN 3 THEN 2 ELSE 1 END, length(word)) AS i,
      generate_series(i + by_letters - 1, CASE by_letters WHEN 1 THEN i ELSE length(word) END) AS j
    WHERE CASE by_letters WHEN 1 THEN length(word) >= 3 ELSE length(word) BETWEEN 8 AND 16 END;
  END;

-- By what folded text is found: its words, and what they are when shortened, behind as many hyphens as letters are left
-- out; no word contains a hyphen. The cost makes the planner use the index rather than call this for every row, and
-- nothing here is worth compiling.
CREATE FUNCTION search_keys(folded text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 SET jit = off
  RETURN (
    SELECT array_to_tsvector(array_agg(key)) FROM unnest(search_words(folded)) AS word,
      LATERAL (
        SELECT word AS key
        UNION ALL SELECT '-' || search_shortened(word, 1)
        UNION ALL SELECT '--' || search_shortened(word, 2)
      ) AS keys
  );

-- What finds the keys of text in which every given word stands: as a whole, as the beginning of a word, or with a small
-- typing error, or two in a long word. Errors are forgiven in the longest words only, which bounds what a query costs.
CREATE FUNCTION search_query(folded text) RETURNS tsquery
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET jit = off
  RETURN (
    SELECT string_agg('(' || format('''%s'':*', word) || coalesce(near.keys, '') || ')', '&')::tsquery
    FROM unnest(search_words(folded)) WITH ORDINALITY AS words (word, place),
      LATERAL (
        SELECT string_agg(format('|''%s''', key), '') AS keys
        FROM (
            SELECT word AS form UNION SELECT search_shortened(word, 1) UNION SELECT search_shortened(word, 2)
          ) AS forms,
          LATERAL (
            SELECT '-' || form AS key
            UNION ALL SELECT '--' || form WHERE length(word) >= 8
            UNION ALL SELECT form WHERE length(form) >= 3
            UNION ALL SELECT substr(word, 2, 1) || left(word, 1) || right(word, 1) WHERE length(word) = 3
          ) AS keys
        WHERE length(word) >= 3 AND place <= 5
      ) AS near
  );

-- Stamps sort byte by byte (COLLATE "C") in the order of time; '' is "never written".
CREATE TABLE contacts (
  id text COLLATE "C" NOT NULL,
  first_name text NOT NULL,
  last_name text NOT NULL,
  full_name text COLLATE norwegian NOT NULL,
  name_stamp text COLLATE "C" NOT NULL,
  email text NOT NULL,
  email_stamp text COLLATE "C" NOT NULL,
  org_id text COLLATE "C" NOT NULL,
  org_id_stamp text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  role_stamp text COLLATE "C" NOT NULL,
  is_active boolean NOT NULL,
  is_active_stamp text COLLATE "C" NOT NULL,
  specialty text,
  specialty_stamp text COLLATE "C" NOT NULL,
  available boolean NOT NULL,
  available_stamp text COLLATE "C" NOT NULL,
  deleted_stamp text COLLATE "C" NOT NULL,
  peer_mentor_id text COLLATE "C",
  peer_mentor_since timestamptz(3),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  newest_stamp text COLLATE "C" GENERATED ALWAYS AS (
    greatest(name_stamp, email_stamp, org_id_stamp, role_stamp, is_active_stamp, specialty_stamp, available_stamp,
      deleted_stamp)
  ) STORED,
  search_text text GENERATED ALWAYS AS (
    search_fold(full_name || ' ' || email || ' ' || CASE WHEN role = 'peer_mentor' THEN coalesce(specialty, '') ELSE '' END)
  ) STORED,
  CONSTRAINT contacts_pkey PRIMARY KEY (id),
  CONSTRAINT contacts_peer_mentor_has_both CHECK ((peer_mentor_id IS NULL) = (peer_mentor_since IS NULL)),
  CONSTRAINT contacts_deleted_is_erased CHECK (
    deleted_stamp = '' OR (full_name = '' AND first_name = '' AND last_name = '' AND email = '' AND specialty IS NULL)
  )
);

CREATE UNIQUE INDEX contacts_peer_mentor_id_key ON contacts (peer_mentor_id);

-- The lists: of all organisations or of one, newest first or by name.
CREATE INDEX contacts_newest ON contacts (created_at DESC, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_newest_of_org ON contacts (org_id, created_at DESC, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_by_name ON contacts (full_name, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_by_name_of_org ON contacts (org_id, full_name, id) WHERE deleted_stamp = '';
CREATE INDEX peer_mentors_newest ON contacts (peer_mentor_since DESC, id)
  WHERE deleted_stamp = '' AND role = 'peer_mentor';
CREATE INDEX peer_mentors_newest_of_org ON contacts (org_id, peer_mentor_since DESC, id)
  WHERE deleted_stamp = '' AND role = 'peer_mentor';
CREATE INDEX peer_mentors_by_name ON contacts (full_name, id) WHERE deleted_stamp = '' AND role = 'peer_mentor';
CREATE INDEX peer_mentors_by_name_of_org ON contacts (org_id, full_name, id)
  WHERE deleted_stamp = '' AND role = 'peer_mentor';

-- The searches.
CREATE INDEX contacts_search ON contacts USING gin (search_keys(search_text)) WHERE deleted_stamp = '';

-- Where the clock goes on after a restart.
CREATE INDEX contacts_newest_stamp ON contacts (newest_stamp);
