-- One database for each service, owned by the service's user; no other service can connect to it. The postgres image
-- runs this once, while its volume is still empty. Passwords come from the environment.
\getenv contact_repository DATABASE_PASSWORD_CONTACT_REPOSITORY
\getenv contact_edit DATABASE_PASSWORD_CONTACT_EDIT
\getenv multi_chapter_membership DATABASE_PASSWORD_MULTI_CHAPTER_MEMBERSHIP

CREATE ROLE contact_repository LOGIN PASSWORD :'contact_repository';
CREATE ROLE contact_edit LOGIN PASSWORD :'contact_edit';
CREATE ROLE multi_chapter_membership LOGIN PASSWORD :'multi_chapter_membership';

CREATE DATABASE contact_repository OWNER contact_repository TEMPLATE template0 LOCALE 'C.UTF-8';
CREATE DATABASE contact_edit OWNER contact_edit TEMPLATE template0 LOCALE 'C.UTF-8';
CREATE DATABASE multi_chapter_membership OWNER multi_chapter_membership TEMPLATE template0 LOCALE 'C.UTF-8';

REVOKE CONNECT, TEMPORARY
  ON DATABASE contact_repository, contact_edit, multi_chapter_membership, postgres, template1
  FROM PUBLIC;
