import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { asyncapiDocument } from './asyncapi.ts';
import { catalogue, createEvent, parseEvent, UnreadableEventError } from './index.ts';

const content = readFileSync(join(import.meta.dirname, '..', 'asyncapi.json'), 'utf8');
const document = asyncapiDocument();

test('when the catalogue has changed, then the document was written anew (npm run events:document)', () => {
  expect(JSON.parse(content)).toEqual(JSON.parse(JSON.stringify(document)));
});

test("when the AsyncAPI project's own parser reads it, then it finds nothing to mend", async () => {
  const { document: parsed, diagnostics } = await new Parser().parse(content);
  // That there is a 3.1 is no fault of a 3.0 document.
  expect(diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
  const operations = parsed?.operations().all() ?? [];
  const types = catalogue.map(({ type }) => type);
  expect(operations.map((operation) => operation.channels().all()[0]?.address())).toEqual(types);
  expect(operations.map((operation) => operation.messages().all()[0]?.name())).toEqual(types);
});

describe.each(catalogue.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  const event = createEvent<object>(definition, definition.example);
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  const message = document.components.messages[type];
  const fits = ajv.compile(message?.payload ?? false);

  test('when it is published, then it is as the document says, and so is the example', () => {
    fits(JSON.parse(JSON.stringify(event)));
    expect(fits.errors).toBeNull();
    fits(message?.examples[0]?.payload);
    expect(fits.errors).toBeNull();
  });

  test('when its data change in any way, then what we can read is as the document says', () => {
    const paths = pathsOf(event.data);
    const value = fc.constantFrom(undefined, null, 0, true, '', 'text', 'x'.repeat(1_001), {}, [], [{}]);
    fc.assert(
      fc.property(fc.constantFrom(...paths), value, (path, changed) => {
        const other: unknown = JSON.parse(JSON.stringify(replaced(event, ['data', ...path], changed)));
        if (isReadable(other)) expect([fits(other), fits.errors]).toEqual([true, null]);
      }),
    );
  });
});

function isReadable(event: unknown): boolean {
  try {
    return parseEvent(JSON.stringify(event)).type !== '';
  } catch (error) {
    if (error instanceof UnreadableEventError) return false;
    throw error;
  }
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsOf(inner).map((path) => [key, ...path])]);
}

function replaced(value: unknown, [key, ...rest]: string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? replaced(item, rest, by) : item));
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.map(([name, inner]) => [name, name === key ? replaced(inner, rest, by) : inner]));
}
