-- Up Migration

-- Programs of organisers (shops, ticketing) that confirm holds in their holders' name. The token itself is nowhere: only its
-- SHA-256 is, by which it is looked up. `creation_key` is the Idempotency-Key that made it, so that a repeat makes no second.
create table integrator_token (
  token_id text primary key,
  organiser_id text not null,
  name text not null,
  token_hash bytea not null unique,
  creation_key text not null unique,
  created_at timestamptz not null default clock_timestamp(),
  revoked_at timestamptz
);
