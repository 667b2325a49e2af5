import { escape, renderFields, type Schema } from './fields.ts';

/** The parts of an AsyncAPI document that are shown. */
export interface AsyncApi {
  info: { description: string };
  channels: Record<string, { address: string; summary: string; bindings: { amqp: { exchange: { name: string } } } }>;
  operations: Record<string, { tags: { name: string }[] }>;
  components: { messages: Record<string, { payload: Schema; examples: { payload: object }[] }> };
}

/** An endpoint that publishes an event. */
export interface Cause {
  link: string;
  request: string;
  summary: string;
}

/** The section of the page that shows the events. */
export function renderEvents(document: AsyncApi, causes: Map<string, Cause[]>): string {
  const channels = Object.values(document.channels);
  const exchange = channels[0]?.bindings.amqp.exchange.name ?? '';
  const events = channels.map(({ address }) => renderEvent(document, address, causes.get(address) ?? []));
  return `<section id="events">
        <h2>Events</h2>
        <p>${escape(document.info.description)}</p>
        <p>
          Each is a CloudEvent in JSON. With a broker they are on the RabbitMQ topic exchange
          <code>${escape(exchange)}</code>, and the routing key is the event’s type: a queue that is bound to
          <code>contact.#</code> gets all that happens to contacts, one bound to <code>contact-chapter.#</code> all that
          happens to memberships.
        </p>
        <details class="event">
          <summary><b>What every event has</b></summary>
          <div class="event-body">${renderFields(envelopeOf(document))}</div>
        </details>
        ${events.join('\n        ')}
      </section>`;
}

function renderEvent({ channels, operations, components }: AsyncApi, type: string, causes: Cause[]): string {
  const message = components.messages[type];
  const producer = operations[`publish.${type}`]?.tags[0]?.name ?? '';
  const list = causes.map(
    ({ link, request, summary }) =>
      `<li><a href="${escape(link)}">${escape(summary)}</a> <code>${escape(request)}</code></li>`,
  );
  return `<details class="event">
          <summary><code>${escape(type)}</code> <span>${escape(channels[type]?.summary ?? '')}</span></summary>
          <div class="event-body" id="${escape(type)}">
            <p>Published by <b>${escape(producer)}</b>. What leads to it:</p>
            <ul>${list.join('')}</ul>
            <h4>Its data</h4>
            ${renderFields(message?.payload.properties?.data ?? {})}
            <h4>Example</h4>
            <pre tabindex="0">${escape(JSON.stringify(message?.examples[0]?.payload, null, 2))}</pre>
          </div>
        </details>`;
}

/** What is the same in all events: two of its fields say which event it is. */
function envelopeOf({ components }: AsyncApi): Schema {
  const [message] = Object.values(components.messages);
  return {
    required: message?.payload.required ?? [],
    properties: {
      ...message?.payload.properties,
      source: { type: 'string', description: 'The service that has published it.' },
      type: { type: 'string', description: 'Which event it is.' },
      data: { type: 'object', description: 'What has changed.' },
    },
  };
}
