import { isDeepStrictEqual } from 'node:util';
import type { Answer, MediaType, Operation, Parameter, Ref } from '@kontakt/service-kit';

/** Which of the two contracts on contacts is meant. */
type Context = 'view' | 'edit';

/** The operation of a client that has both contexts. Where one service alone has it, the other context is a 400. */
export function inEitherContext(view: Operation | undefined, edit: Operation | undefined): Operation | undefined {
  if (view && edit) return merged(view, edit);
  const only = view ?? edit;
  const parameter = contextParameter([view ? 'view' : 'edit'], 'There is no other context here.');
  return only && { ...only, parameters: [parameter, ...only.parameters] };
}

/**
 * The operation that is two: its parameter `context` selects. OpenAPI cannot tie a shape to a parameter, so it is
 * either. `anyOf`: an empty page fits both, and so does a change of what both have.
 */
function merged(view: Operation, edit: Operation): Operation {
  for (const part of ['security', 'parameters'] as const) {
    if (!isDeepStrictEqual(view[part], edit[part])) throw new Error(`${view.operationId}: two contexts, other ${part}`);
  }
  return {
    operationId: view.operationId,
    summary: view.summary,
    description: `${told('view', view)}\n\n${told('edit', edit)}`,
    tags: [...view.tags, ...edit.tags],
    security: view.security,
    parameters: [contextParameter(['view', 'edit'], 'Which form of a contact is meant.'), ...view.parameters],
    ...(view.requestBody &&
      edit.requestBody && {
        requestBody: { required: true, content: either(view.requestBody.content, edit.requestBody.content) },
      }),
    responses: Object.fromEntries(
      Object.entries(view.responses).map(([status, response]) => [
        status,
        eitherResponse(response, edit.responses[status]),
      ]),
    ),
  };
}

function contextParameter(contexts: Context[], description: string): Parameter {
  return {
    name: 'context',
    in: 'query',
    description,
    schema: { type: 'string', enum: contexts, default: contexts[0] },
  };
}

/** Says in words what the schema cannot: which shape belongs to which context. */
function told(context: Context, { summary, description, requestBody, responses }: Operation): string {
  const answers = Object.values(responses).flatMap((response) => ('$ref' in response ? [] : shapeOf(response.content)));
  const sentences = [
    `\`context=${context}\`${context === 'view' ? ' (the default)' : ''}: ${summary}.`,
    ...(description === undefined ? [] : [description]),
    ...shapeOf(requestBody?.content).map((shape) => `The body is ${shape}.`),
    ...answers.map((shape) => `The answer is ${shape}.`),
  ];
  return sentences.join(' ');
}

function shapeOf(content: Answer['content']): string[] {
  const reference = content?.['application/json']?.schema.$ref;
  return typeof reference === 'string' ? [`\`${reference.replace(/^.*\//, '')}\``] : [];
}

function eitherResponse(view: Answer | Ref, edit: Answer | Ref | undefined): Answer | Ref {
  if (isDeepStrictEqual(view, edit)) return view;
  if (!edit || '$ref' in view || '$ref' in edit) throw new Error('two contexts refuse in other ways');
  return {
    description:
      view.description === edit.description
        ? view.description
        : `\`context=view\`: ${view.description} \`context=edit\`: ${edit.description}`,
    headers: { ...view.headers, ...edit.headers },
    content: either(view.content, edit.content),
  };
}

function either(view: Answer['content'], edit: Answer['content']): Record<string, MediaType> {
  const [inView, inEdit] = [view?.['application/json'], edit?.['application/json']];
  if (!inView || !inEdit) throw new Error('two contexts have other media types');
  return {
    'application/json': {
      schema: { anyOf: [inView.schema, inEdit.schema] },
      examples: { view: { value: inView.example }, edit: { value: inEdit.example } },
    },
  };
}
