import type { Request } from 'express';
import Joi from 'joi';
import { Problem, type Fault } from './problem.ts';

export interface RequestSchemas<P, Q, B, H> {
  params?: Joi.ObjectSchema<P>;
  query?: Joi.ObjectSchema<Q>;
  body?: Joi.ObjectSchema<B>;
  /** By lower-case names; the headers that it does not name are not its business. */
  headers?: Joi.ObjectSchema<H>;
}

const nothing = Joi.object<object>({});

/**
 * The one way from a request to typed input. What a route does not describe is not allowed.
 * @throws Problem 400 with all faults of path, query, body and headers at once.
 */
export function parseRequest<P = object, Q = object, B = object, H = object>(
  req: Request,
  schemas: RequestSchemas<P, Q, B, H>,
) {
  const faults: Fault[] = [];
  const input = {
    params: parsePart<P>('path', req.params, schemas.params, faults),
    query: parsePart<Q>('query', req.query, schemas.query, faults),
    body: parsePart<B>('body', req.body ?? {}, schemas.body, faults),
    headers: schemas.headers ? parsePart<H>('header', req.headers, schemas.headers, faults) : (req.headers as H),
  };
  if (faults.length > 0) throw Problem.invalid(faults);
  return input;
}

function parsePart<T>(where: Fault['in'], given: unknown, schema: Joi.ObjectSchema<T> | undefined, faults: Fault[]): T {
  // Most requests send nothing where nothing is described: to have Joi say so took a twentieth of their time.
  if (!schema && typeof given === 'object' && given !== null && Reflect.ownKeys(given).length === 0) return given as T;
  const result = (schema ?? (nothing as Joi.ObjectSchema<T>)).validate(given, {
    abortEarly: false,
    errors: { label: false },
  });
  // One fault a field, the first: that an empty text is also no email helps nobody.
  const found = new Map(result.error?.details.toReversed().map(({ path, message }) => [path.join('.'), message]));
  // Joi passes over this one name; it is as unknown as any other.
  if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__')) {
    found.set('__proto__', 'is not allowed');
  }
  const inOrder = [...found].reverse().map(([path, message]) => ({ in: where, path, message }));
  faults.push(...inOrder);
  return result.value as T;
}
