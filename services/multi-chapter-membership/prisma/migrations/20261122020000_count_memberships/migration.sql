-- Those that were there before anybody counted: what there is, less what has been counted since. Both are of one moment,
-- as it is one statement, so writers need not wait.
INSERT INTO membership_counts (chapter_id, shard, n)
SELECT coalesce(chapter_id, ''), -1,
  count(*) - coalesce((
    SELECT sum(n) FROM membership_counts WHERE membership_counts.chapter_id = coalesce(memberships.chapter_id, '')
  ), 0)
FROM memberships WHERE status <> 'removed' GROUP BY GROUPING SETS ((chapter_id), ());
