-- Up Migration

-- What a POST of the control plane was answered, for a repeat of its Idempotency-Key. Commands on seats do not come here:
-- their actor remembers them.
create table idempotent_answer (
  key text primary key,
  request_hash bytea not null,
  answer json not null,
  made_at timestamptz not null default clock_timestamp()
);
create index idempotent_answer_age on idempotent_answer (made_at);
