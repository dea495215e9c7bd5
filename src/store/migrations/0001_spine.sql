-- Up Migration

-- What this installation keeps for itself: token keys, the hash of the admin token.
create table setting (
  name text primary key,
  value bytea not null,
  set_at timestamptz not null default clock_timestamp()
);

-- A chart version never changes once written.
create table chart (
  chart_id text not null,
  chart_version integer not null,
  name text not null,
  seat_count integer not null,
  area_count integer not null,
  body jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (chart_id, chart_version)
);

-- The catalogue: what people read about an event. What its decisions rest on is change 1 of its journal.
create table event (
  event_id text primary key,
  name text not null,
  starts_at timestamptz not null,
  chart_id text not null,
  chart_version integer not null,
  configuration jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  foreign key (chart_id, chart_version) references chart (chart_id, chart_version)
);

-- Ownership and the journal's end. Every append updates this row in the statement that appends: its row lock is the fence.
-- `seq` and `next_deadline_ms` change with each batch; room on the page keeps those updates heap-only.
create table event_head (
  event_id text primary key,
  epoch bigint not null,
  seq bigint not null,
  owner text not null,
  rested boolean not null,
  next_deadline_ms bigint
) with (fillfactor = 50);

create index event_head_due on event_head (next_deadline_ms) where next_deadline_ms is not null;

-- One row a batch of one event: docs/JOURNAL.md. Blobs are small and do not compress: stored as they are.
create table journal (
  event_id text not null,
  first_seq bigint not null,
  last_seq bigint not null,
  epoch bigint not null,
  appended_at timestamptz not null default clock_timestamp(),
  blob bytea not null,
  primary key (event_id, first_seq),
  check (last_seq >= first_seq)
);
alter table journal alter column blob set storage external;

create table snapshot (
  event_id text primary key,
  epoch bigint not null,
  seq bigint not null,
  body bytea not null
);
alter table snapshot alter column body set storage external;

-- The journal's net effect on sales. A booking's id is (event, epoch, seq) of the change that made it.
create table booking (
  event_id text not null,
  booking_seq bigint not null,
  epoch bigint not null,
  hold_epoch bigint not null,
  hold_seq bigint not null,
  holder_id text not null,
  command_id text not null,
  seats integer[] not null,
  total_minor bigint not null,
  currency text not null,
  order_ref text not null,
  booked_at_ms bigint not null,
  cancelled_at_ms bigint,
  primary key (event_id, booking_seq),
  unique (event_id, hold_seq),
  unique (event_id, holder_id, command_id)
);
create index booking_of_holder on booking (holder_id, booked_at_ms);

-- [I1] A seat has at most one live booking, whatever the program believes.
create table booked_seat (
  event_id text not null,
  seat integer not null,
  booking_seq bigint not null,
  cancelled boolean not null default false
);
create unique index booked_seat_live on booked_seat (event_id, seat) where not cancelled;
create index booked_seat_of_booking on booked_seat (event_id, booking_seq);

-- A node lives as long as its lease, by this server's clock.
create table node_lease (
  node_id text primary key,
  incarnation text not null,
  url text not null,
  version text not null,
  expires_at timestamptz not null
);
