-- The forms of words are looked up by their index, whatever PostgreSQL knows of them. To learn it, each ANALYZE made
-- those of all words: 0.8 s of a core with 10,000 contacts, 2.5 s with a million, and once a minute where much is written.
ALTER INDEX search_words_forms ALTER COLUMN 1 SET STATISTICS 0;
