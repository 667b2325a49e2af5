import { Socket } from 'node:net';
import { connect, type Channel, type ChannelModel, type RecoveringChannelModel } from 'amqplib';
import { DeclaredOtherwiseError } from './errors.ts';
import type { Log } from './log.ts';
import { within } from './within.ts';

const heartbeatSeconds = 10;
const connectTimeoutMs = 5_000;
/** A broker that still starts lets in, and may answer nothing more: 44 s were seen. */
const setUpTimeoutMs = 10_000;
const closeTimeoutMs = 1_000;

interface Options<C extends Channel> {
  url: string;
  /** What the channel is for, in the log and in the broker's list of connections. */
  purpose: string;
  log: Log;
  create: (connection: ChannelModel) => Promise<C>;
  /** Declares and begins what the channel is for. The signal is aborted when the channel is lost. */
  setUp: (channel: C, lost: AbortSignal, connection: ChannelModel) => Promise<void>;
}

interface Session<C> {
  connection: ChannelModel;
  channel: C;
  lost: AbortController;
  isSetUp: boolean;
}

/** A channel on a connection of its own. Both are opened again, for ever, whenever either is lost. */
export interface KeptChannel<C extends Channel> {
  /** The channel, while there is one that is set up. */
  current: () => C | undefined;
  /** Gives up the present channel for a new one. */
  replace: (reason: string) => void;
  close: () => Promise<void>;
}

/**
 * Keeps a channel open. There is one way back for all trouble: a lost channel ends its connection, too, and amqplib's
 * recovery, which knows connections only, opens both again. Resolves when the first attempt was made: a broker that is
 * away holds up nobody's start.
 * @throws DeclaredOtherwiseError at the first attempt; later ones log it and go on.
 */
export async function keepChannel<C extends Channel>(options: Options<C>): Promise<KeptChannel<C>> {
  const { url, purpose, log } = options;
  /** The newest connection, which may have no session yet. */
  let newest: ChannelModel | undefined;
  let session: Session<C> | undefined;
  let closing = false;

  async function open(connection: ChannelModel): Promise<void> {
    newest = connection;
    // Nobody else listens before the set-up is through.
    connection.on('error', () => undefined);
    // With a connection amqplib ends what waits for an answer, but not what waits for the end of a channel.
    const ended: PromiseWithResolvers<never> = Promise.withResolvers();
    connection.once('close', (error: unknown) => {
      ended.reject(error ?? new Error('RabbitMQ does not answer'));
    });
    const late = setTimeout(() => void end(connection), setUpTimeoutMs);
    try {
      await Promise.race([setUpOn(connection), ended.promise]);
    } catch (error) {
      // amqplib would wait for the connection's end, for ever if it is lost just then.
      await end(connection);
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  async function setUpOn(connection: ChannelModel): Promise<void> {
    const channel = await options.create(connection);
    const lost = new AbortController();
    const opened = { connection, channel, lost, isSetUp: false };
    session = opened;
    channel.on('error', ({ message }) => {
      log.warn({ purpose, reason: message }, 'RabbitMQ has closed the channel');
    });
    channel.once('close', () => {
      lost.abort();
      // A set-up that fails is ended by amqplib. Not within the event: a connection that ends must come to its end first.
      if (opened.isSetUp && !closing) setImmediate(() => void end(connection));
    });
    await options.setUp(channel, lost.signal, connection);
    // What was lost in the same moment would not be told again to a recovery that listens only from now on.
    if (lost.signal.aborted) throw new Error('the channel was closed at once');
    opened.isSetUp = true;
  }

  const kept = await connect(withHeartbeat(url), {
    timeout: connectTimeoutMs,
    keepAlive: true,
    noDelay: true,
    clientProperties: { connection_name: purpose },
    recovery: { initialDelay: 200, maxDelay: 5_000, jitter: 0.5, waitForConnect: false, setup: open },
  });
  report(kept, purpose, log);

  async function close(): Promise<void> {
    closing = true;
    // The channel first: the end of the connection would overtake what the channel has still to send.
    if (session) await within(closeTimeoutMs, closeQuietly(session.channel));
    const stopped = kept.close();
    if (newest) await end(newest);
    else await within(closeTimeoutMs, stopped);
  }

  const failure = await failureOfFirstAttempt(kept);
  if (failure instanceof DeclaredOtherwiseError) {
    await close();
    throw failure;
  }

  return {
    current: () => (session?.isSetUp && !session.lost.signal.aborted && !closing ? session.channel : undefined),
    replace(reason) {
      if (!session || session.lost.signal.aborted) return;
      log.warn({ purpose, reason }, 'the channel to RabbitMQ is given up');
      session.lost.abort();
      if (session.isSetUp) void end(session.connection);
    },
    close,
  };
}

/** Ends a connection, if need be without the other side, which may not answer any more. */
async function end(connection: ChannelModel): Promise<void> {
  await within(closeTimeoutMs, closeQuietly(connection));
  // The socket is amqplib's own. It lets go of its timers only when that has an error.
  const socket: unknown = Reflect.get(connection.connection, 'stream');
  if (socket instanceof Socket) socket.destroy(new Error('RabbitMQ does not answer'));
}

function report(kept: RecoveringChannelModel, purpose: string, log: Log): void {
  kept.on('error', () => undefined); // told by `disconnect`
  kept.on('connect', () => {
    log.info({ purpose }, 'connected to RabbitMQ');
  });
  kept.on('disconnect', (error) => {
    log.warn({ purpose, reason: reasonOf(error) }, 'the connection to RabbitMQ was lost');
  });
  kept.on('connect-failed', (error) => {
    const level = error instanceof DeclaredOtherwiseError ? 'error' : 'warn';
    log[level]({ purpose, reason: reasonOf(error) }, 'RabbitMQ cannot be used; trying again');
  });
}

function failureOfFirstAttempt(kept: RecoveringChannelModel): Promise<Error | undefined> {
  return new Promise((resolve) => {
    kept.once('connect', () => {
      resolve(undefined);
    });
    kept.once('connect-failed', resolve);
  });
}

/** What is closed already says so by an error. */
function closeQuietly(what: { close: () => Promise<void> }): Promise<void> {
  return what.close().catch(() => undefined);
}

/** The broker's own suggestion, a minute, would let a dead connection pass for a living one for up to three. */
function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', String(heartbeatSeconds));
  return address.href;
}

/** A name with several addresses, none of which answers, fails with an error that has a code and no message. */
function reasonOf(error: Error): string {
  return error.message || ('code' in error ? String(error.code) : error.name);
}
