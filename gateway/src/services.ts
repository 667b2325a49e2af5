import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Config } from './config.ts';

/** A service behind the gateway. Clients are told its name, never its address. */
export interface Service {
  name: string;
  url: string;
  /** The connections to it. */
  agent: HttpAgent;
}

export type Services = ReturnType<typeof createServices>;

type Addresses = Pick<Config, 'CONTACT_REPOSITORY_URL' | 'CONTACT_EDIT_URL' | 'MULTI_CHAPTER_MEMBERSHIP_URL'>;

export function createServices(config: Addresses) {
  return {
    contactRepository: createService('Contact Repository', config.CONTACT_REPOSITORY_URL),
    contactEdit: createService('Contact Edit', config.CONTACT_EDIT_URL),
    multiChapterMembership: createService('Multi-Chapter Membership', config.MULTI_CHAPTER_MEMBERSHIP_URL),
  };
}

function createService(name: string, url: string): Service {
  // An idle connection is dropped long before the service would do so (after 65 s): no request is sent into one that
  // is just closing.
  const options = { keepAlive: true, timeout: 30_000 };
  const agent = url.startsWith('https:') ? new HttpsAgent(options) : new HttpAgent(options);
  return { name, url: url.replace(/\/+$/, ''), agent };
}
