export interface RawRequest {
  /** `POST /api/v1/contacts`. */
  asks: string;
  /** Lower-case names, as they came: a name can stand there twice. */
  headers: [string, string][];
  body: string;
}

/**
 * Reads bytes as requests by the letter of RFC 9112, and not as Node's parser does.
 * @throws when they can be read in more than one way.
 */
export function readRequests(bytes: string): { requests: RawRequest[]; rest: string } {
  const requests: RawRequest[] = [];
  let rest = bytes;
  for (;;) {
    const read = readRequest(rest);
    if (!read) return { requests, rest };
    requests.push(read.request);
    rest = read.rest;
  }
}

function readRequest(bytes: string): { request: RawRequest; rest: string } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [requestLine = '', ...lines] = bytes.slice(0, headEnd).split('\r\n');
  const asks = /^([A-Z]+ \/[!-~]*) HTTP\/1\.1$/.exec(requestLine)?.[1];
  if (asks === undefined) throw new Error(`no request line: ${requestLine}`);
  const headers = lines.map((line): [string, string] => {
    const [, name, value] = /^([!#-'*+.^`|~\w-]+): *([\t -~\u0080-\u00ff]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no header: ${line}`);
    return [name.toLowerCase(), value];
  });
  const body = readBody(bytes.slice(headEnd + 4), headers);
  return body && { request: { asks, headers, body: body.content }, rest: body.rest };
}

function readBody(bytes: string, headers: [string, string][]): { content: string; rest: string } | undefined {
  const framing = headers.filter(([name]) => name === 'content-length' || name === 'transfer-encoding');
  if (framing.length > 1) throw new Error(`a body framed twice: ${framing.join(' ')}`);
  const [frame] = framing;
  if (!frame) return { content: '', rest: bytes };
  const [name, value] = frame;
  if (name === 'transfer-encoding') {
    if (value !== 'chunked') throw new Error(`an unknown coding: ${value}`);
    return readChunks(bytes);
  }
  if (!/^\d+$/.test(value)) throw new Error(`no length: ${value}`);
  const length = Number(value);
  return bytes.length < length ? undefined : { content: bytes.slice(0, length), rest: bytes.slice(length) };
}

function readChunks(bytes: string): { content: string; rest: string } | undefined {
  let content = '';
  let rest = bytes;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    if (lineEnd < 0) return undefined;
    const line = rest.slice(0, lineEnd);
    if (!/^[\da-f]+$/i.test(line)) throw new Error(`no size of a chunk: ${line}`);
    const size = Number.parseInt(line, 16);
    const end = lineEnd + 2 + size;
    if (rest.length < end + 2) return undefined;
    if (rest.slice(end, end + 2) !== '\r\n') throw new Error(`a chunk without an end, or a trailer: ${rest}`);
    content += rest.slice(lineEnd + 2, end);
    rest = rest.slice(end + 2);
    if (size === 0) return { content, rest };
  }
}
