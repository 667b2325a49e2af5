-- Those who were there before: what there is, less what has been counted since. Both are of one moment, as it is one
-- statement, so writers need not wait.
INSERT INTO contact_counts (peer_mentors, prefix, org_id, shard, n)
SELECT peer_mentors, prefix, org_id, -1, sum(n) FROM (
    SELECT peer_mentors, search_list(word, spelling, shared) AS prefix, org_id, count(*) AS n
    FROM contact_words JOIN search_words USING (word, spelling, shared), (VALUES (false), (true)) AS kinds (peer_mentors)
    WHERE stays AND (peer_mentor OR NOT peer_mentors)
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT peer_mentors, prefix, org_id, -n FROM contact_counts WHERE prefix LIKE '% %'
  ) AS counted
GROUP BY peer_mentors, prefix, org_id HAVING sum(n) <> 0;
