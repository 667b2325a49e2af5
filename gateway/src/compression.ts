import { constants } from 'node:zlib';
import type { Step } from '@kontakt/service-kit';
import compression from 'compression';
import type { Request, RequestHandler, Response } from 'express';
import onHeaders from 'on-headers';

/** What a compressed form's entity tag has that the plain form's has not. */
const codingInTag = /-(?:br|gzip|deflate)(?=")/g;

/** Bytes. What is shorter than this is not much shorter when it is compressed. */
const threshold = 1_024;

/** A request → the tags that it named before `readTags`. */
const knownTags = new WeakMap<Request, string[]>();

/**
 * Compressed forms have entity tags of their own, strong as they were: `"x"` becomes `"x-br"`. A service knows nothing
 * of them: in what a client sends back they are `"x"` again.
 */
export const readTags: Step = (req) => {
  const { 'if-match': required, 'if-none-match': known } = req.headers;
  if (required !== undefined) req.headers['if-match'] = required.replace(codingInTag, '');
  if (known !== undefined) {
    req.headers['if-none-match'] = known.replace(codingInTag, '');
    knownTags.set(req, known.match(/"[^"]*"/g) ?? []);
  }
};

/**
 * Compresses an answer of 1 kB and more, whose headers have not been written yet, for those who can read that. What has
 * been received is passed on at once, also in the middle of an answer. Tokens are no cookies, so no other page can make
 * a browser ask and learn from lengths.
 * @param length in bytes, where it is known. Most answers are short and cost nothing here: a wrapped answer takes a
 * fifth more of the gateway's time, compressed or not.
 */
export function compressAnswer(req: Request, res: Response, length = threshold): void {
  if (length < threshold) return;
  // The last that was added is the first to be called: this one comes after the compression's own.
  onHeaders(res, () => {
    tagCompressed(req, res);
  });
  compress(req, res, () => undefined);
}

/** For what is answered here. */
export const compressed: RequestHandler = (req, res, next) => {
  compressAnswer(req, res);
  next();
};

function tagCompressed(req: Request, res: Response): void {
  const tag = res.get('ETag');
  if (tag === undefined || tag.startsWith('W/')) return;
  const coding = res.get('Content-Encoding');
  if (coding !== undefined) res.set('ETag', tag.replace(/"$/, `-${coding}"`));
  if (res.statusCode !== 304) return;
  const known = knownTags.get(req)?.find((form) => form.replace(codingInTag, '') === tag);
  res.vary('Accept-Encoding').set('ETag', known ?? tag);
}

const compress = compression({
  threshold,
  filter: isCompressible,
  flush: constants.Z_SYNC_FLUSH,
  brotli: { flush: constants.BROTLI_OPERATION_FLUSH },
});

function isCompressible(req: Request, res: Response): boolean {
  const isPart = res.hasHeader('Content-Range');
  const isForbidden = /\bno-transform\b/i.test(req.get('Cache-Control') ?? '');
  return !isPart && !isForbidden && compression.filter(req, res);
}
