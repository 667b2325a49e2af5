import { expect } from '@jest/globals';
import type { Answer } from './client.ts';

/** Checks that an answer is a problem document (RFC 9457) as every error must be, and gives it back. */
export function expectProblem(answer: Answer, status: number): Answer {
  // The body first: when it is another status, the body says why.
  expect(answer.body).toMatchObject({ status });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(answer.body).toMatchObject({
    type: expect.stringMatching(/^urn:kontakt:problem:[a-z-]+$/),
    title: expect.stringMatching(/./),
    detail: expect.stringMatching(/./),
    instance: expect.stringMatching(/^\//),
    request_id: answer.headers.get('x-request-id'),
  });
  // Nothing of what runs underneath reaches a client.
  expect(JSON.stringify(answer.body)).not.toMatch(/prisma|postgres|node_modules|at \w+ \(|select |insert |update "/i);
  return answer;
}
