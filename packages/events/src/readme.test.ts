import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { catalogue } from './index.ts';
import { currentSchemas } from './published.ts';

const readme = read('README.md');

test.each([
  ['ts', 'consumer.ts'],
  ['python', 'consumer.py'],
])("when the example in %s has changed, then the README's has, too", (language, file) => {
  expect(readme).toContain(`\`\`\`${language}\n${read(join('examples', file))}\`\`\`\n`);
});

test("when the catalogue has changed, then the README's table of events has, too", () => {
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

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, '..', file), 'utf8');
}

/** What stands in backticks: the fields of an event's data. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');
}
