import type { RoomDatabase } from '@colophon/core'

/**
 * The registry's tables. `seal` is the beginning of a digest of the row's other columns, to tell a row that was damaged; a mark's
 * payload is unique within its tenant.
 */
export const registryDatabase: RoomDatabase = {
  name: 'watermark',
  migrations: [
    `
create table watermark_mark (
  id integer primary key, tenant text not null, kind integer not null, payload blob not null,
  message text not null, recipient text, source integer not null, time integer not null, seal blob not null
) strict;
create unique index watermark_mark_payload on watermark_mark (tenant, kind, payload);

-- Files that carry a mark. call: public name of the call that made the file.
create table watermark_copy (
  id integer primary key, mark integer not null, content blob not null, media text not null, call text, fingerprint blob,
  time integer not null, seal blob not null
) strict;
create unique index watermark_copy_content on watermark_copy (mark, content);
create index watermark_copy_file on watermark_copy (content);

-- Bits that other tools hide for a message. One byte a bit.
create table watermark_candidate (
  id integer primary key, mark integer not null unique, key text not null, bits blob not null, modality text not null,
  task text, seal blob not null
) strict;
`,
  ],
}
