-- In which chapters a contact is now, as the service that owns memberships tells it. No foreign key: a membership can
-- be told of before its contact.
CREATE TABLE memberships (
  contact_id text COLLATE "C" NOT NULL,
  chapter_id text COLLATE "C" NOT NULL,
  active boolean NOT NULL,
  stamp text COLLATE "C" NOT NULL,
  PRIMARY KEY (contact_id, chapter_id)
);

CREATE INDEX memberships_active ON memberships (chapter_id, contact_id) WHERE active;
