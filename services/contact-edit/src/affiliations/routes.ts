import { endpoint, ifMatchHeaders, type RouteTable } from '@kontakt/service-kit';
import Joi from 'joi';
import type { Deps } from '../app.ts';
import { chapterIds, contactId } from '../contacts/contact-schemas.ts';
import { writeHeaders } from '../contacts/write-headers.ts';
import { visibleMemberships } from './affiliations.ts';
import { affiliationsView, savedAffiliations } from './affiliations-view.ts';
import { replaceAffiliations } from './replace-affiliations.ts';

const replacement = Joi.object<{ chapter_ids: string[] }>({ chapter_ids: chapterIds.required() })
  .meta({ component: 'ChapterAffiliations' })
  .example({ chapter_ids: ['ch-01', 'ch-04', 'ch-07'] });

export function affiliationRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): RouteTable {
  return {
    '/:id/chapter-affiliations': {
      put: endpoint({
        id: 'replaceChapterAffiliations',
        summary: "Replace a contact's chapters",
        description: 'Makes the list exactly what is sent: chapters that are missing from it end, new ones begin.',
        scope: 'memberships:write',
        request: { params: contactId, body: replacement, headers: ifMatchHeaders },
        answers: { 200: savedAffiliations },
        refusals: [404, 412],
        handle: async ({ params: { id }, body: { chapter_ids: chapterIds }, headers, access }, res) => {
          const ifMatch = headers['if-match'];
          const { contact, memberships } = await db.transaction((tx) =>
            replaceAffiliations(tx, clock, { id, chapterIds, ifMatch, bounds: access }),
          );
          res
            .set(writeHeaders(contact, memberships, access))
            .json(affiliationsView(contact, visibleMemberships(memberships, access)));
        },
      }),
    },
  };
}
