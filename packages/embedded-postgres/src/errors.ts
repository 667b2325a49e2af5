/** A reason why PostgreSQL cannot run, in one sentence that the reader can act on. */
export class PostgresError extends Error {
  override name = 'PostgresError';
}

/** Tells what a failed `initdb` or `postgres` wrote, as one sentence. */
export function explainOutput(output: string, { dir, port }: { dir: string; port?: number }): PostgresError {
  if (/could not resize shared memory|shared memory segment.*No space left/.test(output))
    return new PostgresError('There is not enough shared memory (/dev/shm) to run PostgreSQL.');
  if (output.includes('No space left on device')) return noSpaceLeft(dir);
  if (output.includes('Read-only file system')) return notWritable(dir, 'EROFS');
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(output)) return inUse(dir);
  if (port !== undefined && output.includes('Address already in use'))
    return new PostgresError(`Port ${port} is in use by another program, so PostgreSQL cannot listen on it.`);
  return new PostgresError(`PostgreSQL could not start in ${dir}: ${mostTelling(output)}`);
}

/** Tells why a server has ended that nobody stopped: one that was killed writes nothing about it. */
export function explainEnd(output: string, dir: string): PostgresError {
  const reason = output.includes('database system is shut down') ? mostTelling(output) : 'it was killed.';
  return new PostgresError(`PostgreSQL in ${dir} has ended: ${reason}`);
}

/** Tells why Node could not read or write below the directory of the data, as one sentence. */
export function explainFileError(error: unknown, dir: string): unknown {
  const code = property(error, 'code');
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpaceLeft(dir);
  if (property(error, 'syscall') === 'mkdir')
    return new PostgresError(`PostgreSQL's data directory ${dir} cannot be made (${String(code)}).`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return notWritable(dir, code);
  return error;
}

export function inUse(dir: string): PostgresError {
  return new PostgresError(`PostgreSQL's data directory ${dir} is in use by another running server.`);
}

/** The code of an error of Node's, such as "ENOENT". */
export function errorCode(error: unknown): unknown {
  return property(error, 'code');
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

function notWritable(dir: string, code: string): PostgresError {
  return new PostgresError(`PostgreSQL's data directory ${dir} cannot be read and written (${code}).`);
}

function noSpaceLeft(dir: string): PostgresError {
  return new PostgresError(`There is no disk space left for PostgreSQL's data directory ${dir}.`);
}

/** The last line that names an error, without PostgreSQL's time stamp; else the last line at all. */
function mostTelling(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((candidate) => /\b(FATAL|PANIC|error):/i.test(candidate)) ?? lines.at(-1);
  return line?.replace(/^.*?\b(FATAL|PANIC|error|LOG):\s*/i, '').trim() ?? 'it said nothing.';
}
