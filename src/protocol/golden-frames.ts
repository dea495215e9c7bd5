/** The recorded frames in golden/ (its README says what they are), for tests. */
import { readdirSync, readFileSync } from 'node:fs';
import type { UpFrame } from './up.js';

const folder = new URL('./golden/', import.meta.url);

export interface GoldenFrame<Frame> {
  readonly name: string;
  readonly canonical: boolean;
  readonly frame: Frame;
  readonly msgpack: Uint8Array;
  readonly json: string;
}

/** A message that is no frame, in one encoding or both. */
export interface GoldenBadFrame {
  readonly name: string;
  readonly reqId: number;
  readonly msgpack: Uint8Array | null;
  readonly json: string | null;
}

interface Recorded<Frame> {
  readonly name: string;
  readonly canonical: boolean;
  readonly frame: Frame;
  readonly msgpack: string;
  readonly json: string;
}

/** File name and content of every golden file, in the order of their names. */
export function goldenFiles(): (readonly [name: string, content: string])[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
}

export function goldenUpFrames(): GoldenFrame<UpFrame>[] {
  return recorded<Recorded<UpFrame>>('up-').map(({ name, canonical, frame, msgpack, json }) => {
    return { name, canonical, frame, msgpack: fromHex(msgpack), json };
  });
}

export function goldenDownFrames(): GoldenFrame<readonly unknown[]>[] {
  return recorded<Recorded<readonly unknown[]>>('down-').map(({ name, canonical, frame, msgpack, json }) => {
    const fields = frame.map((field) => (isHex(field) ? fromHex(field.hex) : field));
    return { name, canonical, frame: fields, msgpack: fromHex(msgpack), json };
  });
}

export function goldenBadFrames(): GoldenBadFrame[] {
  const messages = recorded<{ name: string; reqId: number; msgpack?: string; json?: string }>('bad');
  return messages.map(({ name, reqId, msgpack, json }) => {
    return { name, reqId, msgpack: msgpack === undefined ? null : fromHex(msgpack), json: json ?? null };
  });
}

function recorded<Case>(prefix: string): Case[] {
  const files = goldenFiles().filter(([name]) => name.startsWith(prefix));
  return files.flatMap(([, content]) => JSON.parse(content) as Case[]);
}

function isHex(field: unknown): field is { hex: string } {
  return typeof field === 'object' && field !== null && 'hex' in field;
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
