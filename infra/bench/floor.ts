// A bare node:http server for one kind of request (FLOOR), as a reference.
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { runService, StartError } from '@kontakt/service-kit';
import pg from 'pg';
import { floors, isFloorName } from './floors.ts';

await runService('Floor', async () => {
  const name = process.env.FLOOR ?? '';
  if (!isFloorName(name)) throw new StartError(`There is no floor "${name}".`);
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const answer = await floors[name](pool);

  const server = createServer((req, res) => {
    const { pathname, searchParams: query } = new URL(req.url ?? '/', 'http://floor');
    bodyOf(req)
      .then((body) => answer({ pathname, query, body }))
      .then(
        (document) => {
          res.setHeader('Content-Type', 'application/json; charset=utf-8').end(JSON.stringify(document));
        },
        (error: unknown) => {
          res.writeHead(500).end(String(error));
        },
      );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new StartError('The floor does not listen.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
});

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  if (req.method === 'GET') return {};
  return { ...((await json(req)) as object) };
}
