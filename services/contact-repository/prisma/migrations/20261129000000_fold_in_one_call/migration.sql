-- A function of one expression is put in its place wherever it is called. For a generated column that was done anew by
-- each statement that writes contacts, and took a tenth of it: 0.09 of 0.67 ms where nothing is changed that is searched,
-- of 1.4 where the email is. Now it is called, and says the same. Its names are looked up then, and not when it is made:
-- all are written with their schema, as a dump is restored with no search_path.
CREATE OR REPLACE FUNCTION search_fold(value text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
BEGIN
  RETURN regexp_replace(
    ' ' || translate(replace(replace(
      lower(public.unaccent('public.unaccent'::regdictionary, translate(value, 'øØåÅ', U&'\0001\0001\0002\0002'))
        COLLATE public.norwegian),
      'aa', 'a'), 'oe', 'o'), U&'\0001\0002ς', 'oaσ') || ' ',
    '[[:space:][:cntrl:][:punct:]$+<=>^`|~¢-©¬-±´¸×÷˂-˅˒-˟⁄⁒⁺-⁼₊-₌₠-⃏∀-⋿─-▟]+', ' ', 'g');
END $$;

-- What comes twice is one key to an index, and one to whoever asks it. To leave it out, PostgreSQL made a table for as
-- many as it takes such a list to have: 0.10 instead of 0.06 ms for each word.
CREATE OR REPLACE FUNCTION search_forms(word text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 SET jit = off
  RETURN ARRAY(
    SELECT left(start, i - 1) || substr(start, i + 1, greatest(j - i - 1, 0)) || substr(start, j + 1)
    FROM left(word, 7) AS start, generate_series(1, length(start) + 1) AS i, generate_series(i, length(start) + 1) AS j
    WHERE length(start) >= 3 AND (length(start) = 7 OR j = i OR j > length(start))
  );
