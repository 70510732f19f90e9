/** What the API answers about rounds, their people, incidents and sampling visits. */
import { z } from 'zod';
import { pageOfItems } from '../http/answers';

const time = z.iso.datetime();
const counts = z.object({
  owed: z.int(),
  negative: z.int(),
  positive: z.int(),
  pending: z.int(),
  invalid: z.int(),
  recheck: z.int(),
  notTested: z.int(),
  untested: z.int(),
});

export const roundsView = z.object({
  items: z.array(
    z.object({
      round: z.string(),
      date: z.string(),
      test: z.string(),
      kind: z.string(),
      openedAt: time,
      closedAt: time.nullable(),
      counts,
    }),
  ),
});

export const roundPerson = z.object({
  person: z.string(),
  name: z.string().nullable(),
  document: z.string().nullable().meta({ description: 'Masked 脱敏' }),
  phone: z.string().nullable().meta({ description: 'Masked 脱敏' }),
  workshop: z.string().nullable(),
  team: z.string().nullable(),
  state: z.enum(['owes', 'exempt', 'excused']),
  reason: z.string().nullable(),
  excusedAt: time.nullable(),
  result: z.string().nullable(),
  resultId: z.string().nullable().meta({ description: 'What a correction names 更正时填写' }),
});
export const roundPage = pageOfItems(roundPerson);

export const incidentView = z.object({
  id: z.string(),
  round: z.string(),
  cause: z.string(),
  tube: z.string().nullable(),
  openedAt: time,
  over: z.boolean(),
  people: z.array(
    z.object({
      person: z.string(),
      name: z.string().nullable(),
      document: z.string().nullable(),
      phone: z.string().nullable(),
      workshop: z.string().nullable(),
      team: z.string().nullable(),
      status: z.enum(['held', 'positive', 'negative', 'contact']),
    }),
  ),
  emergencyContacts: z.array(z.object({ duty: z.string(), name: z.string(), phone: z.string() })),
});

export const visitsView = z.object({
  items: z.array(
    z.object({
      caseNumber: z.string(),
      enterprise: z.string(),
      name: z.string(),
      village: z.string(),
      visit: z.string(),
      done: z.boolean(),
      people: z.int().meta({ description: 'Headcount of the last round 最近一轮人数' }),
    }),
  ),
});
