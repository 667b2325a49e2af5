-- Events that are true, since they were committed, and not yet published.
CREATE TABLE outbox (
  id bigserial NOT NULL,
  event text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  available_at timestamptz(3) NOT NULL DEFAULT now(),
  parked boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

CREATE INDEX outbox_next ON outbox (available_at, id) WHERE NOT parked;
