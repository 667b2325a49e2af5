import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { blankContact, never, parseStamp, type ContactState, type Stamp } from '@kontakt/convergence';
import type { RequestHandler } from 'express';
import onHeaders from 'on-headers';
import { id } from './fields.ts';
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

/** The `Consistency-Token` of a write, which readYourWrites signs on its way out. */
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

function signatureOf(content: string, secret: string): string {
  return createHmac('sha256', `Consistency-Token ${secret}`).update(content).digest('base64url');
}

/** What one of ours has signed; empty when none of ours has. */
function contentOf(token: string, secrets: string[]): string {
  const [content = '', signature = ''] = token.split('.');
  const given = Buffer.from(signature);
  const isOurs = secrets.some((secret) => {
    const expected = Buffer.from(signatureOf(content, secret));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
  return isOurs ? content : '';
}

function parseToken(token: string): Promised | null {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString()) as { c: unknown; r: object; m: object };
    if (typeof parsed.c !== 'string' || id.validate(parsed.c).error) return null;
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
 * else it is refused: never with older data than promised. Tokens are signed, or anybody could ask with tokens of their
 * own making what there is, and keep requests waiting for what never comes.
 * @param secrets of all services; the first signs.
 * @param hasReached asks the copy.
 */
export function readYourWrites(
  secrets: string[],
  hasReached: (promised: Promised) => Promise<boolean>,
): RequestHandler {
  const [current = ''] = secrets;
  return async (req, res, next) => {
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    if (!isRead) {
      onHeaders(res, () => {
        const content = res.get('Consistency-Token');
        if (content !== undefined) res.set('Consistency-Token', `${content}.${signatureOf(content, current)}`);
      });
    }
    const token = req.get('Consistency-Token');
    if (token === undefined || !isRead) {
      next();
      return;
    }
    const promised = parseToken(contentOf(token, secrets));
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
