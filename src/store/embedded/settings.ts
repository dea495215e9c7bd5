/**
 * How the embedded Postgres differs from Postgres' defaults. Whoever wants to tune runs a Postgres of their own
 * (`DATABASE_URL`). Durability stays at its defaults: `fsync`, `full_page_writes` and `synchronous_commit` are on.
 */
export const settings: Readonly<Record<string, string>> = {
  shared_buffers: '128MB',
  // Each shard takes one connection for appends and up to four for reads; a slot that is not used costs a few KB.
  max_connections: '200',
  // Fewer checkpoints: each makes the next change of every page write the whole page. Bounds recovery to seconds.
  checkpoint_timeout: '15min',
  max_wal_size: '2GB',
  min_wal_size: '256MB',
  wal_compression: 'on',
  // Statements are short: compiling them costs more than running them.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Every 15 minutes is no news.
  log_checkpoints: 'off',
  password_encryption: 'scram-sha-256',
};
