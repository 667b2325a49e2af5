export { unreadableBodies, unusableIds, unusableQueries } from './bad-input.ts';
export { testOnBroker, type BrokerTests } from './broker-tests.ts';
export type { Broker, BrokerControl } from './broker-provider.ts';
export { type Answer, type Client, createClient, type RequestToSend } from './client.ts';
export { plansAtScale, recordStatements } from './statements.ts';
export { expectProblem } from './expect-problem.ts';
export type { Service } from './services.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { waitFor } from './wait-for.ts';
