/** What stands behind the ids that a view or an entry carries, as far as it is the reader's: words, files, people. */
import { z } from 'zod';
import { accountView } from '../accounts/accounts';

export const texts = z
  .record(z.string(), z.string())
  .meta({ description: 'Words of the texts referred to, by id 文字内容' });
export const documents = z
  .record(z.string(), z.object({ name: z.string(), mediaType: z.string(), bytes: z.int() }))
  .meta({ description: 'The files referred to, by id 文件' });
export const people = z.record(z.string(), accountView).meta({ description: 'The accounts referred to, by id 人员' });
