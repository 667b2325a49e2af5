import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { describeApi, type OpenApiDocument } from '@kontakt/service-kit';
import { lintFromString, loadConfig } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { root } from '../local/config.ts';
import { endpointsDocument } from '../openapi/endpoints-document.ts';
import { gatewayDocument } from '../openapi/gateway-document.ts';
import { serviceApis } from '../openapi/service-apis.ts';
import { values } from './body-values.ts';

interface Example {
  service: keyof typeof apis;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  request?: object;
  response: object;
}

const readJson = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));
const examples: Example[] = readJson('contract/examples.json');

const apis = serviceApis();
const documents = {
  'contact-repository': asSent(describeApi(apis['contact-repository'])),
  'contact-edit': asSent(describeApi(apis['contact-edit'])),
  'multi-chapter-membership': asSent(describeApi(apis['multi-chapter-membership'])),
  gateway: asSent(gatewayDocument()),
};

test('when an endpoint has changed, then the document was written anew (npm run openapi:document)', () => {
  expect(readJson('gateway/openapi.json')).toEqual(documents.gateway);
  expect(readJson('gateway/src/docs/endpoints.json')).toEqual(asSent(endpointsDocument()));
});

test('when an event has changed, then the gateway’s copy was written anew, too', () => {
  expect(readJson('gateway/src/docs/asyncapi.json')).toEqual(readJson('packages/events/asyncapi.json'));
});

test.each(Object.entries(documents))(
  'when a linter reads the document of %s, then it finds nothing',
  async (name, document) => {
    const config = await loadConfig({ configPath: join(root, 'redocly.yaml') });
    const problems = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: `/${name}.json`,
      config,
    });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  },
);

describe.each([
  ['the service', (example: Example) => documents[example.service]],
  ['the gateway', () => documents.gateway],
])('the document of %s', (_of, documentOf) => {
  test.each(examples)('when it has $method $path of $service, then as documented', (example) => {
    const document = documentOf(example);
    const operation = document.paths[template(example.path)][example.method.toLowerCase()];
    const context = example.service === 'contact-edit' ? 'edit' : 'view';
    const { schema, ...shown } = contentOf(operation.responses[201] ?? operation.responses[200]);
    const answered = shown.examples?.[context].value ?? shown.example;
    expect(withoutAddedFields(example, answered)).toEqual(example.response);
    expect(faults(document, schema, answered)).toBeNull();

    if (example.request === undefined) return;
    const body = contentOf(operation.requestBody);
    expect(body.examples?.[context].value ?? body.example).toEqual(example.request);
    expect(faults(document, body.schema, example.request)).toBeNull();
  });
});

const endpoints = Object.entries(apis).flatMap(([service, { sections }]) =>
  sections.flatMap(({ base, routes }) =>
    Object.entries(routes).flatMap(([path, answering]) =>
      Object.entries(answering).flatMap(([method, endpoint]) =>
        typeof endpoint !== 'function' && endpoint.request.body
          ? [{ id: endpoint.id, parser: endpoint.request.body, service, method, path: template(base + path) }]
          : [],
      ),
    ),
  ),
);

/** What depends on today, and on how many digits a country's numbers have, cannot be said in a schema. */
const moreThanASchema = [
  ['phone', '+47 912 34 567 89 10 11 12'],
  ['phone', '1990-6-7'],
  ['phone', '1990-06-17T00:00:00Z'],
  ['phone', '+12345-01-01'],
  ['date_of_birth', '2999-01-01'],
  ['date_of_birth', '0000-01-01'],
  ['date_of_birth', '1849-12-31'],
];

test.each(endpoints)(
  'when a field of $id has any value, then it is as valid by the document as in fact',
  (endpoint) => {
    const document = documents[endpoint.service as keyof typeof apis];
    const { schema, example } = contentOf(document.paths[endpoint.path][endpoint.method].requestBody);
    const fits = validator(document, schema);
    const fields = Object.keys(document.components.schemas[schema.$ref.replace(/^.*\//, '')].properties);
    const verdicts = [...fields, 'unknown'].flatMap((field) =>
      values.map((value) => {
        const body = asSent({ ...example, [field]: value });
        return { field, value, described: fits(body), accepted: endpoint.parser.validate(body).error === undefined };
      }),
    );
    const wrong = verdicts.filter(({ described, accepted }) => described !== accepted);
    const isForm = fields.includes('phone');
    expect(wrong.map(({ field, value }) => [field, value])).toEqual(isForm ? moreThanASchema : []);
    expect(wrong.every(({ accepted }) => !accepted)).toBe(true);
  },
);

/** What JSON leaves of a value; as loose as what a test finds out. */
function asSent(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}

function template(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function contentOf(message: {
  content: Record<
    string,
    { schema: { $ref: string }; example: object; examples?: Record<'view' | 'edit', { value: object }> }
  >;
}) {
  const content = message.content['application/json'];
  if (!content) throw new Error('no JSON');
  return content;
}

function validator({ components }: OpenApiDocument, schema: object) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addFormat('idn-email', /^[^\s@]+@[^\s@]+\.[^\s@]+$/u);
  for (const [name, component] of Object.entries(components.schemas)) {
    ajv.addSchema(component, `#/components/schemas/${name}`);
  }
  return ajv.compile(schema);
}

function faults(document: OpenApiDocument, schema: object, value: unknown) {
  const validate = validator(document, schema);
  validate(value);
  return validate.errors ?? null;
}

/** Peer-mentor objects carry the contact's id, which the documents do not show. */
function withoutAddedFields({ path }: Example, body: unknown): unknown {
  if (!path.includes('peer-mentors')) return body;
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (key === 'contact_id' ? undefined : value)));
}
