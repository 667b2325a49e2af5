import type { Stamp } from '@kontakt/convergence';
import Joi from 'joi';
import { defineEvent } from '../define-event.ts';
import * as fields from '../fields.ts';

export interface ChapterRenamed {
  chapter: { id: string; name: string };
  stamp: Stamp;
}

export const chapterRenamed = defineEvent({
  type: 'chapter.renamed.v1',
  producer: 'multi-chapter-membership',
  onlyForOutside: true,
  summary: 'A chapter has another name, or its first.',
  data: Joi.object<ChapterRenamed>({
    chapter: Joi.object({ id: fields.id.required(), name: fields.text.required() }).required(),
    stamp: fields.stamp.required(),
  }),
  stamps: ({ stamp }) => [stamp],
  example: {
    subject: 'ch-01',
    data: { chapter: { id: 'ch-01', name: 'Asker og Bærum' }, stamp: '1774527720000-0000-mm.09be77c2' },
  },
});
