import type { Content } from '../value/content.ts'

/**
 * The tables of an embedded store, format 1.
 *
 * Hashes are looked up at random and so cost a page each in a large store; rows therefore name each other by small numbers
 * given in order of arrival, and only `value` and `memo` are found by hash. A value whose encoding is short is written where
 * it is used (a column that holds a number names a row of `value`; one that holds bytes is the encoding itself). Such columns
 * are declared integer, which leaves bytes as they are and keeps SQLite from storing a row's number as a float.
 */
export const format = 1

/** Data up to this many bytes lies in the database; what is longer is an object. */
export const inlineBytes = 64 * 1024

/** Whether a value is kept as an object. */
export const isObject = (content: Content): boolean =>
  content.kind === 'blob' || (content.kind === 'data' && content.size > inlineBytes)

export const schema = `
create table meta (name text primary key, value any) without rowid;
insert into meta values ('format', ${format});

create table tenant (id integer primary key, name text not null unique);

-- One row a name and version. The position of a name in the JSON lists is the slot that stands for it elsewhere: lists only grow.
create table op (
  id integer primary key, name text not null, version integer not null,
  inputs text not null, outputs text not null, unique (name, version)
);
create table code (id integer primary key, op integer not null, fingerprint blob not null, unique (op, fingerprint));

-- kind 0: data, kept in body or, when that is null, as an object; 1: a blob, always an object.
create table value (
  id integer primary key, tenant integer not null, hash blob not null, kind integer not null, size integer not null,
  body blob, facts text
);
create unique index value_hash on value (tenant, hash);

create table result (
  id integer primary key, tenant integer not null, key blob not null, op integer not null, args integer, created integer not null
);
-- The one place where a key is looked up, with all that a hit needs beside the outputs: parts is the number of rows in passed,
-- call the call whose inputs all came from outside, if there is one.
create table memo (
  tenant integer not null, key blob not null, result integer not null, op integer not null, parts integer not null,
  call integer, primary key (tenant, key)
) without rowid;
create table output (result integer not null, slot integer not null, value integer not null, primary key (result, slot)) without rowid;
-- Parts of outputs that op code returned untouched, with where they came from: another call, or one of the call's own inputs.
create table passed (
  result integer not null, slot integer not null, path text not null,
  input text, from_call integer, from_output text, primary key (result, slot, path)
) without rowid;
create table metric (result integer not null, name text not null, value real not null, primary key (result, name)) without rowid;

-- A call with no result failed or was cancelled; its row in failure says what it was.
create table call (id integer primary key, result integer, history blob);
create unique index call_identity on call (result, ifnull(history, x'')) where result is not null;
create table input (
  call integer not null, slot integer not null, path text not null, value integer not null,
  from_call integer, from_output text, primary key (call, slot, path)
) without rowid;
create table failure (call integer primary key, op integer not null, key blob not null, args integer);

create table run (
  id integer primary key, name text not null unique, tenant integer not null, label text not null,
  started integer not null, ended integer, state text
);
create table step (
  run integer not null, seq integer not null, parent integer not null, ordinal integer not null, attempt integer not null,
  state integer not null, call integer not null, code integer not null, started integer not null, micros integer not null,
  error text, primary key (run, seq)
) without rowid;

-- Calls that may not be repeated, from just before they run until their end is recorded.
create table intent (tenant integer not null, key blob not null, started integer not null, primary key (tenant, key)) without rowid;
`
