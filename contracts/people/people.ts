/** What the API takes and answers about people of enterprises; ID and phone are always masked. */
import { z } from 'zod';
import { date, id, plainText } from '../http/fields';
import { ROWS_LIMIT, tabular } from '../documents/sheets';

export const DOCUMENT_TYPES = ['resident-id', 'passport', 'hk-macao-taiwan-permit', 'permanent-residence'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
export const LOOPS = ['on-site', 'lodging', 'outside'] as const;
export type Loop = (typeof LOOPS)[number];
export const ABSENCES = ['leave', 'sick', 'business'] as const;
export const EXEMPTIONS = ['medical', 'isolated-elsewhere', 'recovered', 'other'] as const;

/** A name, a team, a number of a document. */
export const SHORT_TEXT = 60;
const short = (description: string) => plainText(SHORT_TEXT).meta({ description });
const personId = id('Employee 员工');
const people = z.array(personId).min(1).max(ROWS_LIMIT).meta({ description: 'Employees 员工' });

export const rosterRow = z.strictObject({
  name: short('Name 姓名'),
  documentType: z.enum(DOCUMENT_TYPES).default('resident-id').meta({ description: 'Kind of document 证件类型' }),
  documentNumber: short('Number of the identity document 证件号码'),
  phone: short('Mobile phone 手机号'),
  workshop: short('Workshop 车间').optional(),
  team: short('Team 班组').optional(),
  loop: z.enum(LOOPS).meta({ description: 'Closed loop on site, lodging, or outside 闭环方式' }),
  chronic: z.boolean().optional().meta({ description: 'Has a chronic disease 慢性病' }),
  partyMember: z.boolean().optional().meta({ description: 'Party member 党员' }),
  joinedOn: date('First day in the loop 到岗日期').optional(),
});
export type RosterRow = z.output<typeof rosterRow>;

export const importBody = z.strictObject({
  ...tabular(rosterRow),
  dryRun: z.boolean().optional().meta({ description: 'Only look what would happen 仅预览' }),
});
export const importView = z.object({
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  dryRun: z.boolean(),
});

export const personView = z.object({
  id: z.string(),
  name: z.string().nullable().meta({ description: 'Null once erased 已清除' }),
  documentType: z.enum(DOCUMENT_TYPES).nullable(),
  document: z
    .string()
    .nullable()
    .meta({ description: 'Masked 脱敏', examples: ['110***********002X'] }),
  phone: z.string().nullable().meta({ description: 'Masked 脱敏' }),
  workshop: z.string().nullable(),
  team: z.string().nullable(),
  loop: z.enum(LOOPS),
  chronic: z.boolean(),
  partyMember: z.boolean(),
  joinedOn: z.string(),
  quietUntil: z.string().nullable(),
  leftOn: z.string().nullable(),
});

export const leaveBody = z.strictObject({
  people,
  on: date('Last day was the day before 离岗日期'),
  at: z.iso.datetime({ offset: true }).optional().meta({ description: 'When they left; now when absent 离岗时间' }),
});
export const absenceBody = z.strictObject({
  person: personId,
  from: date('From 起'),
  to: date('To 止'),
  reason: z.enum(ABSENCES).meta({ description: 'Reason 原因' }),
});
/** By epidemic control. */
export const exemptionBody = z.strictObject({
  person: personId,
  from: date('From 起'),
  to: date('To 止'),
  reason: z.enum(EXEMPTIONS).meta({ description: 'Reason 免检原因' }),
});
export const changeBody = z.strictObject({
  person: personId,
  loop: z.enum(LOOPS).optional().meta({ description: 'Closed loop 闭环方式' }),
  workshop: short('Workshop 车间').optional(),
  team: short('Team 班组').optional(),
  chronic: z.boolean().optional().meta({ description: 'Has a chronic disease 慢性病' }),
  partyMember: z.boolean().optional().meta({ description: 'Party member 党员' }),
});
export const doneCount = z.object({ people: z.int() });

export const REVEALED = ['document', 'phone'] as const;
export const revealBody = z.strictObject({
  field: z.enum(REVEALED).meta({ description: 'Which number 查看哪一项' }),
  purpose: z.enum(['contact', 'transfer', 'verification']).meta({ description: 'What for 用途' }),
});
export const revealView = z.object({ person: z.string(), field: z.enum(REVEALED), value: z.string() });

/** A list that is read out on a phone. */
const MOST_CONTACTS = 20;
export const contactsBody = z.strictObject({
  contacts: z
    .array(z.strictObject({ duty: short('Duty 职责'), name: short('Name 姓名'), phone: short('Phone 电话') }))
    .min(1)
    .max(MOST_CONTACTS)
    .meta({ description: 'Emergency contacts 应急联系人' }),
});
/** Calling somebody is what the list is for. */
export const callBody = z.strictObject({
  purpose: z.enum(['emergency', 'drill', 'verification']).meta({ description: 'What for 用途' }),
});
export const contactsView = z.object({
  contacts: z.array(z.object({ duty: z.string(), name: z.string(), phone: z.string() })),
});
