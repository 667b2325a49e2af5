-- What a request with an Idempotency-Key has created, so that its repetition creates nothing more.
CREATE TABLE idempotency_keys (
  key text COLLATE "C" NOT NULL,
  request_hash text NOT NULL,
  resource_id text,
  created_at timestamptz(3) NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (key)
);

-- For forgetting the old ones.
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
