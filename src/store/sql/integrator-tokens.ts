import type { Statement } from '../queryable.js';

/** Milliseconds since 1970. */
const ms = (column: string): string => `round(extract(epoch from ${column}) * 1000)::double precision as ${column}_ms`;
const columns = `token_id, organiser_id, name, ${ms('created_at')}, ${ms('revoked_at')}`;

/** $1 token id, $2 organiser id, $3 name, $4 hash, $5 creation key. No row where that key has made a token already. */
export const insertIntegratorToken: Statement<IntegratorTokenRow> = {
  name: 'insert-integrator-token',
  text: `
    insert into integrator_token (token_id, organiser_id, name, token_hash, creation_key) values ($1, $2, $3, $4, $5)
    on conflict (creation_key) do nothing
    returning ${columns}`,
};

/** $1 creation key. */
export const readCreatedIntegratorToken: Statement<IntegratorTokenRow> = {
  name: 'read-created-integrator-token',
  text: `select ${columns} from integrator_token where creation_key = $1`,
};

/** $1 limit. Newest first. */
export const listIntegratorTokens: Statement<IntegratorTokenRow> = {
  name: 'list-integrator-tokens',
  text: `select ${columns} from integrator_token order by created_at desc, token_id limit $1`,
};

/** $1 token id. A token that is revoked already stays so since then. */
export const revokeIntegratorToken: Statement<IntegratorTokenRow> = {
  name: 'revoke-integrator-token',
  text: `
    update integrator_token set revoked_at = coalesce(revoked_at, clock_timestamp()) where token_id = $1
    returning ${columns}`,
};

/** $1 hash. */
export const readIntegrator: Statement<OrganiserRow> = {
  name: 'read-integrator',
  text: 'select organiser_id from integrator_token where token_hash = $1 and revoked_at is null',
};

/** $1 event id. */
export const readOrganiser: Statement<OrganiserRow> = {
  name: 'read-organiser',
  text: 'select organiser_id from event where event_id = $1',
};

export interface IntegratorTokenRow {
  readonly token_id: string;
  readonly organiser_id: string;
  readonly name: string;
  readonly created_at_ms: number;
  readonly revoked_at_ms: number | null;
}

interface OrganiserRow {
  readonly organiser_id: string;
}
