/** The kinds of field that bodies and queries are made of: what a person writes is checked here, and marked where it must not travel on. */
import { z } from 'zod';
import { isDate } from '../../domain/calendar/calendar';

/** Long enough for an opinion of several pages; a longer one belongs into a document. */
export const TEXT_LIMIT = 4000;
/** Ids of the programme and of this system are short; the limit only bounds what is echoed and compared. */
const ID_LIMIT = 80;
/** Counts of people in one enterprise; the largest plants of the region have some ten thousand. */
export const COUNT_LIMIT = 100_000;

/** What a person wrote. It goes to PostgreSQL; only a reference goes on. */
export class FreeText {
  constructor(readonly words: string) {}
}
/** An account named by id; the API replaces it by what PostgreSQL knows of it. */
export class NamedAccount {
  readonly names = 'account';
  constructor(readonly id: string) {}
}
/** An uploaded file named by id; the API replaces it by the reference with its HMAC. */
export class NamedDocument {
  readonly names = 'document';
  constructor(readonly id: string) {}
}

/** An employee named by id; the API makes sure that it is one of the case's enterprise. */
export class NamedPerson {
  readonly names = 'person';
  constructor(readonly id: string) {}
}

/** C0 and C1 control characters but tab and line feed: nothing that a person types, and harmful in terminals and exports. */
const CONTROL =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export function isPlainText(text: string): boolean {
  return !CONTROL.test(text);
}

/** Text without control characters, trimmed, not empty. */
export const plainText = (limit: number) =>
  z
    .string()
    .max(limit)
    .refine(isPlainText, { message: 'contains control characters 含有控制字符' })
    .transform((text) => text.trim())
    .refine((text) => text.length > 0, { message: 'is empty 不能为空' });

/** Kept exactly as it was typed, spaces included. */
export const typed = (limit: number, description: string) =>
  z
    .string()
    .min(1)
    .max(limit)
    .refine(isPlainText, { message: 'contains control characters 含有控制字符' })
    .meta({ description });

export const oneLine = (limit: number, description: string) =>
  plainText(limit)
    .refine((text) => !text.includes('\n'), { message: 'has more than one line 只能写一行' })
    .meta({ description });

/** In the JSON schemas of bodies: what an id names, or that words are meant; forms are made from it. */
const MARK = 'x-names';

export const freeText = (description: string) =>
  plainText(TEXT_LIMIT)
    .meta({ description, [MARK]: 'text' })
    .transform((words) => new FreeText(words));

export const id = (description: string) =>
  z
    .string()
    .min(1)
    .max(ID_LIMIT)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, { message: 'is not an id 不是有效编号' })
    .meta({ description });

const named = (description: string, what: string) => id(description).meta({ description, [MARK]: what });

export const namedAccount = (description: string) =>
  named(description, 'account').transform((account) => new NamedAccount(account));

export const namedDocument = (description: string) =>
  named(description, 'document').transform((document) => new NamedDocument(document));

export const namedPerson = (description: string) =>
  named(description, 'person').transform((person) => new NamedPerson(person));

export const date = (description: string) =>
  z
    .string()
    .refine(isDate, { message: 'is not a date YYYY-MM-DD that exists 不是有效日期' })
    .meta({ description, format: 'date' });

export const count = (description: string) => z.int().min(0).max(COUNT_LIMIT).meta({ description });

/** Of a query, where everything is text. */
export const yesOrNo = (description: string) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .meta({ description });

/** An edition has some ten materials and preparations; the limit only bounds what is sent on. */
const KEYS_LIMIT = 50;

export const byId = <Value extends z.ZodType>(description: string, value: Value) =>
  z.record(id(description), value).refine((record) => Object.keys(record).length <= KEYS_LIMIT, {
    message: `has more than ${KEYS_LIMIT} members 超过 ${KEYS_LIMIT} 项`,
  });

export const versions = (description: string) =>
  byId('Material id 材料编号', z.int().min(1).max(COUNT_LIMIT)).meta({ description });

/** A body after checking, with the marked fields replaced by what may travel. */
export type Referenced<T> = T extends FreeText
  ? import('../../domain/ledger/entry').TextRef
  : T extends NamedAccount
    ? import('../../domain/ledger/entry').Account
    : T extends NamedPerson
      ? string
      : T extends NamedDocument
        ? import('../../domain/ledger/entry').DocumentRef
        : T extends readonly (infer Item)[]
          ? readonly Referenced<Item>[]
          : T extends object
            ? { [Key in keyof T]: Referenced<T[Key]> }
            : T;
