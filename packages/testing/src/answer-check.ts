import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Answer, RequestToSend } from './client.ts';

/** The parts of an OpenAPI document that say what an answer may be. */
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response | { $ref: string }> }>>;
  components: {
    responses: Record<string, Response>;
    headers: Record<string, { required?: boolean }>;
    schemas: Record<string, object>;
  };
}

interface Response {
  headers?: Record<string, object>;
  content?: Record<string, { schema: object }>;
}

type Check = (request: RequestToSend, answer: Answer) => void;

const checks = new Map<string, Check>();

/** What checks answers by an OpenAPI document; one for each document, as compiling its schemas takes time. */
export function createAnswerCheck(document: string): Check {
  const check = checks.get(document) ?? newAnswerCheck(closed(JSON.parse(document)) as Document);
  checks.set(document, check);
  return check;
}

/**
 * Checks status, headers, media type, and the body, which may hold nothing that is not described. What is no described
 * operation must be refused with a problem document.
 */
function newAnswerCheck(document: Document): Check {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  for (const [name, schema] of Object.entries(document.components.schemas)) ajv.addSchema(schema, name);
  const refused: Response = {
    content: { 'application/problem+json': { schema: { $ref: 'Problem' } } },
  };

  function responseTo({ method, path }: RequestToSend, status: number): Response | undefined {
    const responses = findPath(document, path)?.[method === 'HEAD' ? 'get' : method.toLowerCase()]?.responses;
    if (!responses) return status >= 400 ? refused : undefined;
    if (ofHttp.includes(status)) return refused;
    const response = responses[status];
    return response && '$ref' in response ? document.components.responses[response.$ref] : response;
  }

  function faultsOf(method: string, { headers = {}, content }: Response, answer: Answer): string {
    const required = Object.keys(headers).filter((name) => document.components.headers[name]?.required);
    const missing = required.filter((name) => !answer.headers.has(name));
    if (missing.length > 0) return `without ${missing.join(' and ')}`;
    if (!content || method === 'HEAD') return answer.body === undefined ? '' : 'with a body';
    const type = answer.headers.get('content-type')?.split(';')[0] ?? 'nothing';
    const schema = content[type]?.schema;
    if (!schema) return `with ${type}`;
    return ajv.validate(schema, answer.body) ? '' : `with a body of another shape: ${ajv.errorsText(ajv.errors)}`;
  }

  return (request, answer) => {
    const response = responseTo(request, answer.status);
    const fault = response ? faultsOf(request.method, response, answer) : 'with this status';
    if (fault === '') return;
    const { method, path } = request;
    const given = `${answer.status} to ${method} ${path}\n${JSON.stringify(answer.body)}`.slice(0, 2_000);
    throw new Error(`/openapi.json does not say that there can be an answer ${fault}: ${given}`);
  };
}

/** What any request can be refused with before it is looked at: too slow, too long, no HTTP that is spoken here. */
const ofHttp = [408, 414, 417, 431, 501, 505];

/** The operations of a path. What is spelt out comes before what may be anything: /search before /{id}. */
function findPath({ paths }: Document, path: string): Document['paths'][string] | undefined {
  const asked = path.replace(/[?#].*$/s, '').replace(doubled, '$1');
  const variables = (template: string) => template.split('{').length;
  const fitting = Object.keys(paths).filter((template) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(asked),
  );
  return paths[fitting.sort((a, b) => variables(a) - variables(b))[0] ?? ''];
}

/** The gateway's alias. */
const doubled = /^(\/api\/v1\/[a-z-]+)\1(?=\/|$)/;

/** The same, with no room for fields that are not described, and references by name alone. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([key, part]: [string, unknown]) => [
    key,
    key === '$ref' ? String(part).replace(/^.*\//, '') : closed(part),
  ]);
  return { ...('properties' in value && { additionalProperties: false }), ...Object.fromEntries(parts) };
}
