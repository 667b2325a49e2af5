/** What a relay says or hears at each step, as it can be seen on its way to the database or to the broker. */
export const relaySteps = {
  /** The rows that it has claimed are coming. Nothing else that comes from the database holds an event. */
  'after claim': { way: 'toDatabase', from: 'server', bytes: Buffer.from('"specversion"'), passes: false },
  /** Basic.Publish of AMQP 0-9-1: class 60, method 40. */
  'after publish': { way: 'toBroker', from: 'client', bytes: Buffer.from([0, 60, 0, 40]), passes: true },
  /** Basic.Ack from the broker, which is a confirm: class 60, method 80. */
  'after confirm': { way: 'toBroker', from: 'server', bytes: Buffer.from([0, 60, 0, 80]), passes: true },
  /** The name of the prepared statement. */
  'before delete': { way: 'toDatabase', from: 'client', bytes: Buffer.from('outbox_remove'), passes: false },
} as const;

export type RelayStep = keyof typeof relaySteps;
