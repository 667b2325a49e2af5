// Publishes the state of all memberships again, or those of one contact: `[--queue NAME] [--contact ID]`. Settings as the service's own.
import { parseArgs } from 'node:util';
import { connectRabbit, publishAgain } from '@kontakt/messaging';
import { createLog, runCommand } from '@kontakt/service-kit';
import { readConfig } from './config.ts';
import { allMembershipEvents } from './memberships/all-membership-events.ts';
import { createDb } from './db.ts';

await runCommand('The resync', async () => {
  const config = readConfig(process.env);
  const { values } = parseArgs({ options: { queue: { type: 'string' }, contact: { type: 'string' } } });
  const log = createLog({ service: 'multi-chapter-membership', level: config.LOG_LEVEL });
  const db = createDb({ databaseUrl: config.DATABASE_URL, poolSize: 1, log });
  const transport = await connectRabbit({ url: config.AMQP_URL, log });
  const published = await publishAgain({
    events: allMembershipEvents(db.prisma, values.contact),
    publish: (event) => transport.publish(event, { queue: values.queue }),
    progress: (count) => process.stderr.write(`${count} memberships and chapters …\n`),
    waiting: () => process.stderr.write('RabbitMQ takes nothing just now; waiting for it …\n'),
  });
  await transport.close();
  await db.close();
  process.stdout.write(`Published ${published} memberships and chapters again.\n`);
});
