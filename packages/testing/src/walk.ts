import type { Client } from './client.ts';

interface Step {
  data: { id?: string; contact_id?: string }[];
  pagination: { page: number; total: number; next_cursor: string | null };
}

/**
 * Goes through a list by cursor, from its start to its end.
 * @param url of the list, with its limit.
 * @param between runs after each page.
 * @returns the id of each record in the order they came, and the number of each page.
 */
export async function walk(api: Client, url: string, between: () => Promise<unknown> = () => Promise.resolve()) {
  const ids: string[] = [];
  const pages: number[] = [];
  for (let cursor: string | null = 'start'; cursor !== null;) {
    const step = (await api.get(`${url}&cursor=${cursor}`)).body as Step;
    ids.push(...step.data.map(({ id, contact_id: contactId }) => id ?? contactId ?? ''));
    pages.push(step.pagination.page);
    cursor = step.pagination.next_cursor;
    await between();
  }
  return { ids, pages };
}
