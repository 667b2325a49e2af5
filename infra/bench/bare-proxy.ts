// A bare reverse proxy of node:http in front of UPSTREAM, as a reference for the gateway.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { runService, StartError } from '@kontakt/service-kit';

await runService('Bare proxy', async () => {
  const { hostname, port } = new URL(process.env.UPSTREAM ?? '');
  const agent = new Agent({ keepAlive: true });
  const server = createServer((req, res) => {
    const { method, url: path, headers } = req;
    const onward = request({ hostname, port, method, path, headers, agent }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => {
      res.destroy();
    });
    req.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new StartError('The proxy does not listen.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      return Promise.resolve();
    },
  };
});
