import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { breakingChanges, breakingChangesOfCatalogue } from './compatibility.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';
import { currentSchemas } from './published.ts';

const text: JsonSchema = { type: 'string', maxLength: 128 };
const status: JsonSchema = { type: 'string', enum: ['active', 'removed'] };
const contact: JsonSchema = {
  type: 'object',
  properties: { id: text, status, email: text, chapters: { type: 'array', items: text } },
  required: ['id', 'status'],
};

test.each([
  ['a field is gone', withField('email', undefined), ['data.email is gone: consumers that read it would not find it']],
  [
    'a required field becomes optional',
    { ...contact, required: ['id'] },
    ['data.status is no longer required: consumers count on it always being there'],
  ],
  [
    'an optional field becomes required',
    { ...contact, required: ['id', 'status', 'email'] },
    ['data.email has become required: events that are under way may not have it'],
  ],
  [
    'a required field is added',
    { ...withField('role', text), required: ['id', 'status', 'role'] },
    ['data.role is new and required: events that are under way do not have it'],
  ],
  [
    'a field has another type',
    withField('id', { type: 'integer', maxLength: 128 }),
    ['data.id has another type, "integer" for "string": consumers were built for the old one'],
  ],
  [
    'a field may be null',
    withField('email', { type: ['string', 'null'], maxLength: 128 }),
    ['data.email has another type, ["string","null"] for "string": consumers were built for the old one'],
  ],
  [
    'a field may be longer',
    withField('id', { type: 'string', maxLength: 256 }),
    ['data.id has another maxLength, 256 for 128: consumers were built for the old one'],
  ],
  [
    'a field gets a format',
    withField('email', { ...text, format: 'email' }),
    ['data.email has another format, "email" for none: consumers were built for the old one'],
  ],
  [
    'there is a new value',
    withField('status', { type: 'string', enum: ['active', 'banned', 'removed'] }),
    ['data.status can be "banned": consumers do not know this value'],
  ],
  [
    'a value is gone',
    withField('status', { type: 'string', enum: ['active'] }),
    ['data.status can no longer be "removed": consumers may wait for it, events under way hold it'],
  ],
  [
    'the values are no longer listed',
    withField('status', { type: 'string' }),
    ['data.status has another enum, none for ["active","removed"]: consumers were built for the old one'],
  ],
  [
    'what a list holds is another',
    withField('chapters', { type: 'array', items: { type: 'integer', maxLength: 128 } }),
    ['data.chapters[] has another type, "integer" for "string": consumers were built for the old one'],
  ],
  ['an optional field is added', withField('role', text), []],
  ['the order is another', { ...contact, required: ['status', 'id'] }, []],
  [
    'the order of the values is another',
    withField('status', { enum: ['removed', 'active'], description: 'Either.', type: ['string'] }),
    [],
  ],
])('when %s, then the comparison says so', (_what, current, changes) => {
  expect(breakingChanges(contact, current)).toEqual(changes);
});

function withField(name: string, schema: JsonSchema | undefined): JsonSchema {
  const properties = Object.entries({ ...fieldsOf(contact), [name]: schema });
  return { ...contact, properties: Object.fromEntries(properties.filter(([, field]) => field !== undefined)) };
}

test('when the catalogue gains, loses or breaks an event, then its type is named', () => {
  const published = new Map([
    ['contact.created.v1', contact],
    ['contact.moved.v1', contact],
  ]);
  const current = new Map([
    ['contact.created.v1', withField('email', undefined)],
    ['contact.created.v2', contact],
  ]);
  expect(breakingChangesOfCatalogue(published, current)).toEqual([
    'contact.created.v2 has no published schema: run publish-schemas',
    'contact.created.v1: data.email is gone: consumers that read it would not find it',
    'contact.moved.v1 is no longer in the catalogue: its consumers would wait for it in vain',
  ]);
  expect(breakingChangesOfCatalogue(published, published)).toEqual([]);
});

describe.each([...currentSchemas()])('%s', (_type, schema) => {
  test('when it stays as it is, then nothing breaks', () => {
    expect(breakingChanges(schema, schema)).toEqual([]);
  });

  test('when any one thing in it breaks, then that is found, and where', () => {
    expectEveryBreakFound(schema);
  });

  test('when it gains optional fields, then nothing breaks', () => {
    expect(breakingChanges(schema, grown(schema))).toEqual([]);
  });
});

