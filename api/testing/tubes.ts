/** Mixed tubes 混管 of a sheet: who is in which, whether a tube's people agree with each other over all sheets of the round, and what looks like single tubes. */
import type { FieldMistake } from '../../contracts/words/problems';
import type { ResultRow } from '../../contracts/documents/sheets';
import type { Candidate } from '../../db/testing/sheets';
import type { Matched } from '../people/matching';
import { resultWord } from './result-words';

/** A correction names the result it corrects. */
export type FiledRow = ResultRow & { readonly corrects?: string | undefined };

/** A row with its person and, in canonical form, the tube of the sample. */
export interface Member extends Matched<FiledRow, Candidate> {
  readonly tube: string | null;
}

/** How a tube is compared: full-width, spaced and small letters are the same label. */
function canonical(tube: string): string {
  return tube.normalize('NFKC').replace(/\s/gu, '').toUpperCase();
}

/** Rows with the tube of each: the one that is named, or the one in which the same sample was before. */
export function inTubes(matched: readonly Matched<FiledRow, Candidate>[], confirmedSingles: boolean): Member[] {
  return matched.map((one) => ({ ...one, tube: tubeOf(one, confirmedSingles) }));
}

function tubeOf({ row, found }: Matched<FiledRow, Candidate>, confirmedSingles: boolean): string | null {
  // Of whom no sample was taken nothing is in any tube, whatever a merged cell says.
  if (row.result === 'not-tested') return null;
  if (row.tube !== undefined) return canonical(row.tube);
  if (found.tube === null) return null;
  // What was pending was the tube's; a corrected positive is the tube's unless somebody says that it is a single one.
  if (row.corrects === undefined) return found.result === 'pending' ? canonical(found.tube) : null;
  return row.result === 'positive' && !confirmedSingles ? canonical(found.tube) : null;
}

export function tubesOf(members: readonly Member[]): Map<string, Member[]> {
  const tubes = new Map<string, Member[]>();
  for (const one of members) if (one.tube !== null) tubes.set(one.tube, [...(tubes.get(one.tube) ?? []), one]);
  return tubes;
}

export interface Looked {
  /** What cannot be taken. */
  readonly mistakes: readonly FieldMistake[];
  /** What is taken once somebody has said that these are single tubes. */
  readonly asked: readonly FieldMistake[];
}

interface Looking {
  readonly people: readonly Candidate[];
  readonly sizes: readonly number[];
  readonly confirmedSingles: boolean;
}

/** `people`: everyone of the round; `sizes`: of the programme's tubes, in people. */
export function lookAtTubes(members: readonly Member[], { people, sizes, confirmedSingles }: Looking): Looked {
  const mistakes: FieldMistake[] = [];
  const asked: FieldMistake[] = [];
  const earlier = earlierTubes(members, people);
  for (const [tube, inside] of tubesOf(members)) {
    const others = earlier.get(tube) ?? [];
    const size = inside.length + others.length;
    const differing = inside.filter(({ row }) => row.result !== inside[0]?.row.result);
    if (size > Math.max(...sizes)) mistakes.push(...inside.map(({ at }) => tooFull(at, tube, size, sizes)));
    else if (differing.length > 0) mistakes.push(...differing.map(({ at }) => disagrees(at, tube)));
    else {
      const apart = others.filter(({ result }) => said(result) !== inside[0]?.row.result);
      for (const one of apart.length > 0 ? inside : []) {
        const list = one.row.corrects === undefined ? mistakes : asked;
        list.push(unlikeOthers(one.at, tube, apart));
      }
    }
    if (size === 1) asked.push(...inside.map(({ at }) => alone(at, tube)));
  }
  if (members.some(({ tube }) => tube !== null) || earlier.size > 0) {
    asked.push(...members.filter(isSinglePositive).map(({ at }) => withoutTube(at)));
  }
  return { mistakes, asked: confirmedSingles ? [] : asked };
}

function isSinglePositive({ row, tube }: Member): boolean {
  return row.result === 'positive' && tube === null;
}

/** People of the round whose newest result was in a tube, and of whom this sheet says nothing. */
function earlierTubes(members: readonly Member[], people: readonly Candidate[]): Map<string, Candidate[]> {
  const here = new Set(members.map(({ found }) => found.person));
  const tubes = new Map<string, Candidate[]>();
  for (const one of people) {
    if (one.tube === null || here.has(one.person)) continue;
    const tube = canonical(one.tube);
    tubes.set(tube, [...(tubes.get(tube) ?? []), one]);
  }
  return tubes;
}

/** A positive tube is kept as the recheck that each of its people needs. */
const said = (result: string | null) => (result === 'recheck' ? 'positive' : result);

const alone = (pointer: string, tube: string): FieldMistake => ({
  pointer,
  reason: `is the only one in its tube 混管 ${tube} 只有这一人：同管的人请都填上编号，确为单管的请确认`,
});

const withoutTube = (pointer: string): FieldMistake => ({
  pointer,
  reason:
    'is positive without a tube although others have one 阳性而没有混管编号，其他人有：混检的请填编号，确为单管的请确认',
});

const tooFull = (pointer: string, tube: string, size: number, sizes: readonly number[]): FieldMistake => {
  const most = Math.max(...sizes);
  const zh = `混管 ${tube} 本轮共 ${size} 人，超过混管规格（最多 ${most} 人）；不是同一管的请换一个编号`;
  return { pointer, reason: `is in a tube of ${size}, at most ${most} ${zh}` };
};

const disagrees = (pointer: string, tube: string): FieldMistake => ({
  pointer,
  reason: `differs from the others of its tube 混管 ${tube} 的同管结果不一致`,
});

function unlikeOthers(pointer: string, tube: string, others: readonly Candidate[]): FieldMistake {
  const word = resultWord(others[0]?.result ?? '');
  const en = `disagrees with ${others.length} others of its tube`;
  const zh = `混管 ${tube} 本轮另有 ${others.length} 人是${word}，同管结果不一致：同管的人请一起报；不是同一管的请换一个编号，更正单管的请确认`;
  return { pointer, reason: `${en} ${zh}` };
}
