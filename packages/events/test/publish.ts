import { startPublisher } from '@kontakt/rabbitmq';
import { exchanges } from '../src/index.ts';

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Publishes as the services do; what is no text is written as JSON. */
export async function publish(url: string, ...messages: { type: string; content: object | string }[]): Promise<void> {
  const publisher = await startPublisher({ url, purpose: 'test', exchanges, log: silent, confirmTimeoutMs: 5_000 });
  for (const { type, content } of messages) {
    await publisher.publish({
      exchange: exchanges.topic,
      routingKey: type,
      content: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
      mandatory: false,
      properties: { type, contentType: 'application/cloudevents+json' },
    });
  }
  await publisher.close();
}