describe('any schema', () => {
  const name = fc.oneof(fc.string(), fc.constantFrom('type', 'properties', 'required', 'items', 'enum', '__proto__'));
  const values = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 });
  const { schema } = fc.letrec<{ schema: JsonSchema }>((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<JsonSchema>({ type: 'string' }, { type: 'boolean' }, { type: ['string', 'null'], minLength: 1 }),
      values.map((listed) => ({ type: 'string', enum: listed })),
      tie('schema').map((items) => ({ type: 'array', items })),
      fc
        .uniqueArray(fc.tuple(name, tie('schema'), fc.boolean()), { selector: ([key]) => key, maxLength: 5 })
        .map((fields) => ({
          type: 'object',
          properties: Object.fromEntries(fields.map(([key, field]) => [key, field])),
          required: fields.filter(([, , required]) => required).map(([key]) => key),
        })),
    ),
  }));

  test('when it stays as it is, then nothing breaks', () => {
    fc.assert(
      fc.property(schema, (published) => {
        expect(breakingChanges(published, published)).toEqual([]);
      }),
    );
  });

  test('when any one thing in it breaks, then that is found, and where', () => {
    fc.assert(fc.property(schema, expectEveryBreakFound));
  });

  test('when it gains optional fields, then nothing breaks; when it loses them again, each is missed', () => {
    fc.assert(
      fc.property(schema, (published) => {
        expect(breakingChanges(published, grown(published))).toEqual([]);
        const objects = JSON.stringify(grown(published)).split('"later field":').length - 1;
        expect(breakingChanges(grown(published), published)).toHaveLength(objects);
      }),
    );
  });
});

function expectEveryBreakFound(schema: JsonSchema): void {
  for (const { path, broken } of breaksOf(schema, 'data')) {
    expect(breakingChanges(schema, broken)).toEqual([expect.stringContaining(`${path} `)]);
  }
}

interface Break {
  path: string;
  broken: JsonSchema;
}

/** The schema with one thing broken, for each thing that can be. */
function breaksOf(schema: JsonSchema, path: string): Break[] {
  const listed: unknown[] = Array.isArray(schema.enum) ? schema.enum : [];
  return [
    { path, broken: { ...schema, type: 'null' } },
    { path, broken: { ...schema, pattern: 'another' } },
    ...listed.map((value) => ({ path, broken: { ...schema, enum: listed.filter((other) => other !== value) } })),
    ...(listed.length > 0 ? [{ path, broken: { ...schema, enum: [...listed, 'another'] } }] : []),
    ...Object.entries(fieldsOf(schema)).flatMap(([name, field]) => breaksOfField(schema, name, field, path)),
    ...(isJsonObject(schema.items) ? breaksOf(schema.items, `${path}[]`) : []).map(({ path: at, broken }) => ({
      path: at,
      broken: { ...schema, items: broken },
    })),
  ];
}

function breaksOfField(schema: JsonSchema, name: string, field: JsonSchema, parent: string): Break[] {
  const path = `${parent}.${name}`;
  const properties = fieldsOf(schema);
  const required: unknown[] = Array.isArray(schema.required) ? schema.required : [];
  const others = required.filter((other) => other !== name);
  const rest = Object.fromEntries(Object.entries(properties).filter(([other]) => other !== name));
  return [
    { path, broken: { ...schema, properties: rest, required: others } },
    { path, broken: { ...schema, required: required.includes(name) ? others : [...required, name] } },
    ...breaksOf(field, path).map(({ path: at, broken }) => ({
      path: at,
      broken: { ...schema, properties: { ...properties, [name]: broken } },
    })),
  ];
}

/** The schema with one more optional field in every object. */
function grown(schema: JsonSchema): JsonSchema {
  if (isJsonObject(schema.items)) return { ...schema, items: grown(schema.items) };
  if (!isJsonObject(schema.properties)) return schema;
  const fields = Object.entries(fieldsOf(schema)).map(([name, field]) => [name, grown(field)] as const);
  return { ...schema, properties: Object.fromEntries([...fields, ['later field', text]]) };
}

function fieldsOf(schema: JsonSchema): Record<string, JsonSchema> {
  const fields = Object.entries(isJsonObject(schema.properties) ? schema.properties : {});
  return Object.fromEntries(fields.map(([name, field]) => [name, isJsonObject(field) ? field : {}]));
}
