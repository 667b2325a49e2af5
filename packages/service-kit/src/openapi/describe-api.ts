import { methods, type RouteTable } from '../routes.ts';
import { headers, problemSchema, readParameters, refusals } from './components.ts';
import { describeOperation, refer } from './describe-operation.ts';
import type { OpenApiDocument } from './document.ts';
import { createSchemaWriter, type SchemaWriter } from './json-schema.ts';

/** All that clients can ask of a service. */
export interface Api {
  title: string;
  description: string;
  /** Paths are matched in the order in which they stand. */
  sections: { base: string; tag: { name: string; description: string }; routes: RouteTable }[];
}

/** Writes an API as an OpenAPI document, from the schemas by which its requests are parsed. */
export function describeApi({ title, description, sections }: Api): OpenApiDocument {
  const write = createSchemaWriter();
  const paths = describePaths(sections, write);
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1.0.0',
      description: [description, ...forEveryEndpoint].join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: sections.map(({ tag }) => tag),
    paths,
    components: {
      schemas: { ...write.components, Problem: problemSchema },
      parameters: readParameters,
      headers,
      responses: {
        NotModified: {
          description: 'It is as you have it.',
          headers: { 'X-Request-Id': refer('headers', 'X-Request-Id'), ETag: refer('headers', 'ETag') },
        },
        ...refusals,
      },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Needed where authentication is on. The token must have the scope that the operation names.',
        },
      },
    },
  };
}

function describePaths(sections: Api['sections'], write: SchemaWriter): OpenApiDocument['paths'] {
  const paths: OpenApiDocument['paths'] = {};
  for (const { base, tag, routes } of sections) {
    for (const [path, answering] of Object.entries(routes)) {
      const operations: OpenApiDocument['paths'][string] = {};
      for (const method of methods) {
        const endpoint = answering[method];
        if (!endpoint || typeof endpoint === 'function') continue;
        operations[method] = describeOperation({ method, endpoint, tag: tag.name, write });
      }
      paths[(base + path).replace(/:(\w+)/g, '{$1}')] = operations;
    }
  }
  return paths;
}

/** Paragraphs of Markdown. */
export const forEveryEndpoint = [
  'What a request holds is checked against what is described here. A parameter or field that is not described is refused, and so is what is invalid: with a 400 that names all faults at once.',
  'Every refusal is a problem document (RFC 9457).',
  'HEAD can be used wherever GET can. Another method than those described is a 405, whose `Allow` says which there are.',
  'What is no request that can be read, or is too long or too slow, is refused before it gets to an operation: 408, 414, 417, 431, 501, 505.',
];
