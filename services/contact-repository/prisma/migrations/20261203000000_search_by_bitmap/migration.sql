-- The forms of words have a GIN index, which is read by way of a bitmap only. The service's connections have bitmaps off,
-- so here they are on.
ALTER FUNCTION search_contacts(text, text, text[], boolean, bigint, integer) SET enable_bitmapscan = on;
