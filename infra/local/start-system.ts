import { randomBytes } from 'node:crypto';
import { readConfig as readContactEdit, startContactEdit } from '@kontakt/contact-edit';
import { readConfig as readContactRepository, startContactRepository } from '@kontakt/contact-repository';
import { createInProcessBus } from '@kontakt/messaging';
import { readConfig as readGateway, startGateway } from '@kontakt/gateway';
import {
  readConfig as readMultiChapterMembership,
  startMultiChapterMembership,
} from '@kontakt/multi-chapter-membership';
import type { Running } from '@kontakt/service-kit';
import { gatewaySettings, type LocalConfig } from './config.ts';
import type { DatabaseUrls } from './databases.ts';
import { loopback, portOrFree } from './ports.ts';

export interface System extends Running {
  /** Service → where it answers by itself. */
  services: Record<keyof DatabaseUrls, string>;
}

/** The three services and the gateway, in this process; each gets its settings as it would on its own. */
export async function startSystem(config: LocalConfig, databases: DatabaseUrls): Promise<System> {
  // Without a broker the services share a transport in this process.
  const bus = config.AMQP_URL === undefined ? createInProcessBus({ queues: Object.keys(databases) }) : undefined;
  const inProcess = bus !== undefined;
  const started: Running[] = [];
  const keep = async (starting: Promise<Running>): Promise<Running> => {
    const running = await starting;
    started.push(running);
    return running;
  };
  const stop = async () => {
    // What is not delivered yet stays in the outboxes. All at once: each waits 10 s at most for what is in flight.
    await bus?.close();
    await Promise.all(started.map((running) => running.stop()));
  };

  const ports = {
    contactRepository: String(await portOrFree(config.PORT, 1)),
    contactEdit: String(await portOrFree(config.PORT, 2)),
    multiChapterMembership: String(await portOrFree(config.PORT, 3)),
  };
  const urls = {
    CONTACT_REPOSITORY_URL: `http://${loopback}:${ports.contactRepository}`,
    CONTACT_EDIT_URL: `http://${loopback}:${ports.contactEdit}`,
    MULTI_CHAPTER_MEMBERSHIP_URL: `http://${loopback}:${ports.multiChapterMembership}`,
  };
  const common = {
    HOST: loopback,
    LOG_LEVEL: config.LOG_LEVEL,
    INTERNAL_TOKEN: randomBytes(32).toString('base64url'),
    DEFAULT_ORG_ID: config.DEFAULT_ORG_ID,
    AUTH: config.AUTH,
    ...(config.AMQP_URL !== undefined && { AMQP_URL: config.AMQP_URL }),
    ...urls,
  };
  try {
    await keep(
      startContactRepository(
        readContactRepository(
          {
            ...common,
            PORT: ports.contactRepository,
            DATABASE_URL: databases['contact-repository'],
          },
          { inProcess },
        ),
        bus,
      ),
    );
    await keep(
      startContactEdit(
        readContactEdit({ ...common, PORT: ports.contactEdit, DATABASE_URL: databases['contact-edit'] }, { inProcess }),
        bus,
      ),
    );
    await keep(
      startMultiChapterMembership(
        readMultiChapterMembership(
          {
            ...common,
            PORT: ports.multiChapterMembership,
            DATABASE_URL: databases['multi-chapter-membership'],
          },
          { inProcess },
        ),
        bus,
      ),
    );
    const gateway = await keep(
      startGateway(
        readGateway({
          ...Object.fromEntries(gatewaySettings.map((name) => [name, config[name]])),
          ...common,
          HOST: config.HOST,
          PORT: String(config.PORT),
        }),
      ),
    );
    return {
      url: gateway.url,
      services: {
        'contact-repository': urls.CONTACT_REPOSITORY_URL,
        'contact-edit': urls.CONTACT_EDIT_URL,
        'multi-chapter-membership': urls.MULTI_CHAPTER_MEMBERSHIP_URL,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
