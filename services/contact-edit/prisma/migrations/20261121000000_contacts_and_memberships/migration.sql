-- Æ, Ø and Å (and Aa) come last.
CREATE COLLATION norwegian (provider = icu, locale = 'nb-NO');

-- c-00001, c-00002 … c-99999, c-100000
CREATE SEQUENCE contact_number AS bigint;
CREATE FUNCTION next_contact_id() RETURNS text
  LANGUAGE sql VOLATILE
  BEGIN ATOMIC
    SELECT 'c-' || lpad(n::text, greatest(5, length(n::text)), '0') FROM nextval('contact_number') AS n;
  END;

-- Stamps sort byte by byte (COLLATE "C") in the order of time; '' is "never written".
CREATE TABLE contacts (
  id text COLLATE "C" NOT NULL DEFAULT next_contact_id(),
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
  phone text,
  address text,
  date_of_birth date,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  newest_stamp text COLLATE "C" GENERATED ALWAYS AS (
    greatest(name_stamp, email_stamp, org_id_stamp, role_stamp, is_active_stamp, specialty_stamp, available_stamp,
      deleted_stamp)
  ) STORED,
  CONSTRAINT contacts_pkey PRIMARY KEY (id),
  CONSTRAINT contacts_deleted_is_erased CHECK (
    deleted_stamp = '' OR (
      full_name = '' AND first_name = '' AND last_name = '' AND email = '' AND specialty IS NULL
      AND phone IS NULL AND address IS NULL AND date_of_birth IS NULL
    )
  )
);

-- The list: of all organisations or of one, newest first or by name.
CREATE INDEX contacts_newest ON contacts (created_at DESC, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_newest_of_org ON contacts (org_id, created_at DESC, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_by_name ON contacts (full_name, id) WHERE deleted_stamp = '';
CREATE INDEX contacts_by_name_of_org ON contacts (org_id, full_name, id) WHERE deleted_stamp = '';

-- Where the clock goes on after a restart.
CREATE INDEX contacts_newest_stamp ON contacts (newest_stamp);

CREATE TYPE membership_status AS ENUM ('active', 'inactive', 'removed');

CREATE TABLE memberships (
  contact_id text COLLATE "C" NOT NULL,
  chapter_id text COLLATE "C" NOT NULL,
  status membership_status NOT NULL,
  joined_at timestamptz(3) NOT NULL,
  stamp text COLLATE "C" NOT NULL,
  CONSTRAINT memberships_pkey PRIMARY KEY (contact_id, chapter_id)
);

CREATE INDEX memberships_stamp ON memberships (stamp);
