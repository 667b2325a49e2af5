export { connectRabbit } from './connect-rabbit.ts';
export { on, type Subscription } from './event-handler.ts';
export { createInProcessBus } from './in-process-bus.ts';
export { intoOutbox } from './into-outbox.ts';
export { publishAgain } from './publish-again.ts';
export { startMessaging } from './start-messaging.ts';
export { NobodyListensError, TransportUnavailableError, type Subscriber, type Transport } from './transport.ts';
