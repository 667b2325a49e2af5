import Joi from 'joi';

/** The parts of an OpenAPI document that requests are made from. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  examples?: unknown[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  schema: Schema;
  required?: boolean;
}

export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  body: Schema | undefined;
}

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters: (Parameter | { $ref: string })[];
        requestBody?: { content: { 'application/json': { schema: Schema } } };
      }
    >
  >;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

/** All that a document describes, with its references filled in. */
export function operationsOf(text: string): Operation[] {
  const document = Joi.attempt(
    JSON.parse(text),
    Joi.object<Document>({ paths: Joi.object().required(), components: Joi.object().required() }).unknown(),
  );
  const { schemas, parameters: shared } = document.components;
  const filled = (schema: Schema): Schema => ({
    ...schema,
    ...schemas[schema.$ref?.replace(/^.*\//, '') ?? ''],
    ...(schema.anyOf && { anyOf: schema.anyOf.map(filled) }),
  });
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters, requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters: parameters.flatMap((one) => ('$ref' in one ? (shared[one.$ref.replace(/^.*\//, '')] ?? []) : one)),
      body: requestBody && filled(requestBody.content['application/json'].schema),
    })),
  );
}
