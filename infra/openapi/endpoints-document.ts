import { describeApi, type Answer, type Operation, type Parameter, type Ref } from '@kontakt/service-kit';
import { gatewayDocument } from './gateway-document.ts';
import { filledIn, introduction, problems } from './for-people.ts';
import { publishedEvents } from './published-events.ts';
import { serviceApis } from './service-apis.ts';

/**
 * The API for people to read: each of the 23 endpoints by itself, where the gateway's document has one operation for
 * both contexts. OpenAPI has no queries in paths: their `?` stands as `%3F`, which the page at /docs shows and sends as
 * what it is.
 */
export function endpointsDocument() {
  const whole = gatewayDocument();
  const apis = serviceApis();
  const view = describeApi(apis['contact-repository']);
  const edit = describeApi(apis['contact-edit']);
  const membership = describeApi(apis['multi-chapter-membership']);
  const editPaths = Object.entries(edit.paths).map(
    ([path, operations]) => [path in view.paths ? `${path}%3Fcontext=edit` : path, operations] as const,
  );
  const paths = { ...view.paths, ...Object.fromEntries(editPaths), ...membership.paths };
  const { responses, ...components } = whole.components;
  return {
    ...without(whole, 'servers'),
    info: { ...whole.info, title: 'Kontakt API', description: introduction },
    tags: order.flatMap((name) => whole.tags.filter((tag) => tag.name === name)),
    paths: mapValues(paths, (operations) => mapValues(operations, forPeople)),
    components: { ...components, responses: mapValues(responses, withProblem) },
  };
}

const order = ['Contacts', 'Edit form', 'Memberships', 'Peer mentors'];

/** What every endpoint can answer, said once, in the introduction. */
const everywhere = ['400', '401', '403', '413', '415', '500', '503'];

function forPeople(operation: Operation) {
  const { operationId: id, description, parameters, responses } = operation;
  const events = publishedEvents[id] ?? [];
  const links = events.map((event) => `[\`${event}\`](#${event})`).join(', ');
  const [scope = ''] = operation.security[0]?.token ?? [];
  const told = [description, links && `Publishes ${links}.`, `Scope: \`${scope}\`.`].filter(Boolean).join('\n\n');
  return {
    ...operation,
    description: told,
    parameters: parameters.map((parameter) => withExample(id, parameter)),
    responses: Object.fromEntries(
      Object.entries(responses)
        .filter(([status]) => !everywhere.includes(status))
        .map(([status, answer]) => [status, '$ref' in answer ? answer : withoutRequestId(answer)]),
    ),
    'x-publishes': events,
  };
}

function withExample(operationId: string, parameter: Parameter | Ref): Parameter | Ref {
  if ('$ref' in parameter) return parameter;
  const example = filledIn[operationId]?.[parameter.name];
  // Swagger UI reads patterns without Unicode, and would send nothing that is to match \p{L}.
  return { ...parameter, schema: without(parameter.schema, 'allOf'), ...(example !== undefined && { example }) };
}

function withProblem(answer: Answer, name: string): Answer {
  const problem = problems[name];
  const type = 'application/problem+json';
  const content = answer.content?.[type];
  const shown = withoutRequestId(answer);
  return problem && content ? { ...shown, content: { [type]: { ...content, example: problem } } } : shown;
}

function withoutRequestId(answer: Answer): Answer {
  return { ...answer, headers: without(answer.headers ?? {}, 'X-Request-Id') };
}

function mapValues<V, W>(object: Record<string, V>, map: (value: V, key: string) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}

function without<T extends object, K extends keyof T>(object: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name)) as Omit<T, K>;
}
