import { expect, test } from '@jest/globals';
import { readableChapterName } from './chapter-name.ts';

test.each([
  ['chapter-oslo', 'Oslo Chapter'],
  ['chapter-mo-i-rana', 'Mo I Rana Chapter'],
  ['ch-01', 'Chapter 01'],
  ['bergen', 'Bergen Chapter'],
  ['Chapter_Nord', 'Nord Chapter'],
  ['chapter', 'Chapter Chapter'],
])('when chapter %p was never named, then it shows %p', (id, name) => {
  expect(readableChapterName(id)).toBe(name);
});
