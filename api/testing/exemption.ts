/** Exemption from tests 免检: epidemic control's act alone, for dated days ahead, `/enterprises/{enterprise}/roster/exempt`. */
import type { z } from 'zod';
import { outsideAct, rosterStream } from '../../domain/ledger/outside-acts';
import { doneCount, exemptionBody, MOST_EXEMPT_DAYS } from '../../contracts/people/people';
import { addDays, daysBetween, localDate } from '../../domain/calendar/calendar';
import type { Edition } from '../../domain/programme/edition';
import { findEnterprise } from '../../db/enterprises/enterprises';
import { append } from '../../db/ledger/ledger';
import { activeAmong, lockRoster } from '../../db/people/people';
import { clockOf, setDays } from '../../db/people/person-days';
import type { Client } from '../../db/sql/pool';
import { runningCaseOf } from '../../db/programme/rules';
import type { Deps } from '../http/deps';
import { allRules, rulesOfCase } from '../programme/case-rules';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { route, type Ask, type Route } from '../http/route';
import { townOf } from '../programme/town';

type Exemption = Ask<z.output<typeof exemptionBody>>;

export function exemptionRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'post',
      path: '/enterprises/{enterprise}/roster/exempt',
      tag: 'People 人员',
      summary: '免检 Days without tests',
      description: `By epidemic control only, from tomorrow on, at most ${MOST_EXEMPT_DAYS} days.`,
      // Whoever may not is told who may.
      access: 'account',
      body: exemptionBody,
      idempotent: true,
      answers: {
        200: { description: 'Done', schema: doneCount, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['not-epidemic-control', 'unknown-enterprise', 'unknown-person', 'wrong-exemption', 'key-reused'],
      handle: (ask) => exempt(deps, ask),
    }),
  ];
}

/** Nobody leaves the tests by a form of the own enterprise: not by its own, and not by an official's for it. */
async function exempt(deps: Deps, ask: Exemption) {
  const { by, body, params } = ask;
  const enterprise = params['enterprise'] ?? '';
  requireEpidemicControl(await rulesFor(deps, enterprise), by);
  if (!(await findEnterprise(deps.pool, enterprise))) throw new Problem('unknown-enterprise');
  return once(deps, ask, `/enterprises/${enterprise}/roster/exempt`, async (client, command) => {
    await lockRoster(client, enterprise);
    const active = await activeAmong(client, enterprise, [body.person]);
    if (!active.has(body.person)) throw new Problem('unknown-person', { people: [body.person] });
    await requireDaysAhead(deps, client, enterprise, body);
    await setDays(client, 'person_exemptions', body);
    const stream = rosterStream(enterprise);
    const act = outsideAct({ type: 'person-exempted', by, at: deps.now(), details: { ...body }, command });
    const { sequence } = await append(client, stream, [act]);
    return { status: 200, headers: afterHeader(stream, sequence), body: { people: 1 } };
  });
}

/** Those of the enterprise's case, else the town's newest: exemptions are given before a start as well. */
async function rulesFor(deps: Deps, enterprise: string): Promise<Edition> {
  const running = await runningCaseOf(deps.pool, enterprise);
  if (running !== undefined) return (await rulesOfCase(deps, running)).rules;
  return (await allRules(deps)).at(-1) ?? refuseWithoutRules();
}

function refuseWithoutRules(): never {
  throw new Problem('no-edition');
}

function requireEpidemicControl({ epidemicControl }: Edition, { role, department }: Ask['by']): void {
  if (role === 'reviewer' && department === epidemicControl) return;
  throw new Problem('not-epidemic-control', { department: epidemicControl });
}

/** Tomorrow by the town's clock, or by the case's where trial mode has moved it ahead. */
async function requireDaysAhead(
  { now, programme }: Deps,
  client: Client,
  enterprise: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const clock = Math.max(now(), (await clockOf(client, enterprise))?.getTime() ?? 0);
  const earliest = addDays(localDate(clock, townOf({ programme })), 1);
  if (from >= earliest && to >= from && daysBetween(from, to) < MOST_EXEMPT_DAYS) return;
  throw new Problem('wrong-exemption', { from, to, earliest, most: MOST_EXEMPT_DAYS });
}
