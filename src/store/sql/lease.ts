const nowMs = 'extract(epoch from clock_timestamp()) * 1000';
const until = (parameter: string): string =>
  `clock_timestamp() + ${parameter}::double precision * interval '1 millisecond'`;

export const register = {
  name: 'lease-register',
  text: `
    insert into node_lease (
      node_id, incarnation, url, version, expires_at, shards, draining, journal_format, link_version
    )
    values ($1, $2, $3, $4, ${until('$5')}, $6, false, $7, $8)
    on conflict (node_id) do update
      set incarnation = excluded.incarnation, url = excluded.url, version = excluded.version,
        expires_at = excluded.expires_at, shards = excluded.shards, draining = false,
        journal_format = excluded.journal_format, link_version = excluded.link_version
    returning (${nowMs})::double precision as now_ms`,
};

export const renew = {
  name: 'lease-renew',
  text: `
    update node_lease set expires_at = ${until('$3')}
    where node_id = $1 and incarnation = $2
    returning (${nowMs})::double precision as now_ms`,
};

export const announce = {
  name: 'lease-announce',
  text: 'update node_lease set url = $3 where node_id = $1 and incarnation = $2',
};

export const startDraining = {
  name: 'lease-start-draining',
  text: 'update node_lease set draining = true where node_id = $1 and incarnation = $2',
};

export const resign = {
  name: 'lease-resign',
  text: 'delete from node_lease where node_id = $1 and incarnation = $2',
};

export const living = {
  name: 'lease-living',
  text: `
    select node_id, incarnation, url, version, shards, draining, journal_format, link_version,
      (extract(epoch from expires_at - clock_timestamp()) * 1000)::double precision as expires_in_ms
    from node_lease where expires_at > clock_timestamp() order by node_id`,
};
