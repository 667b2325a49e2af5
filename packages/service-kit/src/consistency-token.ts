import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { blankContact, never, parseStamp, type ContactState, type Stamp } from '@kontakt/convergence';
import type { RequestHandler } from 'express';
import { Problem } from './problem.ts';

/**
 * What a write promises to whoever shows its token: which registers of a contact are how new. Registers and not just
 * the newest stamp: a copy may have got a later write to one field before this write to another.
 */
export interface Promised {
  contactId: string;
  /** Names of the contact's stamps (`nameStamp`) → the stamp. */
  registers: Map<string, Stamp>;
  /** Keys of chapters (see chapterKey) → the stamp of the contact's membership there. */
  memberships: Map<string, Stamp>;
}

interface Written {
  contactId: string;
  contact?: ContactState;
  memberships?: { chapterId: string; stamp: Stamp }[];
}

const stampNames = Object.keys(blankContact).filter((key) => key.endsWith('Stamp')) as (keyof ContactState)[];

/** A chapter's id as it stands in a token: short, so that a token with hundreds of chapters still is a header. */
export function chapterKey(chapterId: string): string {
  return createHash('sha256').update(chapterId).digest('base64url').slice(0, 6);
}

/** The `Consistency-Token` of a write. */
export function consistencyToken({ contactId, contact, memberships = [] }: Written): string {
  const registers = stampNames.flatMap((name) => (contact && contact[name] !== never ? [[contact[name], name]] : []));
  const chapters = memberships.map(({ chapterId, stamp }) => [stamp, chapterKey(chapterId)]);
  const token = { c: contactId, r: groupByStamp(registers), m: groupByStamp(chapters) };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function groupByStamp(pairs: unknown[][]): Record<string, unknown[]> {
  const groups: Record<string, unknown[]> = {};
  for (const [stamp, name] of pairs) (groups[String(stamp)] ??= []).push(name);
  return groups;
}

function parseToken(token: string): Promised | null {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as { c: unknown; r: object; m: object };
    if (typeof parsed.c !== 'string') return null;
    return { contactId: parsed.c, registers: stampsByName(parsed.r), memberships: stampsByName(parsed.m) };
  } catch {
    return null;
  }
}

/** @throws when it is no group of names by stamp. */
function stampsByName(groups: object): Map<string, Stamp> {
  const pairs = Object.entries(groups).flatMap(([stamp, names]: [string, unknown]) => {
    if (!parseStamp(stamp) || !Array.isArray(names)) throw new Error('no group of names by stamp');
    return names.map((name): [string, Stamp] => [String(name), stamp]);
  });
  return new Map(pairs);
}

const patienceMs = 1_000;

/**
 * A read that shows the token of a write is answered when this service's copy has reached it, within a second;
 * else it is refused: never with older data than promised.
 * @param hasReached asks the copy.
 */
export function readYourWrites(hasReached: (promised: Promised) => Promise<boolean>): RequestHandler {
  return async (req, _res, next) => {
    const token = req.get('Consistency-Token');
    if (token === undefined || (req.method !== 'GET' && req.method !== 'HEAD')) {
      next();
      return;
    }
    const promised = parseToken(token);
    if (!promised) {
      throw Problem.invalid([{ in: 'header', path: 'Consistency-Token', message: 'is not a token of this system' }]);
    }
    const deadline = Date.now() + patienceMs;
    while (!(await hasReached(promised))) {
      if (Date.now() > deadline) {
        throw new Problem(503, 'not-yet-consistent', 'This service has not yet got what was written before.', {
          headers: { 'Retry-After': '1' },
        });
      }
      await sleep(15);
    }
    next();
  };
}

/**
 * Whether a copy of a contact has what was promised; a deletion is past everything. What the copy does not keep it
 * cannot show, neither old nor new.
 */
export function contactHasReached(
  contact: (Record<string, unknown> & { deletedStamp: Stamp }) | null,
  { registers }: Promised,
): boolean {
  if (!contact) return registers.size === 0;
  if (contact.deletedStamp !== never) return true;
  return [...registers].every(([name, stamp]) => {
    const ours = contact[name];
    return typeof ours !== 'string' || ours >= stamp;
  });
}
