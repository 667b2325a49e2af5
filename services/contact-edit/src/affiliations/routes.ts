import { formatTime, parseRequest, type RouteTable } from '@kontakt/service-kit';
import Joi from 'joi';
import type { Deps } from '../app.ts';
import { chapterIds, contactId } from '../contacts/contact-schemas.ts';
import { writeHeaders } from '../contacts/write-headers.ts';
import { affiliations } from './affiliations.ts';
import { replaceAffiliations } from './replace-affiliations.ts';

const replacement = Joi.object<{ chapter_ids: string[] }>({ chapter_ids: chapterIds.required() });

export function affiliationRoutes({ db, clock }: Deps): RouteTable {
  return {
    '/:id/chapter-affiliations': {
      put: async (req, res) => {
        const { params, body } = parseRequest(req, { params: contactId, body: replacement });
        const ifMatch = req.get('If-Match');
        const { contact, memberships } = await db.transaction((tx) =>
          replaceAffiliations(tx, clock, { ...params, chapterIds: body.chapter_ids, ifMatch }),
        );
        res.set(writeHeaders(contact, memberships)).json({
          contact_id: contact.id,
          chapter_affiliations: affiliations(memberships),
          updated_at: formatTime(contact.updatedAt),
          save_result: 'success',
        });
      },
    },
  };
}
