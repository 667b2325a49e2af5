import { expect, test } from '@jest/globals';
import { breakingChangesOfCatalogue } from './compatibility.ts';
import { currentSchemas, publishedSchemas } from './published.ts';

test('when the catalogue changes, then consumers of what was published are not broken', () => {
  expect(breakingChangesOfCatalogue(publishedSchemas(), currentSchemas())).toEqual([]);
});
