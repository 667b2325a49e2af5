-- Those who were there before anybody counted: what there is, less what has been counted since. Both are of one moment,
-- as it is one statement, so writers need not wait.
INSERT INTO contact_counts (org_id, shard, n)
SELECT org_id, -1, count(*) - coalesce((SELECT sum(n) FROM contact_counts WHERE contact_counts.org_id = contacts.org_id), 0)
FROM contacts WHERE deleted_stamp = '' GROUP BY org_id;
