import { IllegalOperationError, type Channel, type ConsumeMessage } from 'amqplib';

/**
 * How long what is handled waits for more, unless the broker might run out of what it may send. With 200 messages a
 * second, each acknowledged by itself, a broker's quorum queues needed 1.4 ms of a core for each, and need 1.2.
 */
const soonMs = 20;

export interface Acknowledgements {
  /** Says that a message was delivered, before any later one is. */
  begin: (message: ConsumeMessage) => void;
  /** Acknowledges it, soon. */
  done: (message: ConsumeMessage) => void;
  /** Acknowledges now what is done. */
  flush: () => void;
}

/**
 * Acknowledges together what is handled together: one frame for all that are older than the oldest under way, and one
 * for each that has overtaken it. A frame for each message took a tenth of a consumer's work, and more of the broker's.
 * @param prefetch how many the broker sends ahead of their acknowledgement.
 */
export function createAcknowledgements(
  channel: Pick<Channel, 'ack'>,
  { prefetch, lost }: { prefetch: number; lost: AbortSignal },
): Acknowledgements {
  // In the order of delivery, as sets keep it.
  const underWay = new Set<number>();
  let handled: ConsumeMessage[] = [];
  let hurrying: NodeJS.Immediate | undefined;

  function flush(): void {
    const messages = handled;
    handled = [];
    hurrying = undefined;
    // What was delivered on a channel that is gone will be delivered anew.
    if (lost.aborted) return;
    const [oldest = Infinity] = underWay;
    const isOlder = ({ fields }: ConsumeMessage) => fields.deliveryTag < oldest;
    const older = messages.filter(isOlder).sort((a, b) => b.fields.deliveryTag - a.fields.deliveryTag);
    try {
      if (older[0]) channel.ack(older[0], true);
      for (const message of messages) if (!isOlder(message)) channel.ack(message);
    } catch (error) {
      // The channel is being closed; what is not acknowledged comes again.
      if (!(error instanceof IllegalOperationError)) throw error;
    }
  }

  return {
    begin({ fields }) {
      underWay.add(fields.deliveryTag);
    },
    done(message) {
      underWay.delete(message.fields.deliveryTag);
      handled.push(message);
      if (underWay.size + handled.length >= prefetch / 2) hurrying ??= setImmediate(flush);
      else if (handled.length === 1) setTimeout(flush, soonMs);
    },
    flush,
  };
}
