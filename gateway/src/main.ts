import { createLog, runService, startHttpServer, type Running } from '@kontakt/service-kit';
import { createApp } from './app.ts';
import { readConfig, type Config } from './config.ts';
import { createServices } from './services.ts';

export { readConfig } from './config.ts';

export async function startGateway(config: Config): Promise<Running> {
  const log = createLog({ service: 'gateway', level: config.LOG_LEVEL });
  const services = createServices(config);
  const app = createApp({ services, log });
  const http = await startHttpServer(app, { port: config.PORT, host: config.HOST, maxHeaderSize: 16_384 });

  return {
    url: http.url,
    async stop() {
      await http.stop();
      for (const { agent } of Object.values(services)) agent.destroy();
    },
  };
}

if (import.meta.main) {
  await runService('Gateway', () => startGateway(readConfig(process.env)));
}
