import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { copyForOthers } from '../src/copy-for-others.ts';
import { PostgresError } from '../src/index.ts';
import { isRoot, temporaryDirectories } from './support.ts';

const directory = temporaryDirectories();

function somethingClosed(name: string): string {
  const source = directory(name);
  mkdirSync(join(source, 'bin'));
  writeFileSync(join(source, 'bin', 'program'), 'content', { mode: 0o700 });
  symlinkSync('program', join(source, 'bin', 'alias'));
  chmodSync(join(source, 'bin'), 0o700);
  return source;
}

test('when a directory is copied, then everybody can read and execute it and nobody else can write it', () => {
  const source = somethingClosed('source');
  const parent = join(directory('parent'), 'new');
  const copy = copyForOthers(source, 'copy', parent);

  expect(readFileSync(join(copy, 'bin', 'alias'), 'utf8')).toBe('content');
  for (const path of [parent, copy, join(copy, 'bin'), join(copy, 'bin', 'program')])
    expect(statSync(path).mode & 0o777).toBe(0o755);
  expect(readdirSync(parent)).toEqual(['copy']);
});

test('when there is a copy, then it is used again', () => {
  const source = somethingClosed('source-again');
  const parent = directory('parent-again');
  const copy = copyForOthers(source, 'copy', parent);
  writeFileSync(join(copy, 'mark'), '');
  expect(copyForOthers(source, 'copy', parent)).toBe(copy);
  expect(existsSync(join(copy, 'mark'))).toBe(true);
});

test('when the place could have been prepared by somebody else, then it is refused', () => {
  const source = somethingClosed('source-refused');
  const refused = new RegExp('does not belong to us alone');

  const open = directory('open');
  chmodSync(open, 0o777);
  expect(() => copyForOthers(source, 'copy', open)).toThrow(refused);

  const prepared = directory('prepared');
  symlinkSync(source, join(prepared, 'copy'));
  expect(() => copyForOthers(source, 'copy', prepared)).toThrow(PostgresError);

  // Only root can give a directory away, to try one that belongs to somebody else.
  const foreign = isRoot ? directory('foreign') : '/';
  if (isRoot) chownSync(foreign, 65534, 65534);
  expect(() => copyForOthers(source, 'copy', foreign)).toThrow(refused);
});
