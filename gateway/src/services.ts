import { Pool } from 'undici';
import type { Config } from './config.ts';

/** A service behind the gateway. Clients are told its name, never its address. */
export interface Service {
  name: string;
  url: string;
  /** The gateway's credential. */
  internalToken: string;
  /** The connections to it. */
  pool: Pool;
}

export type Services = ReturnType<typeof createServices>;

type Addresses = Pick<
  Config,
  'CONTACT_REPOSITORY_URL' | 'CONTACT_EDIT_URL' | 'MULTI_CHAPTER_MEMBERSHIP_URL' | 'INTERNAL_TOKEN'
>;

export function createServices(config: Addresses) {
  const { INTERNAL_TOKEN: internalToken } = config;
  return {
    contactRepository: createService({ name: 'Contact Repository', url: config.CONTACT_REPOSITORY_URL, internalToken }),
    contactEdit: createService({ name: 'Contact Edit', url: config.CONTACT_EDIT_URL, internalToken }),
    multiChapterMembership: createService({
      name: 'Multi-Chapter Membership',
      url: config.MULTI_CHAPTER_MEMBERSHIP_URL,
      internalToken,
    }),
  };
}

/** Long before the service drops an idle connection (after 65 s): no request is sent into one that is just closing. */
const idleMs = 30_000;

function createService({ name, url, internalToken }: Omit<Service, 'pool'>): Service {
  const pool = new Pool(new URL(url).origin, { keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs, allowH2: false });
  return { name, url: url.replace(/\/+$/, ''), internalToken, pool };
}
