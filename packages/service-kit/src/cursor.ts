import Joi from 'joi';

/** Where in a list the next page begins: after the row that has this value in the column it is sorted by, and this id. */
export interface Cursor {
  sort: string;
  page: number;
  after: string;
  id: string;
}

/** PostgreSQL knows no text with a NUL in it. */
const text = Joi.string().pattern(/^[^\0]*$/);

type Parts = [string, number, string, string];

const schema = Joi.array<Parts>()
  .ordered(
    Joi.string().required(),
    Joi.number().integer().min(1).max(2_147_483_647).required(),
    text.allow('').max(1_000).required(),
    text.max(128).required(),
  )
  .required();

/** A cursor as clients see it. */
export function formatCursor({ sort, page, after, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, page, after, id])).toString('base64url');
}

/**
 * The parameter `cursor`. A cursor knows its page and its order: `page` cannot be sent beside it, and `sort` only when
 * it says the same. Whether the list has that order at all is for the list to check: see readPage.
 */
export const cursor = Joi.string()
  .max(4_000)
  .custom((text: string, helpers) => {
    const [{ page, sort }] = helpers.state.ancestors as [Record<string, unknown>];
    if (page !== undefined) return helpers.message({ custom: 'cannot be sent together with page' });
    if (text === 'start') return text;
    const parsed = parseCursor(text);
    if (!parsed) return helpers.message({ custom: 'is not a cursor of this list' });
    if (sort !== undefined && sort !== parsed.sort) return helpers.message({ custom: 'is one of another sort' });
    return parsed;
  })
  .description('Instead of `page`: `start` for the first page, then what the page before gave as `next_cursor`.');

function parseCursor(text: string): Cursor | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const [sort, page, after, id] = Joi.attempt<Joi.ArraySchema<Parts>>(parts, schema, { convert: false });
    return { sort, page, after, id };
  } catch {
    return undefined;
  }
}
