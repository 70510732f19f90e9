/** Exemption from tests 免检: epidemic control's act alone, for dated days ahead, `/enterprises/{enterprise}/roster/exempt`. */
import type { z } from 'zod';
import { outsideAct, rosterStream } from '../contracts/outside-acts';
import { doneCount, exemptionBody, MOST_EXEMPT_DAYS } from '../contracts/people';
import { addDays, daysBetween, localDate } from '../domain/calendar';
import { findEnterprise } from '../db/enterprises';
import { append } from '../db/ledger';
import { activeAmong, lockRoster } from '../db/people';
import { clockOf, setDays } from '../db/person-days';
import type { Client } from '../db/pool';
import type { Deps } from './deps';
import { editionsOf } from './editions';
import { once } from './once';
import { Problem } from './problem';
import { afterHeader } from './reading';
import { route, type Ask, type Route } from './route';

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
  requireEpidemicControl(deps, by);
  const enterprise = params['enterprise'] ?? '';
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

function requireEpidemicControl({ programme, now }: Deps, { role, department }: Ask['by']): void {
  const { epidemicControl, departments } = editionsOf(programme)(now());
  if (role === 'reviewer' && department === epidemicControl) return;
  const { name } = departments.find(({ id }) => id === epidemicControl) ?? { name: epidemicControl };
  throw new Problem('not-epidemic-control', { department: name });
}

/** Tomorrow by the town's clock, or by the case's where trial mode has moved it ahead. */
async function requireDaysAhead(
  { programme, now }: Deps,
  client: Client,
  enterprise: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const clock = Math.max(now(), (await clockOf(client, enterprise))?.getTime() ?? 0);
  const earliest = addDays(localDate(clock, editionsOf(programme)(now())), 1);
  if (from >= earliest && to >= from && daysBetween(from, to) < MOST_EXEMPT_DAYS) return;
  throw new Problem('wrong-exemption', { from, to, earliest, most: MOST_EXEMPT_DAYS });
}
