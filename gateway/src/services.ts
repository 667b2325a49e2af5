import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Config } from './config.ts';

/** A service behind the gateway. Clients are told its name, never its address. */
export interface Service {
  name: string;
  url: string;
  /** The gateway's credential. */
  internalToken: string;
  /** The connections to it. */
  agent: HttpAgent;
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

function createService({ name, url, internalToken }: Omit<Service, 'agent'>): Service {
  // An idle connection is dropped long before the service would do so (after 65 s): no request is sent into one that
  // is just closing.
  const options = { keepAlive: true, timeout: 30_000 };
  const agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  return { name, url: url.replace(/\/+$/, ''), internalToken, agent };
}
