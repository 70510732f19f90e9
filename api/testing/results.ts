/** Sheets of test results: each row checked against the frozen round, all stored or none, and what the case is told of them. */
import { resultRow, type ResultRow } from '../../contracts/documents/sheets';
import type { FieldMistake } from '../../contracts/words/problems';
import type { Positive, TestCounts } from '../../domain/case/commands';
import { countRound, lockRound, type RoundRow } from '../../db/testing/rounds';
import {
  candidates,
  countSheets,
  findSheet,
  heldAmong,
  incidentsOf,
  insertIncident,
  insertSheet,
  type Candidate,
  type NewIncident,
  type SheetKey,
} from '../../db/testing/sheets';
import type { Client } from '../../db/sql/pool';
import { transaction } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { tableInvalid, unconfirmed, type Placed, type Shape } from '../documents/rows-of-body';
import { match } from '../people/matching';
import { REASON_WORDS, RESULT_WORDS } from './result-words';
import { inTubes, lookAtTubes, tubesOf, type FiledRow, type Member } from './tubes';

export const RESULTS_SHAPE: Shape<ResultRow> = {
  schema: resultRow,
  columns: [
    { key: 'name', headers: ['姓名', 'Name'] },
    { key: 'documentNumber', headers: ['证件号码', 'Document number'] },
    { key: 'phone', headers: ['手机号', 'Phone'] },
    { key: 'result', headers: ['结果', 'Result'], required: true },
    { key: 'tube', headers: ['混管编号', 'Tube'] },
    { key: 'reason', headers: ['未检原因', 'Reason'] },
  ],
  word(key, text) {
    if (key === 'result') return RESULT_WORDS[text] ?? text;
    if (key === 'reason') return REASON_WORDS[text] ?? text;
    return text;
  },
};

export interface Filed {
  readonly rows: number;
  readonly counts: TestCounts;
  /** How many sheets the counts know of. */
  readonly sheets: number;
  readonly positives: readonly Positive[];
}

export interface Filing extends SheetKey {
  readonly command: string;
  readonly account: string;
  readonly tubeSizes: readonly number[];
  /** The sender has said that what looks like a mistake are single tubes 单管单检. */
  readonly confirmedSingles: boolean;
}

/**
 * @throws Problem `round-not-open`, `already-done` for a sheet that came under another command, `table-invalid` with every row
 * that cannot be taken, `singles-unconfirmed` with those that look like a mixed tube which lost its people; then nothing is stored
 */
export function fileSheet(deps: Deps, filing: Filing, rows: readonly Placed<FiledRow>[]): Promise<Filed> {
  return transaction(deps.pool, async (client) => {
    const { caseNumber, round, sheet, command } = filing;
    const locked = await lockRound(client, caseNumber, round);
    if (!locked) throw new Problem('round-not-open', { round });
    const known = await findSheet(client, filing, command);
    if (known && known.command !== command) throw new Problem('already-done', { round, sheet });
    if (known && (known.round !== round || known.sheet !== sheet)) throw new Problem('key-reused');
    if (!known) await store(client, deps, filing, rows, locked);
    const counts = await countRound(client, caseNumber, round);
    const sheets = await countSheets(client, caseNumber, round);
    const positives = await incidentsOf(client, command);
    return { rows: known?.rows ?? rows.length, counts, sheets, positives };
  });
}

async function store(
  client: Client,
  { personal }: Deps,
  filing: Filing,
  rows: readonly Placed<FiledRow>[],
  round: RoundRow,
): Promise<void> {
  const mistakes: FieldMistake[] = [];
  const people = await candidates(client, filing.caseNumber, filing.round);
  const matched = match(rows, people, personal, mistakes, { once: true });
  for (const { at, row, found } of matched) {
    const reason = rowMistake(row, found, round.closedAt !== null);
    if (reason) mistakes.push({ pointer: at, reason });
  }
  const members = inTubes(matched, filing.confirmedSingles);
  const { tubeSizes: sizes, confirmedSingles } = filing;
  // A row that is about nobody would be missed in its tube.
  const looked = matched.length === rows.length && lookAtTubes(members, { people, sizes, confirmedSingles });
  if (looked) mistakes.push(...looked.mistakes);
  if (mistakes.length > 0) throw tableInvalid(mistakes);
  if (looked && looked.asked.length > 0) throw unconfirmed(looked.asked);
  const results = members.map(({ row, found, tube }) => ({
    person: found.person,
    // A mixed tube says of none of its people that it is they.
    result: tube !== null && row.result === 'positive' ? 'recheck' : row.result,
    tube,
    reason: row.reason ?? null,
    corrects: row.corrects ?? null,
  }));
  await insertSheet(client, filing, filing, results);
  await openFor(client, filing, round, members);
}

/** Why a row about somebody of the round cannot be taken; undefined when it can. */
function rowMistake(row: FiledRow, found: Candidate, closed: boolean): string | undefined {
  if (found.state === 'exempt') return 'is exempt from this round 本轮免检';
  if (found.state === 'excused') return 'has left and owes nothing 已离岗，本轮不检';
  if (row.result === 'not-tested' && row.reason === undefined) return 'needs a reason for not testing 未检须填原因';
  if (row.corrects !== undefined) {
    return row.corrects === found.resultId
      ? undefined
      : 'corrects a result that is not the newest 被更正的不是最新结果';
  }
  const open =
    found.result === null || found.result === 'pending' || found.result === 'invalid' || found.result === 'not-tested';
  if (!open) return 'has a result already; correct it 已有结果，请用更正';
  if (closed && found.result !== 'pending') return 'comes after the round was closed 轮次已截止';
  return undefined;
}

/** One incident for each positive tube; one for all single positives of the sheet. Who is in one already is not put into another. */
async function openFor(client: Client, filing: Filing, { kind }: RoundRow, members: readonly Member[]): Promise<void> {
  const positive = members.filter(({ row }) => row.result === 'positive');
  if (positive.length === 0) return;
  const held = await heldAmong(
    client,
    positive.map(({ found }) => found.person),
  );
  const free = (some: readonly Member[]) => some.map(({ found }) => found.person).filter((person) => !held.has(person));
  const incidents: NewIncident[] = [
    { cause: kind, tube: null, people: free(positive.filter(({ tube }) => tube === null)) },
    ...[...tubesOf(positive)].map(([tube, inside]) => ({ cause: 'tube' as const, tube, people: free(inside) })),
  ];
  for (const incident of incidents) {
    if (incident.people.length > 0) await insertIncident(client, filing, filing.command, incident);
  }
}
