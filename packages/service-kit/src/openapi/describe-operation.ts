import type Joi from 'joi';
import type { AnswerDescription, Endpoint } from '../endpoint.ts';
import { refusalNames } from './components.ts';
import type { Answer, MediaType, Method, Operation, Parameter, Ref } from './document.ts';
import { isJsonObject, type JsonSchema, type SchemaWriter } from './json-schema.ts';

interface Described {
  method: Method;
  endpoint: Endpoint;
  tag: string;
  write: SchemaWriter;
}

/** What a client must know to use an endpoint. */
export function describeOperation({ method, endpoint, tag, write }: Described): Operation {
  const { id, summary, description, scope, request, answers, refusals: own = [] } = endpoint;
  const parameters = [
    ...parametersOf('path', request.params, write),
    ...parametersOf('query', request.query, write),
    ...parametersOf('header', request.headers, write),
    ...(method === 'get' ? [refer('parameters', 'ConsistencyToken')] : []),
  ];
  const isConditional = method === 'get' && Object.values(answers).some(({ headers }) => headers?.includes('ETag'));
  // Whatever the method, a body that is sent is read: it can be too large, or no JSON.
  const statuses: (keyof typeof refusalNames)[] = [400, 401, 403, 413, 415, 500, 503, ...own];
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    security: [{ token: [scope] }, {}],
    parameters: [...parameters, ...(isConditional ? [refer('parameters', 'IfNoneMatch')] : [])],
    ...(request.body && { requestBody: { required: true, content: json(write.request(request.body), request.body) } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer, write)])),
      ...(isConditional && { 304: refer('responses', 'NotModified') }),
      ...Object.fromEntries(statuses.map((status) => [status, refer('responses', refusalNames[status])])),
    },
  };
}

export function refer(kind: 'parameters' | 'headers' | 'responses', name: string): Ref {
  return { $ref: `#/components/${kind}/${name}` };
}

function parametersOf(where: Parameter['in'], schema: Joi.Schema | undefined, write: SchemaWriter): Parameter[] {
  if (!schema) return [];
  const { properties, required } = write.request(schema);
  return Object.entries(isJsonObject(properties) ? properties : {}).map(([key, value]) => {
    const { description, ...rest }: JsonSchema = isJsonObject(value) ? value : {};
    return {
      name: where === 'header' ? key.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase()) : key,
      in: where,
      ...(typeof description === 'string' && { description }),
      ...((where === 'path' || (Array.isArray(required) && required.includes(key))) && { required: true }),
      schema: rest,
    };
  });
}

function describeAnswer({ description, headers = [], body }: AnswerDescription, write: SchemaWriter): Answer {
  return {
    description,
    headers: Object.fromEntries(['X-Request-Id', ...headers].map((name) => [name, refer('headers', name)])),
    content: json(write.answer(body), body),
  };
}

function json(schema: JsonSchema, described: Joi.Schema): Record<string, MediaType> {
  const examples: unknown = described.describe().examples;
  return { 'application/json': { schema, ...(Array.isArray(examples) && { example: examples[0] as unknown }) } };
}
