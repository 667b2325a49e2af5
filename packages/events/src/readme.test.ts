import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { catalogue } from './index.ts';
import { currentSchemas } from './published.ts';

test("when the catalogue has changed, then the README's table of events has, too", () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const rows = readme
    .split('\n')
    .filter((line) => /^\| `[a-z.-]+\.v\d+` /.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, type, producer, when, carries]) => ({ type, producer, when, carries: namesIn(carries ?? '') }));

  expect(rows).toEqual(
    catalogue.map(({ type, producer, summary }) => ({
      type: `\`${type}\``,
      producer,
      when: summary,
      carries: Object.keys(currentSchemas().get(type)?.properties ?? {}),
    })),
  );
});

/** What stands in backticks: the fields of an event's data. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
}
