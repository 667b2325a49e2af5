import Joi from 'joi';
import { cursor, type Cursor } from './cursor.ts';

export interface PageQuery {
  page: number;
  limit: number;
}

/** Of lists that can be walked by cursor, too. */
export interface ListQuery extends PageQuery {
  sort: string;
  /** `start`: the first page, with a cursor to the next. */
  cursor?: Cursor | 'start';
}

export interface Page<T> {
  data: T[];
  pagination: PageQuery & {
    total: number;
    /** Where the next page begins, for whoever asked by cursor; null on the last page. */
    next_cursor?: string | null;
  };
}

/** The query parameters of every list. The highest page keeps the offset within PostgreSQL's and JavaScript's numbers. */
export const pageQuery = {
  page: Joi.number().integer().min(1).max(2_147_483_647).default(1).description('The first page is 1.'),
  limit: Joi.number().integer().min(1).max(100).default(20).description('How many a page holds.'),
};

/** The same, of lists that can be walked by cursor, too. The cursor comes first: it looks at what else was sent. */
export const listQuery = { cursor, ...pageQuery };

const pagination = Joi.object<Page<unknown>['pagination'], true>({
  page: Joi.number().integer().min(1),
  limit: Joi.number().integer().min(1).max(100),
  total: Joi.number().integer().min(0).description('How many there are on all pages.'),
  next_cursor: Joi.string()
    .allow(null)
    .optional()
    .description('Send it as `cursor` to get the next page; null on the last. Only where `cursor` was sent.'),
}).meta({ component: 'Pagination' });

/** What a page looks like; `name` is that of the whole in the API's description. */
export function pageOf(item: Joi.ObjectSchema, { name, example }: { name: string; example: Page<object> }) {
  return Joi.object<Page<unknown>, true>({ data: Joi.array().items(item), pagination })
    .meta({ component: name })
    .example(example);
}

export function paginate<T>(data: T[], { page, limit }: PageQuery, total: number): Page<T> {
  return { data, pagination: { page, limit, total } };
}
