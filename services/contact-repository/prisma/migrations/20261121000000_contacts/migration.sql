CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

-- Æ, Ø and Å (and Aa) come last.
CREATE COLLATION norwegian (provider = icu, locale = 'nb-NO');

-- Brings text to the form in which it is searched: lower case, without accents or punctuation, and with one
-- spelling for each Norwegian letter (å = aa, ø = oe, æ = ae), in words that begin and end with a space.
-- unaccent is only STABLE because its dictionary could be changed; here it is not.
CREATE FUNCTION search_fold(value text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ' ' || translate(
    replace(replace(public.unaccent('public.unaccent'::regdictionary, lower(value)), 'aa', 'a'), 'oe', 'o'),
    '.,;:@_+-/\''"()&', '                ') || ' ';

-- Whether one of the words differs from the given one by a small typing error: a letter more, less or other,
-- two letters swapped, or two errors in a long word. levenshtein() takes 255 bytes at most.
CREATE FUNCTION has_typo_of(words text, word text) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN EXISTS (
    SELECT FROM string_to_table(words, ' ') AS candidate,
      LATERAL (SELECT levenshtein_less_equal(left(candidate, 60), left(trim(word), 60), 2) AS distance) AS d
    WHERE distance <= 1
      OR distance = 2 AND length(trim(word)) >= 8
      OR distance = 2 AND length(candidate) = length(trim(word)) AND (
        SELECT array_agg(a ORDER BY a) FROM string_to_table(candidate, NULL) AS a
      ) = (
        SELECT array_agg(b ORDER BY b) FROM string_to_table(trim(word), NULL) AS b
      )
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
CREATE INDEX contacts_search ON contacts USING gin (search_text gin_trgm_ops) WHERE deleted_stamp = '';

-- Where the clock goes on after a restart.
CREATE INDEX contacts_newest_stamp ON contacts (newest_stamp);
