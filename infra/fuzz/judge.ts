import { createAnswerCheck } from '@kontakt/testing/answer-check';
import type { Answer } from '@kontakt/testing';
import type { FuzzRequest, Known } from './requests.ts';

/** What must not be told to a client. */
const internals = /node_modules|\bat \S+ \(|\.ts:\d|prisma|postgres|\bSELECT\b|ECONN/i;

/** Says what is wrong with an answer, by the document of whoever gave it. */
export function createJudge(document: string): (request: FuzzRequest, answer: Answer) => void {
  const check = createAnswerCheck(document);
  return (request, answer) => {
    // HTTP gives this meaning to a star, of whatever is there.
    if (answer.status === 304 && request.headers['If-None-Match'] === '*') return;
    if (answer.status >= 500 && !isForToken(request, answer)) throw new Error(`${answer.status}: ${shown(answer)}`);
    check(isAmbiguous(request) && answer.status === 404 ? { ...request, path: '/api/' } : request, answer);
    if (answer.status >= 400 && internals.test(shown(answer))) throw new Error(`tells too much: ${shown(answer)}`);
  };
}

/** Whether the gateway takes it for no path of ours, whatever operation it looks like. */
function isAmbiguous({ path }: FuzzRequest): boolean {
  return /%(?:[01]\w|2[ef]|5c|7f)|\/\.\.?(?:\/|$)/i.test(path.replace(/\?.*$/s, ''));
}

/** Refused since what a Consistency-Token promises has not come. */
function isForToken({ headers }: FuzzRequest, answer: Answer): boolean {
  const isWaitedFor = answer.status === 503 && 'Consistency-Token' in headers && answer.headers.has('Retry-After');
  return isWaitedFor && shown(answer).includes('not-yet-consistent');
}

function shown({ body }: Answer): string {
  return JSON.stringify(body ?? '').slice(0, 1_000);
}

/** What is read of a record, or of a page of them. */
interface Learned {
  id?: unknown;
  contact_id?: unknown;
  chapter_id?: unknown;
  deleted?: unknown;
  data?: Learned[];
}

/** Keeps of an answer what leads later requests further; not too much, so that the new is met as often as the old. */
export function learn(known: Known, { status, headers, body }: Answer): void {
  if (status >= 300 || typeof body !== 'object' || body === null) return;
  const record = body as Learned;
  for (const { id, contact_id: contactId, chapter_id: chapterId } of record.data ?? [record]) {
    const ids = [id, contactId, chapterId];
    if (record.deleted) known.ids = known.ids.filter((one) => !ids.includes(one));
    else for (const one of ids) keep(known.ids, one);
  }
  keep(known.entityTags, headers.get('etag'));
  keep(known.tokens, headers.get('consistency-token'));
}

function keep(list: string[], value: unknown): void {
  if (typeof value !== 'string' || list.includes(value)) return;
  list.push(value);
  if (list.length > 300) list.shift();
}
