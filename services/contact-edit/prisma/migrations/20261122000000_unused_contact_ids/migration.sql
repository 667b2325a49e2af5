-- Memberships may be told of a contact that nobody has created yet. A new contact gets none of these ids, or it would
-- begin in somebody else's chapters.
CREATE OR REPLACE FUNCTION next_contact_id() RETURNS text
  LANGUAGE plpgsql VOLATILE
  AS $$
  DECLARE
    number text;
    candidate text;
  BEGIN
    LOOP
      number := nextval('contact_number')::text;
      candidate := 'c-' || lpad(number, greatest(5, length(number)), '0');
      EXIT WHEN NOT EXISTS (SELECT FROM memberships WHERE contact_id = candidate)
        AND NOT EXISTS (SELECT FROM contacts WHERE id = candidate);
    END LOOP;
    RETURN candidate;
  END $$;
