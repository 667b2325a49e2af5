import { fields, parseRequest, type RouteTable } from '@kontakt/service-kit';
import Joi from 'joi';
import type { Deps } from '../app.ts';

const contactId = Joi.object<{ id: string }>({ id: fields.id });

/** For the other services: all registers of a contact's memberships with their stamps, removed ones too. */
export function internalRoutes({ db }: Deps): RouteTable {
  return {
    '/contacts/:id/memberships': {
      get: async (req, res) => {
        const { id } = parseRequest(req, { params: contactId }).params;
        const memberships = await db.prisma.membership.findMany({
          where: { contactId: id },
          select: { chapterId: true, status: true, joinedAt: true, stamp: true },
        });
        res.json({ memberships });
      },
    },
  };
}
