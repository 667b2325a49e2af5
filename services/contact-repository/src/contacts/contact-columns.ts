import sql from 'sql-template-tag';

/** What is shown of a contact. */
export const contactColumns = sql`id, full_name AS "fullName", email, org_id AS "orgId", role, is_active AS "isActive",
  created_at AS "createdAt"`;
