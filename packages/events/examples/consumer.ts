import { contactCreated, contactDeleted, contactUpdated, subscribe } from '@kontakt/events';

const { stop } = await subscribe({
  url: process.env.AMQP_URL ?? 'amqp://localhost',
  queue: 'newsletter', // a name of your own: what you have not handled yet is kept under it
  events: [contactCreated, contactUpdated, contactDeleted],
  handler: ({ type, subject, data }) => {
    if (type === 'contact.deleted.v1') process.stdout.write(`erase ${subject}\n`);
    // Keep each value with its stamp; a value that comes with an earlier stamp is an old one.
    else process.stdout.write(`keep ${subject} ${JSON.stringify(data)}\n`);
  },
});
process.once('SIGTERM', () => void stop());
