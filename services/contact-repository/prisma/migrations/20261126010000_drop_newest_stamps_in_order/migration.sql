DROP INDEX contacts_newest_stamp;
-- Room for a row's next version beside it, of which the indexes then need not be told.
ALTER TABLE contacts SET (fillfactor = 90);
