-- Those who were there before: what there is, less what has been counted since. Both are of one moment, as it is one
-- statement, so writers need not wait.
INSERT INTO word_counts (word, spelling, shared, shard, n)
SELECT word, spelling, shared, -1, sum(n) FROM (
    SELECT word, spelling, shared, count(*) AS n FROM contact_words JOIN search_words USING (word, spelling, shared)
    WHERE stays GROUP BY word, spelling, shared
    UNION ALL SELECT word, spelling, shared, -n FROM word_counts
  ) AS counted
GROUP BY word, spelling, shared HAVING sum(n) <> 0;
