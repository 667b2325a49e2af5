import Joi from 'joi';

export interface PageQuery {
  page: number;
  limit: number;
}

export interface Page<T> {
  data: T[];
  pagination: PageQuery & { total: number };
}

/** The query parameters of every list. The highest page keeps the offset within PostgreSQL's and JavaScript's numbers. */
export const pageQuery = {
  page: Joi.number().integer().min(1).max(2_147_483_647).default(1),
  limit: Joi.number().integer().min(1).max(100).default(20),
};

export function paginate<T>(data: T[], { page, limit }: PageQuery, total: number): Page<T> {
  return { data, pagination: { page, limit, total } };
}
