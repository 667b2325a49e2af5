import { createDb as createContactEditDb } from '@kontakt/contact-edit';
import { createApi as createContactEditApi } from '@kontakt/contact-edit/api';
import { createDb as createContactRepositoryDb } from '@kontakt/contact-repository';
import { createApi as createContactRepositoryApi } from '@kontakt/contact-repository/api';
import { createClock, never } from '@kontakt/convergence';
import { createDb as createMembershipDb } from '@kontakt/multi-chapter-membership';
import { createApi as createMembershipApi } from '@kontakt/multi-chapter-membership/api';
import { createLog } from '@kontakt/service-kit';

/** The services' endpoints, to be described and not to be called: there is no database. */
export function serviceApis() {
  const database = {
    databaseUrl: 'postgresql://127.0.0.1/none',
    poolSize: 1,
    log: createLog({ service: 'openapi', level: 'silent' }),
  };
  const clock = createClock({ node: 'openapi', startAfter: never });
  return {
    'contact-repository': createContactRepositoryApi({ db: createContactRepositoryDb(database), clock }),
    'contact-edit': createContactEditApi({
      db: createContactEditDb(database),
      clock,
      defaultOrgId: '',
      otherServices: { contactRepositoryUrl: '', multiChapterMembershipUrl: '', internalToken: '' },
    }),
    'multi-chapter-membership': createMembershipApi({ db: createMembershipDb(database), clock }),
  };
}
