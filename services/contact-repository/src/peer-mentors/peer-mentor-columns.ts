import sql from 'sql-template-tag';

/** What is shown of a peer mentor. */
export const peerMentorColumns = sql`id, peer_mentor_id AS "peerMentorId", full_name AS "fullName", email, specialty,
  org_id AS "orgId", available`;
