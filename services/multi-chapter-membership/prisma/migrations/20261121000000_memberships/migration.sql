-- ccm-001, ccm-002 … ccm-999, ccm-1000
CREATE SEQUENCE membership_number AS bigint;
CREATE FUNCTION next_membership_id() RETURNS text
  LANGUAGE sql VOLATILE
  BEGIN ATOMIC
    SELECT 'ccm-' || lpad(n::text, greatest(3, length(n::text)), '0') FROM nextval('membership_number') AS n;
  END;

-- Stamps sort byte by byte (COLLATE "C") in the order of time; '' is "never written".
CREATE TABLE contacts (
  id text COLLATE "C" NOT NULL,
  full_name text,
  name_stamp text COLLATE "C" NOT NULL,
  org_id text COLLATE "C",
  org_id_stamp text COLLATE "C" NOT NULL,
  deleted_stamp text COLLATE "C" NOT NULL,
  CONSTRAINT contacts_pkey PRIMARY KEY (id),
  CONSTRAINT contacts_deleted_is_erased CHECK (deleted_stamp = '' OR full_name IS NULL)
);

CREATE INDEX contacts_of_org ON contacts (org_id);

CREATE TABLE chapters (
  id text COLLATE "C" NOT NULL,
  name text,
  name_stamp text COLLATE "C" NOT NULL,
  CONSTRAINT chapters_pkey PRIMARY KEY (id)
);

CREATE TYPE membership_status AS ENUM ('active', 'inactive', 'removed');

CREATE TABLE memberships (
  contact_id text COLLATE "C" NOT NULL,
  chapter_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  status membership_status NOT NULL,
  joined_at timestamptz(3) NOT NULL,
  stamp text COLLATE "C" NOT NULL,
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  CONSTRAINT memberships_pkey PRIMARY KEY (contact_id, chapter_id),
  CONSTRAINT memberships_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts (id)
    ON DELETE RESTRICT ON UPDATE RESTRICT,
  CONSTRAINT memberships_chapter_id_fkey FOREIGN KEY (chapter_id) REFERENCES chapters (id)
    ON DELETE RESTRICT ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX memberships_id_key ON memberships (id);

-- The lists: all, of one contact, of one chapter; by when they were recorded, or by when they began. Removed ones are
-- few and passed over in reading: an index without them is not used, as Prisma's cast to the enum hides its condition.
CREATE INDEX memberships_newest ON memberships (created_at DESC, id);
CREATE INDEX memberships_newest_of_contact ON memberships (contact_id, created_at DESC, id);
CREATE INDEX memberships_newest_of_chapter ON memberships (chapter_id, created_at DESC, id);
CREATE INDEX memberships_by_joined_at ON memberships (joined_at DESC, id);
CREATE INDEX memberships_by_joined_at_of_contact ON memberships (contact_id, joined_at DESC, id);
CREATE INDEX memberships_by_joined_at_of_chapter ON memberships (chapter_id, joined_at DESC, id);

-- Where the clock goes on after a restart.
CREATE INDEX memberships_stamp ON memberships (stamp);
CREATE INDEX chapters_name_stamp ON chapters (name_stamp);
