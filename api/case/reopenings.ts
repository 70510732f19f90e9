/** The cases: started by officials, listed to those who may see them, shown as they stand, `/reopenings`. */
import { z } from 'zod';
import { id, oneLine, yesOrNo } from '../../contracts/http/fields';
import { KIND_NAMES, ownerName, PHASE_NAMES } from '../../contracts/words/glossary';
import { caseAnswer, startBody, startedView } from '../../contracts/case/answers';
import { caseLine } from '../../contracts/case/lists';
import { ownerText } from '../../contracts/case/fields';
import { pageOfItems } from '../../contracts/http/answers';
import { START } from '../../domain/case/acts';
import { PHASES } from '../../domain/case/state';
import { listCases, type CaseLine } from '../../db/case/lists';
import { rulesOfCase, rulesOfLines } from '../programme/case-rules';
import { attentionOf, stateOf } from './case-state';
import type { Deps } from '../http/deps';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { resolved } from './resolved-references';
import { route, type Route } from '../http/route';
import { starter } from './start';
import { caseFor, readableParts, sceneOf, visibleView } from './visibility';

const position = z.tuple([z.iso.datetime(), z.string()]);

const filters = z.strictObject({
  ...paging,
  phase: z.enum(PHASES).optional(),
  village: id('Village 村').optional(),
  waitingOn: ownerText.optional(),
  overdue: yesOrNo('With something overdue 有逾期').optional(),
  mine: z.enum(['started', 'copied']).optional().meta({ description: 'Started by me or copied to me 我发起、抄送我' }),
  closed: yesOrNo('Closed ones only, or open ones only 已办结').optional(),
  q: oneLine(60, 'Part of the name, the credit code or the case number 名称、代码或编号').optional(),
});

export function reopeningRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const startCase = starter(deps);
  return [
    route({
      method: 'post',
      path: '/reopenings',
      tag: 'Cases 复工事项',
      summary: '立案 Start a reopening',
      description: 'One open case per enterprise. Needs no worker: the case is shown as soon as one has seen it.',
      access: START.by,
      body: startBody,
      idempotent: true,
      example: { enterprise: 'e-0123456789abcdef' },
      answers: {
        201: {
          description: 'Started, or started before with this Idempotency-Key',
          schema: startedView,
          headers: ['Location', 'Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: [
        'already-open',
        'unknown-reference',
        'no-edition',
        'foreign-run',
        'key-reused',
        'ledger-refuses',
        'temporal-unavailable',
      ],
      async handle(ask) {
        const { caseNumber, enterprise, replayed } = await startCase(ask);
        const link = `/reopenings/${caseNumber}`;
        const headers = {
          Location: link,
          // The entry `opened` is the first of the case.
          ...afterHeader(caseNumber, 1),
          ...(replayed && { 'Idempotent-Replayed': 'true' }),
        };
        return { status: 201, headers, body: { caseNumber, enterprise, link } };
      },
    }),
    route({
      method: 'get',
      path: '/reopenings',
      tag: 'Cases 复工事项',
      summary: '事项清单 Cases',
      access: 'account',
      query: filters,
      answers: { 200: { description: 'Newest first', schema: pageOfItems(caseLine) } },
      async handle({ by, query: { cursor, ...filter }, asOf }) {
        const found = await listCases(pool, { ...filter, by, after: positionOf(cursor, position) });
        const page = pageOf(found, filter.limit, (last) => [last.openedAt.toISOString(), last.caseNumber]);
        return { status: 200, body: { ...page, items: await worded(deps, page.items), asOf } };
      },
    }),
    route({
      method: 'get',
      path: '/reopenings/{case}',
      tag: 'Cases 复工事项',
      summary: '事项全貌 One case',
      description: 'As it was recorded last; with `Fugong-After` not before what it names, or marked with `asOf`.',
      access: 'account',
      answers: { 200: { description: 'The case as the reader may see it', schema: caseAnswer } },
      problems: ['unknown-case'],
      async handle({ by, params, asOf }) {
        const known = await caseFor(pool, by, params['case'] ?? '');
        const { hash: rules } = await rulesOfCase(deps, known.caseNumber);
        const [{ view, nextWake }, needsAttention] = await Promise.all([
          stateOf(deps, known),
          attentionOf(deps, known, by),
        ]);
        const shown = view && visibleView(view, by);
        const readable = view === null ? [] : readableParts(view, by, await sceneOf(deps, view));
        const references = await resolved(pool, { whole: shown, readable }, { stream: known.caseNumber, reader: by });
        const { caseNumber } = known;
        return { status: 200, body: { caseNumber, rules, asOf, nextWake, needsAttention, view: shown, ...references } };
      },
    }),
  ];
}

/** The lines with the words that they show: each case's owners by the case's own rules. */
async function worded(deps: Deps, lines: readonly CaseLine[]) {
  const rulesOf = await rulesOfLines(deps, lines);
  const villages = new Map(deps.programme.villages.map(({ id: village, name }) => [village, name]));
  return lines.map(({ edition: _edition, enterprise, ...line }) => {
    const { hash, rules } = rulesOf(line.caseNumber);
    const { kind, village } = enterprise;
    return {
      ...line,
      rules: hash,
      enterprise: { ...enterprise, kindName: KIND_NAMES[kind], villageName: villages.get(village) ?? village },
      phaseName: PHASE_NAMES[line.phase],
      waitingOnNames: line.waitingOn.map((owner) => ownerName(owner, rules)),
    };
  });
}
