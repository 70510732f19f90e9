/** What the API answers about entries of the ledger 台账 for those who read a stream. */
import { z } from 'zod';
import { documents, people, texts } from '../case/references';
import { asOf, instant, time } from '../http/answers';

export const ledgerEntry = z.looseObject({
  stream: z.string(),
  sequence: z.int(),
  type: z.string(),
  at: instant("In the case's own time"),
  recordedAt: time,
  by: z.looseObject({ account: z.string(), role: z.string() }),
  details: z.looseObject({}),
});
export const ledgerPage = z.object({
  items: z.array(ledgerEntry),
  texts,
  documents,
  people,
  next: z.int().nullable(),
  asOf,
});
