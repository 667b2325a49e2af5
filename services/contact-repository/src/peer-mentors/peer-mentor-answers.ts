import { pageOf, shown, type AnswerDescription } from '@kontakt/service-kit';
import Joi from 'joi';
import type { foundPeerMentorView, peerMentorDetails, peerMentorView } from './peer-mentor-view.ts';

/** What the endpoints of peer mentors answer. The examples are the documented ones. */

const fields = {
  id: shown.id,
  contact_id: shown.id,
  full_name: shown.text,
  email: shown.text,
  specialty: shown.text.allow(null),
  org_id: shown.text,
  available: shown.flag,
};

const peerMentor = Joi.object<ReturnType<typeof peerMentorView>, true>(fields).meta({ component: 'PeerMentor' });

const silje = {
  id: 'pm_88A1C',
  contact_id: 'usr_01J2Z7Q',
  full_name: 'Silje Dahl',
  email: 'silje.dahl@org.no',
  specialty: 'Integration',
  org_id: 'org_abc123',
  available: true,
};

export const peerMentorPage: AnswerDescription = {
  description: 'One page of peer mentors.',
  body: pageOf(peerMentor, {
    name: 'PeerMentorPage',
    example: { data: [silje], pagination: { page: 1, limit: 20, total: 12 } },
  }),
};

export const peerMentorAnswer: AnswerDescription = {
  description: 'The peer mentor.',
  headers: ['ETag'],
  body: Joi.object<ReturnType<typeof peerMentorDetails>, true>({ ...fields, created_at: shown.time })
    .meta({ component: 'PeerMentorDetails' })
    .example({ ...silje, created_at: '2025-08-01T07:00:00Z' }),
};

const foundPeerMentor = Joi.object<ReturnType<typeof foundPeerMentorView>, true>({
  id: shown.id,
  contact_id: shown.id,
  full_name: shown.text,
  specialty: shown.text.allow(null),
}).meta({ component: 'FoundPeerMentor' });

export const foundPeerMentorPage: AnswerDescription = {
  description: 'One page of what was found, the best match first.',
  body: pageOf(foundPeerMentor, {
    name: 'FoundPeerMentorPage',
    example: {
      data: [{ id: 'pm_88A1C', contact_id: 'usr_01J2Z7Q', full_name: 'Silje Dahl', specialty: 'Integration' }],
      pagination: { page: 1, limit: 20, total: 2 },
    },
  }),
};
