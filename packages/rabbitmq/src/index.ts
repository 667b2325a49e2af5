export { startConsumer, type Consumer } from './consumer.ts';
export { dropDeadLetters, listDeadLetters, replayDeadLetters } from './dead-letters.ts';
export type { FailureMeaning } from './delivery.ts';
export { DeclaredOtherwiseError, NoSuchQueueError, RabbitUnavailableError, UnroutableError } from './errors.ts';
export type { Log } from './log.ts';
export { startPublisher, type Publication } from './publisher.ts';
export type { Exchanges } from './topology.ts';
