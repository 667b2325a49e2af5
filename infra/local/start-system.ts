import { randomBytes } from 'node:crypto';
import { readConfig as readContactEdit, startContactEdit } from '@kontakt/contact-edit';
import { readConfig as readContactRepository, startContactRepository } from '@kontakt/contact-repository';
import { readConfig as readGateway, startGateway } from '@kontakt/gateway';
import {
  readConfig as readMultiChapterMembership,
  startMultiChapterMembership,
} from '@kontakt/multi-chapter-membership';
import type { Running } from '@kontakt/service-kit';
import type { LocalConfig } from './config.ts';
import type { DatabaseUrls } from './databases.ts';
import { portOrFree } from './ports.ts';

export interface System extends Running {
  /** Service → where it answers by itself. */
  services: Record<keyof DatabaseUrls, string>;
}

/** The three services and the gateway, in this process; each gets its settings as it would on its own. */
export async function startSystem(config: LocalConfig, databases: DatabaseUrls): Promise<System> {
  const started: Running[] = [];
  const keep = async (starting: Promise<Running>): Promise<Running> => {
    const running = await starting;
    started.unshift(running);
    return running;
  };
  const stop = async () => {
    for (const running of started) await running.stop();
  };

  const ports = {
    contactRepository: String(await portOrFree(config, 1)),
    contactEdit: String(await portOrFree(config, 2)),
    multiChapterMembership: String(await portOrFree(config, 3)),
  };
  const urls = {
    CONTACT_REPOSITORY_URL: `http://${config.HOST}:${ports.contactRepository}`,
    CONTACT_EDIT_URL: `http://${config.HOST}:${ports.contactEdit}`,
    MULTI_CHAPTER_MEMBERSHIP_URL: `http://${config.HOST}:${ports.multiChapterMembership}`,
  };
  const common = {
    HOST: config.HOST,
    LOG_LEVEL: config.LOG_LEVEL,
    INTERNAL_TOKEN: randomBytes(32).toString('base64url'),
    DEFAULT_ORG_ID: config.DEFAULT_ORG_ID,
    ...urls,
  };
  try {
    await keep(
      startContactRepository(
        readContactRepository({
          ...common,
          PORT: ports.contactRepository,
          DATABASE_URL: databases['contact-repository'],
        }),
      ),
    );
    await keep(
      startContactEdit(
        readContactEdit({ ...common, PORT: ports.contactEdit, DATABASE_URL: databases['contact-edit'] }),
      ),
    );
    await keep(
      startMultiChapterMembership(
        readMultiChapterMembership({
          ...common,
          PORT: ports.multiChapterMembership,
          DATABASE_URL: databases['multi-chapter-membership'],
        }),
      ),
    );
    const gateway = await keep(startGateway(readGateway({ ...common, PORT: String(config.PORT) })));
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
