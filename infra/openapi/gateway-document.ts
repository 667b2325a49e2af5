import { isDeepStrictEqual } from 'node:util';
import { describeApi, forEveryEndpoint, gatewayRefusals, type OpenApiDocument } from '@kontakt/service-kit';
import { inEitherContext } from './merge-contexts.ts';
import { serviceApis } from './service-apis.ts';

type Paths = OpenApiDocument['paths'];

/** The three services' API as a client of the gateway uses it. */
export function gatewayDocument(): OpenApiDocument {
  const apis = serviceApis();
  const contactRepository = describeApi(apis['contact-repository']);
  const contactEdit = describeApi(apis['contact-edit']);
  const membership = describeApi(apis['multi-chapter-membership']);
  const all = [contactRepository, contactEdit, membership];
  return {
    ...contactRepository,
    info: {
      ...contactRepository.info,
      title: 'Kontakt',
      description: [
        'Contacts, their editing and their chapter memberships: three services behind one URL.',
        'Two services share `/api/v1/contacts`. `context=edit` selects the edit form; without it, or with `context=view`, it is the record of who there is. The two have one contact under one id.',
        'A write answers with a `Consistency-Token`. Send it with a read, to any service, and the answer is as new as the write. Without it a read may be some milliseconds behind.',
        'Each path may also be sent with its beginning twice over: `/api/v1/contacts/api/v1/contacts/{id}` is `/api/v1/contacts/{id}`.',
        ...forEveryEndpoint,
      ].join('\n\n'),
    },
    tags: all.flatMap(({ tags }) => tags),
    paths: withGatewayRefusals({ ...contactPaths(contactRepository.paths, contactEdit.paths), ...membership.paths }),
    components: {
      ...contactRepository.components,
      schemas: joined(all.map(({ components }) => components.schemas)),
      responses: joined([
        ...all.map(({ components }) => components.responses),
        Object.fromEntries(Object.values(gatewayRefusals)),
      ]),
    },
  };
}

function contactPaths(view: Paths, edit: Paths): Paths {
  const either = Object.keys({ ...view, ...edit }).map((path) => {
    const inView = view[path] ?? {};
    const inEdit = edit[path] ?? {};
    const operations = (['get', 'post', 'put', 'delete'] as const).flatMap((method) => {
      const operation = inEitherContext(inView[method], inEdit[method]);
      return operation ? [[method, operation] as const] : [];
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  return Object.fromEntries(either);
}

function withGatewayRefusals(paths: Paths): Paths {
  const refusals = Object.fromEntries(
    Object.entries(gatewayRefusals).map(([status, [name]]) => [status, { $ref: `#/components/responses/${name}` }]),
  );
  const withThem = structuredClone(paths);
  for (const operation of Object.values(withThem).flatMap((operations) => Object.values(operations))) {
    Object.assign(operation.responses, refusals);
  }
  return withThem;
}

/** What has one name must be the same in all documents. */
function joined<T extends object>(all: Record<string, T>[]): Record<string, T> {
  const result: Record<string, T> = {};
  for (const [name, value] of all.flatMap((one) => Object.entries(one))) {
    if (result[name] && !isDeepStrictEqual(result[name], value)) throw new Error(`two services have another ${name}`);
    result[name] = value;
  }
  return result;
}
