-- A lease in a column that no index has, and room for it beside the row: a claim leaves nothing behind in the indexes,
-- where claims would pass over it while PostgreSQL keeps it for a transaction that is open elsewhere.
ALTER TABLE outbox ADD COLUMN leased_until timestamptz(3);
ALTER TABLE outbox SET (fillfactor = 50);
