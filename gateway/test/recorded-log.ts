import { Writable } from 'node:stream';
import { createLog } from '@kontakt/service-kit';

/** The gateway's log, and what has been written into it. */
export function createRecordedLog(level: 'info' | 'warn') {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, log: createLog({ service: 'gateway', level, destination }) };
}
