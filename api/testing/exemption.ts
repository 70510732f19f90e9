/** Exemption from tests 免检: epidemic control's act alone, for dated days ahead, `/enterprises/{enterprise}/roster/exempt`. */
import type { z } from 'zod';
import { outsideAct, rosterStream } from '../../domain/ledger/outside-acts';
import { doneCount, exemptionBody } from '../../contracts/people/people';
import { exempt, MOST_EXEMPT_DAYS, requireEpidemicControl } from '../../domain/testing/exemption';
import type { Edition } from '../../domain/programme/edition';
import { findEnterprise } from '../../db/enterprises/enterprises';
import { appendActs } from '../../db/ledger/acts-outside';
import { activeAmong, lockRoster } from '../../db/people/people';
import { clockOf, setDays } from '../../db/people/person-days';
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
      // Who may not is told who may (TESTING_ACTS.exempt).
      access: 'account',
      body: exemptionBody,
      idempotent: true,
      answers: {
        200: { description: 'Done', schema: doneCount, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['not-epidemic-control', 'unknown-enterprise', 'unknown-person', 'wrong-exemption', 'key-reused'],
      handle: (ask) => exempted(deps, ask),
    }),
  ];
}

async function exempted(deps: Deps, ask: Exemption) {
  const { by, body, params } = ask;
  const enterprise = params['enterprise'] ?? '';
  const rules = await rulesFor(deps, enterprise);
  requireEpidemicControl(rules, by);
  if (!(await findEnterprise(deps.pool, enterprise))) throw new Problem('unknown-enterprise');
  return once(deps, ask, `/enterprises/${enterprise}/roster/exempt`, async (client, command) => {
    await lockRoster(client, enterprise);
    const active = (await activeAmong(client, enterprise, [body.person])).has(body.person);
    const clock = (await clockOf(client, enterprise))?.getTime();
    const now = deps.now();
    const { days, ...caused } = exempt({ rules, town: townOf(deps), active, clock }, body, by, now);
    await setDays(client, 'person_exemptions', days);
    const stream = rosterStream(enterprise);
    const { sequence } = await appendActs(deps.keys, client, stream, [outsideAct({ ...caused, by, at: now, command })]);
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
