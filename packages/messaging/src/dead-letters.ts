// `npm run dead-letters -- <service> list|replay|drop [--id EVENT]`: what a service could not handle. AMQP_URL says where.
import { parseArgs } from 'node:util';
import {
  dropDeadLetters,
  listDeadLetters,
  NoSuchQueueError,
  RabbitUnavailableError,
  replayDeadLetters,
} from '@kontakt/rabbitmq';
import { runCommand, settings, parseConfig, StartError } from '@kontakt/service-kit';
import Joi from 'joi';

const actions = { list: listDeadLetters, replay: replayDeadLetters, drop: dropDeadLetters };

await runCommand('The look at dead letters', async () => {
  const { AMQP_URL: url } = parseConfig(Joi.object<{ AMQP_URL: string }>({ AMQP_URL: settings.AMQP_URL }), process.env);
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { id: { type: 'string' } } });
  const [queue, action] = positionals;
  if (queue === undefined || !isAction(action)) {
    throw new StartError(
      'Name a service and what to do: npm run dead-letters -- contact-edit list|replay|drop [--id EVENT]',
    );
  }
  const letters = await actions[action]({ url, queue, id: values.id }).catch((error: unknown) => {
    const isClear = error instanceof NoSuchQueueError || error instanceof RabbitUnavailableError;
    throw isClear ? new StartError(`${error.message}.`) : error;
  });
  for (const { id, type, subject, reason } of letters) {
    process.stdout.write(`${id}  ${type}  ${subject}  ${reason}\n`);
  }
  process.stderr.write(`${letters.length} dead letters of ${queue}: ${action}\n`);
});

function isAction(word: string | undefined): word is keyof typeof actions {
  return word !== undefined && Object.hasOwn(actions, word);
}
