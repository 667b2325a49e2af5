import { existsSync } from 'node:fs';
import { request } from 'node:http';

const timeoutMs = 1_000;

/** Why no Docker engine can be used; undefined if one answers. Cheap, so that it can be asked before each test run. */
export async function dockerProblem(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const host = env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  const { protocol, pathname, hostname, port } = new URL(URL.canParse(host) ? host : 'unknown:');
  if (protocol === 'unix:') {
    if (!existsSync(pathname)) return `there is no ${pathname}`;
    return ping({ socketPath: pathname }, host);
  }
  if (protocol === 'tcp:' || protocol === 'http:') return ping({ hostname, port: port === '' ? 2375 : port }, host);
  return `DOCKER_HOST=${host} is of a kind that is not tried`;
}

type Address = { socketPath: string } | { hostname: string; port: number | string };

/** Any answer will do: also the complaint of an engine that wants TLS is one. */
function ping(address: Address, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ ...address, path: '/_ping', timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(undefined);
    });
    asked.once('timeout', () => {
      asked.destroy(new Error(`no answer in ${timeoutMs / 1000} s`));
    });
    asked.once('error', ({ message }) => {
      resolve(`no Docker engine at ${host}: ${message}`);
    });
    asked.end();
  });
}
