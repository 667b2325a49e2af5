import { newestContactStamp, type Clock, type MembershipState, type Stamp } from '@kontakt/convergence';
import { Problem } from '@kontakt/service-kit';
import type Joi from 'joi';
import { contactAnswer, membershipsAnswer, type AnsweredContact } from './answers.ts';

export interface OtherServices {
  contactRepositoryUrl: string;
  multiChapterMembershipUrl: string;
  internalToken: string;
}

export interface Answers {
  /** Null where Contact Repository does not know the contact. */
  contact: AnsweredContact | null;
  memberships: (MembershipState & { chapterId: string })[];
}

const patienceMs = 1_000;

/**
 * Asks the other two services, at the same time, what they know of a contact.
 * @throws Problem 503, naming the service, when one of them gives no usable answer within a second.
 */
export async function askServices(
  services: OtherServices,
  clock: Clock,
  { id, requestId }: { id: string; requestId: string },
): Promise<Answers> {
  const path = `/internal/contacts/${encodeURIComponent(id)}`;
  const [{ contact }, { memberships }] = await Promise.all([
    ask({
      service: 'Contact Repository',
      url: services.contactRepositoryUrl + path,
      token: services.internalToken,
      requestId,
      clock,
      schema: contactAnswer,
      stamps: (answer) => (answer.contact ? [newestContactStamp(answer.contact)] : []),
    }),
    ask({
      service: 'Multi-Chapter Membership',
      url: `${services.multiChapterMembershipUrl}${path}/memberships`,
      token: services.internalToken,
      requestId,
      clock,
      schema: membershipsAnswer,
      stamps: (answer) => answer.memberships.map(({ stamp }) => stamp),
    }),
  ]);
  return { contact, memberships };
}

interface Question<T> {
  service: string;
  url: string;
  token: string;
  requestId: string;
  clock: Clock;
  schema: Joi.ObjectSchema<T>;
  stamps: (answer: T) => Stamp[];
}

/** The answer. Our clock moves past its stamps, or refuses them. */
async function ask<T>({ service, url, token, requestId, clock, schema, stamps }: Question<T>): Promise<T> {
  try {
    const response = await fetch(url, {
      headers: { Authorization: `Bearer ${token}`, 'X-Request-Id': requestId },
      signal: AbortSignal.timeout(patienceMs),
    });
    if (!response.ok) throw new Error(`${service} answered ${response.status}`);
    const result = schema.validate(await response.json());
    if (result.error) throw result.error;
    stamps(result.value).forEach((stamp) => {
      clock.observe(stamp);
    });
    return result.value;
  } catch (error) {
    throw new Problem(503, 'service-unavailable', `${service} could not be asked just now; nothing was changed.`, {
      headers: { 'Retry-After': '1' },
      cause: error,
    });
  }
}
