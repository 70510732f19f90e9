/** Finds who the rows of a sheet are about, among those who may stand in it. */
import type { FieldMistake } from '../../contracts/words/problems';
import { normaliseNumber } from '../../domain/calendar/codes';
import type { Personal } from '../../proof/personal';
import type { Placed } from '../documents/rows-of-body';

export interface Whose {
  readonly person?: string | undefined;
  readonly documentNumber?: string | undefined;
  readonly phone?: string | undefined;
  readonly name?: string | undefined;
}

export interface Candidate {
  readonly person: string;
  readonly name: string | null;
  readonly documentLookup: Buffer | null;
  readonly phoneLookup: Buffer | null;
}

export interface Matched<Row, Found> extends Placed<Row> {
  readonly found: Found;
}

/** Rows with their people; of those without one, or with a person who stands there twice, a mistake is added. */
export function match<Row extends Whose, Found extends Candidate>(
  rows: readonly Placed<Row>[],
  candidates: readonly Found[],
  personal: Personal,
  mistakes: FieldMistake[],
  { once }: { readonly once: boolean },
): Matched<Row, Found>[] {
  const byId = new Map(candidates.map((one) => [one.person, one]));
  const byDocument = indexed(candidates, (one) => one.documentLookup);
  const byPhone = indexed(candidates, (one) => one.phoneLookup);
  const seen = new Map<string, string>();
  return rows.flatMap(({ at, row }) => {
    const found = one(row, { byId, byDocument, byPhone }, personal);
    const wrong =
      typeof found === 'string'
        ? found
        : row.name !== undefined && row.name !== found.name
          ? 'has another name 姓名与花名册不符'
          : once && seen.has(found.person)
            ? `stands in ${String(seen.get(found.person))} too 同一人重复`
            : undefined;
    if (wrong !== undefined || typeof found === 'string') {
      mistakes.push({ pointer: at, reason: wrong ?? '' });
      return [];
    }
    seen.set(found.person, at);
    return [{ at, row, found }];
  });
}

interface Indexes<Found> {
  readonly byId: ReadonlyMap<string, Found>;
  readonly byDocument: ReadonlyMap<string, readonly Found[]>;
  readonly byPhone: ReadonlyMap<string, readonly Found[]>;
}

function indexed<Found>(
  candidates: readonly Found[],
  lookup: (one: Found) => Buffer | null,
): ReadonlyMap<string, readonly Found[]> {
  const index = new Map<string, Found[]>();
  for (const candidate of candidates) {
    const key = lookup(candidate)?.toString('hex');
    if (key === undefined) continue;
    index.set(key, [...(index.get(key) ?? []), candidate]);
  }
  return index;
}

/** Why there is no one person, in words for the reader. */
function one<Found>(row: Whose, { byId, byDocument, byPhone }: Indexes<Found>, personal: Personal): Found | string {
  const unknown = 'is nobody who stands in this list 不在名单中';
  if (row.person !== undefined) return byId.get(row.person) ?? unknown;
  const by = (index: ReadonlyMap<string, readonly Found[]>, field: 'document' | 'phone', number: string) =>
    index.get(personal.lookup(field, number).toString('hex')) ?? [];
  const found =
    row.documentNumber !== undefined
      ? by(byDocument, 'document', normaliseNumber(row.documentNumber))
      : row.phone !== undefined
        ? by(byPhone, 'phone', normaliseNumber(row.phone).replaceAll('-', ''))
        : undefined;
  if (!found) return 'says not whom it is about: document number or phone 缺少证件号码或手机号';
  const [first, second] = found;
  if (second) return 'is a phone that several people have: give the document number 多人共用此电话，请填证件号码';
  return first ?? unknown;
}
