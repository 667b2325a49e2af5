import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const testAudience = 'kontakt';

/** An OpenID Connect issuer: its configuration, its keys, and tokens of which each part can be wrong. */
export async function startIssuer() {
  let signing = await createKey('key-1');
  let published = [signing.publicJwk];
  let isDown = false;
  let configured: Record<string, string> = {};
  let insteadOfKeys: { status: number; body: string } | undefined;
  let keyRequests = 0;

  const server = createServer((req, res) => {
    if (isDown) {
      res.destroy();
      return;
    }
    const issuer = `http://127.0.0.1:${portOf(server)}`;
    const configuration = { issuer, jwks_uri: `${issuer}/jwks`, ...configured };
    if (req.url !== '/jwks') {
      res.setHeader('Content-Type', 'application/json').end(JSON.stringify(configuration));
      return;
    }
    keyRequests += 1;
    const { status, body } = insteadOfKeys ?? { status: 200, body: JSON.stringify({ keys: published }) };
    res.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${portOf(server)}`;

  return {
    issuer,
    /** How often it was asked for its keys. */
    keyRequests: () => keyRequests,
    publicKey: () => signing.publicJwk,
    /** A token that is good for five minutes, but for what is given. */
    token(claims: Record<string, unknown> = {}): Promise<string> {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({ iss: issuer, aud: testAudience, sub: 'somebody', iat: now, exp: now + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: signing.kid })
        .sign(signing.privateKey);
    },
    /** Signs with a new key from now on, and publishes it beside the old one. */
    async rotate(): Promise<void> {
      signing = await createKey(`key-${published.length + 1}`);
      published = [...published, signing.publicJwk];
    },
    setDown(down: boolean): void {
      isDown = down;
    },
    /** From now on its configuration says this instead; without an argument, what it said in the beginning. */
    configure(said: Record<string, string> = {}): void {
      configured = said;
    },
    /** From now on this comes when it is asked for its keys; without an argument, its keys. */
    answerKeyRequests(answer?: { status: number; body: string }): void {
      insteadOfKeys = answer;
    },
    async stop(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function createKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
