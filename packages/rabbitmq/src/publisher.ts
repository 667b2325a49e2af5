import { IllegalOperationError, type ConfirmChannel, type Options } from 'amqplib';
import { RabbitUnavailableError, UnroutableError } from './errors.ts';
import { keepChannel } from './keep-channel.ts';
import type { Log } from './log.ts';
import { declareExchanges, declareMissingQueues, type Exchanges, type Source } from './topology.ts';
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
   * @throws RabbitUnavailableError; UnroutableError, if mandatory.
   */
  publish: (publication: Publication) => Promise<void>;
  isAvailable: () => boolean;
  close: () => Promise<void>;
}

interface PublisherOptions {
  url: string;
  purpose: string;
  exchanges: Exchanges;
  /** Queues that are made where they are missing, so that nothing is published past a consumer that never ran yet. */
  sources?: Source[];
  log: Log;
  confirmTimeoutMs: number;
}

/**
 * Publishes on one confirm channel, many at a time. Does not wait for a broker that is away.
 * @throws DeclaredOtherwiseError
 */
export async function startPublisher(options: PublisherOptions): Promise<Publisher> {
  const { url, purpose, exchanges, sources = [], log, confirmTimeoutMs } = options;
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
        const { exchange, routingKey } = fields;
        // The default exchange leads to the queue of that name.
        const nobody =
          exchange === '' ? `there is no queue ${routingKey}` : `no queue is bound to ${exchange} for ${routingKey}`;
        unconfirmed.reject(String(properties.correlationId), new UnroutableError(nobody));
      });
      lost.addEventListener('abort', () => {
        letGo('the connection to RabbitMQ was lost');
      });
      await declareExchanges(channel, exchanges);
      await declareMissingQueues(connection, sources);
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
    unconfirmed.rejectAll(() => new RabbitUnavailableError(reason));
    drain();
  }

  function available(): ConfirmChannel {
    const channel = kept.current();
    if (!channel) throw new RabbitUnavailableError('there is no connection to RabbitMQ');
    if (blocked !== undefined) throw new RabbitUnavailableError(blocked);
    return channel;
  }

  function send(
    channel: ConfirmChannel,
    { exchange, routingKey, content, mandatory, properties }: Publication,
  ): Promise<void> {
    const { id, confirmed } = unconfirmed.add(() => {
      confirmed.reject(new RabbitUnavailableError(`RabbitMQ has not confirmed it within ${confirmTimeoutMs} ms`));
      kept.replace('RabbitMQ does not confirm what it gets');
    });
    const options = { ...properties, correlationId: id, persistent: true, mandatory };
    try {
      const hasRoom = channel.publish(exchange, routingKey, content, options, (refusal: unknown) => {
        if (refusal === null) confirmed.resolve();
        else confirmed.reject(new RabbitUnavailableError('RabbitMQ has refused a message', { cause: refusal }));
      });
      if (!hasRoom) drained ??= Promise.withResolvers();
    } catch (error) {
      const ends = error instanceof IllegalOperationError;
      confirmed.reject(ends ? new RabbitUnavailableError('the connection to RabbitMQ ends') : error);
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
