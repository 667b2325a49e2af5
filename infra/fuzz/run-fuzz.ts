import fc from 'fast-check';
import { createJudge, learn } from './judge.ts';
import { operationsOf, type Operation } from './operations.ts';
import { requestsFor, type Known } from './requests.ts';
import { send } from './send.ts';

interface Options {
  /** Name → URL of all that answers requests. */
  urls: Record<string, string>;
  seed: number;
  /** How many requests each of them gets, at least. */
  requests: number;
}

export interface Report {
  /** Name → how many requests it got. */
  sent: Record<string, number>;
  /** Status → how often. */
  answers: Record<string, number>;
  problems: string[];
}

/** At once; more would be a test of how much the machine can bear. */
const lanes = 8;

/** Sends requests for all operations to all of them, side by side, and judges the answers. */
export async function runFuzz({ urls, seed, requests }: Options): Promise<Report> {
  const report: Report = { sent: {}, answers: {}, problems: [] };
  const known: Known = { ids: [], entityTags: [], tokens: [] };
  const tasks: (() => Promise<void>)[] = [];
  for (const [name, url] of Object.entries(urls)) {
    const document = await (await fetch(`${url}/openapi.json`)).text();
    const operations = operationsOf(document);
    const judge = createJudge(document);
    const numRuns = Math.ceil(requests / operations.length);
    const trial = (operation: Operation) => async () => {
      const property = fc.asyncProperty(requestsFor(operation, known), async (request) => {
        const answer = await send(url, request);
        report.sent[name] = (report.sent[name] ?? 0) + 1;
        report.answers[answer.status] = (report.answers[answer.status] ?? 0) + 1;
        learn(known, answer);
        judge(request, answer);
      });
      const result = await fc.check(property, {
        seed,
        numRuns,
        interruptAfterTimeLimit: 300_000,
        markInterruptAsFailure: true,
      });
      if (result.failed) {
        const cause = result.errorInstance instanceof Error ? result.errorInstance.message : 'it took too long';
        report.problems.push(
          `${name}, ${operation.method} ${operation.path}: ${cause}\n${fc.stringify(result.counterexample)}`,
        );
      }
    };
    tasks.push(...operations.map(trial));
  }
  await Promise.all(Array.from({ length: lanes }, () => inTurn(tasks)));
  return report;
}

async function inTurn(tasks: (() => Promise<void>)[]): Promise<void> {
  for (let task = tasks.shift(); task; task = tasks.shift()) await task();
}
