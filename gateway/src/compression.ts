import { constants } from 'node:zlib';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';

/** What a compressed form's entity tag has that the plain form's has not. */
const codingInTag = /-(?:br|gzip|deflate)(?=")/g;

/**
 * Compressed forms have entity tags of their own, strong as they were: `"x"` becomes `"x-br"`. A service knows nothing
 * of them: in what a client sends back they are `"x"` again.
 */
const tagCompressed: RequestHandler = (req, res, next) => {
  const known = req.headers['if-none-match']?.match(/"[^"]*"/g) ?? [];
  for (const name of ['if-match', 'if-none-match'] as const) {
    const tags = req.headers[name];
    if (tags !== undefined) req.headers[name] = tags.replace(codingInTag, '');
  }
  // It comes after the compression's own: the last that was added is the first to be called.
  onHeaders(res, () => {
    const tag = res.get('ETag');
    if (tag === undefined || tag.startsWith('W/')) return;
    const coding = res.get('Content-Encoding');
    if (coding !== undefined) res.set('ETag', tag.replace(/"$/, `-${coding}"`));
    if (res.statusCode !== 304) return;
    res.vary('Accept-Encoding').set('ETag', known.find((form) => form.replace(codingInTag, '') === tag) ?? tag);
  });
  next();
};

/**
 * Compresses answers of 1 kB and more for those who can read that. What has been received is passed on at once, also in
 * the middle of an answer. Tokens are no cookies, so no other page can make a browser ask and learn from lengths.
 */
export const compressAnswers = [
  tagCompressed,
  compression({
    filter: isCompressible,
    flush: constants.Z_SYNC_FLUSH,
    brotli: { flush: constants.BROTLI_OPERATION_FLUSH },
  }),
];

function isCompressible(req: Request, res: Response): boolean {
  const isPart = res.hasHeader('Content-Range');
  const isForbidden = /\bno-transform\b/i.test(req.get('Cache-Control') ?? '');
  return !isPart && !isForbidden && compression.filter(req, res);
}
