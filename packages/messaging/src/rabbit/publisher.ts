import type { Log } from '@kontakt/service-kit';
import { IllegalOperationError, type ConfirmChannel, type Options } from 'amqplib';
import { TransportUnavailableError } from '../transport.ts';
import { keepChannel } from './keep-channel.ts';
import { declareExchanges } from './topology.ts';
import { createUnconfirmed } from './unconfirmed.ts';
import { within } from './within.ts';

export interface Publication {
  exchange: string;
  routingKey: string;
  content: Buffer;
  /** Whether it is an error that nobody gets it. */
  mandatory: boolean;
  properties: Options.Publish;
}

export interface Publisher {
  purpose: string;
  /**
   * Resolves when the broker has taken responsibility: the message is in every queue that wants it, and in one at least.
   * @throws TransportUnavailableError
   */
  publish: (publication: Publication) => Promise<void>;
  isAvailable: () => boolean;
  close: () => Promise<void>;
}

interface PublisherOptions {
  url: string;
  purpose: string;
  log: Log;
  confirmTimeoutMs: number;
}

/** Publishes on one confirm channel, many at a time. */
export async function startPublisher({ url, purpose, log, confirmTimeoutMs }: PublisherOptions): Promise<Publisher> {
  const unconfirmed = createUnconfirmed(confirmTimeoutMs);
  let blocked: string | undefined;
  let drained: PromiseWithResolvers<void> | undefined;

  const kept = await keepChannel({
    url,
    purpose,
    log,
    create: (connection) => connection.createConfirmChannel(),
    setUp: async (channel, lost, connection) => {
      unblock();
      connection.on('blocked', block).on('unblocked', unblock);
      channel.on('drain', drain);
      // It comes before the message's confirm, which comes all the same.
      channel.on('return', ({ properties, fields }) => {
        const nobody = new Error(`no queue is bound to ${fields.exchange} for ${fields.routingKey}`);
        unconfirmed.reject(String(properties.correlationId), nobody);
      });
      lost.addEventListener('abort', () => {
        letGo('the connection to RabbitMQ was lost');
      });
      await declareExchanges(channel);
    },
  });

  function block(reason: string): void {
    blocked = `RabbitMQ takes no messages just now: ${reason}`;
    log.warn({ purpose, reason }, 'RabbitMQ takes no messages just now');
    letGo(blocked);
  }

  function unblock(): void {
    if (blocked !== undefined) log.info({ purpose }, 'RabbitMQ takes messages again');
    blocked = undefined;
  }

  function drain(): void {
    drained?.resolve();
    drained = undefined;
  }

  /** Lets nobody wait for what is uncertain. What has arrived nevertheless arrives twice. */
  function letGo(reason: string): void {
    unconfirmed.rejectAll(() => new TransportUnavailableError(reason));
    drain();
  }

  function available(): ConfirmChannel {
    const channel = kept.current();
    if (!channel) throw new TransportUnavailableError('there is no connection to RabbitMQ');
    if (blocked !== undefined) throw new TransportUnavailableError(blocked);
    return channel;
  }

  function send(
    channel: ConfirmChannel,
    { exchange, routingKey, content, mandatory, properties }: Publication,
  ): Promise<void> {
    const { id, confirmed } = unconfirmed.add(() => {
      confirmed.reject(new TransportUnavailableError(`RabbitMQ has not confirmed it within ${confirmTimeoutMs} ms`));
      kept.replace('RabbitMQ does not confirm what it gets');
    });
    const options = { ...properties, correlationId: id, persistent: true, mandatory };
    try {
      const hasRoom = channel.publish(exchange, routingKey, content, options, (refusal: unknown) => {
        if (refusal === null) confirmed.resolve();
        else confirmed.reject(new TransportUnavailableError('RabbitMQ has refused a message', { cause: refusal }));
      });
      if (!hasRoom) drained ??= Promise.withResolvers();
    } catch (error) {
      const ends = error instanceof IllegalOperationError;
      confirmed.reject(ends ? new TransportUnavailableError('the connection to RabbitMQ ends') : error);
    }
    return confirmed.promise;
  }

  return {
    purpose,
    async publish(publication) {
      let channel = available();
      while (drained) {
        await drained.promise;
        channel = available();
      }
      return send(channel, publication);
    },
    isAvailable: () => kept.current() !== undefined && blocked === undefined,
    async close() {
      await within(confirmTimeoutMs, unconfirmed.settled());
      await kept.close();
    },
  };
}
