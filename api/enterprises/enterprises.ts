/** The enterprises that may reopen: registered by officials with a checked credit code, `/enterprises`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { ENTERPRISE_ACTS } from '../../domain/enterprises/acts';
import { acceptCode, registerEnterprise } from '../../domain/enterprises/enterprises';
import { outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import { enterpriseBody, enterpriseView } from '../../contracts/enterprises/enterprises';
import { oneLine } from '../../contracts/http/fields';
import { pageOfItems } from '../../contracts/http/answers';
import { id } from '../../contracts/http/fields';
import {
  findVisibleEnterprise,
  insertEnterprise,
  isRegistered,
  listEnterprises,
} from '../../db/enterprises/enterprises';
import { appendActs } from '../../db/ledger/acts-outside';
import { isUniqueViolation } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { once } from '../http/idempotency';
import { route, type Ask, type Route } from '../http/route';

const position = z.tuple([z.string()]);

export function enterpriseRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/enterprises',
      tag: 'Enterprises 企业',
      summary: '企业名录 Enterprises',
      access: 'account',
      query: z.strictObject({
        ...paging,
        q: oneLine(60, 'Part of the name or of the code 名称或代码').optional(),
        village: id('Village 村').optional(),
      }),
      answers: { 200: { description: 'By name, in the order of pinyin', schema: pageOfItems(enterpriseView) } },
      async handle({ by, query: { q, village, limit, cursor }, asOf }) {
        const [after = null] = positionOf(cursor, position) ?? [];
        const found = await listEnterprises(pool, { by, q, village, after, limit });
        return { status: 200, body: { ...pageOf(found, limit, (last) => [last.uscc]), asOf } };
      },
    }),
    route({
      method: 'post',
      path: '/enterprises',
      tag: 'Enterprises 企业',
      summary: '登记企业 Register an enterprise',
      access: ENTERPRISE_ACTS.register.by,
      body: enterpriseBody,
      idempotent: true,
      example: { name: '上海某电子有限公司', uscc: '91350200MA2YJ1XR9G', kind: 'factory', village: 'beixing' },
      answers: {
        201: {
          description: 'Registered',
          schema: enterpriseView,
          headers: ['Location', 'Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: ['uscc-invalid', 'uscc-needs-confirmation', 'uscc-taken', 'unknown-reference', 'key-reused'],
      handle: (ask) => register(deps, ask),
    }),
    route({
      method: 'get',
      path: '/enterprises/{enterprise}',
      tag: 'Enterprises 企业',
      summary: '一家企业 One enterprise',
      access: 'account',
      answers: { 200: { description: 'The enterprise', schema: enterpriseView } },
      problems: ['unknown-enterprise'],
      async handle({ by, params }) {
        const found = await findVisibleEnterprise(pool, params['enterprise'] ?? '', by);
        if (!found) throw new Problem('unknown-enterprise');
        return { status: 200, body: found };
      },
    }),
  ];
}

async function register(deps: Deps, ask: Ask<z.output<typeof enterpriseBody>>) {
  const { by, body } = ask;
  const villages = deps.programme.villages.map((village) => village.id);
  if (!villages.includes(body.village)) {
    const reason = `is not a village of the programme 方案中没有此村: ${villages.join(', ')}`;
    throw new Problem('unknown-reference', {}, [{ pointer: '/village', reason }]);
  }
  const code = acceptCode(body.uscc, body.confirmUscc ?? false);
  const { name, kind, village } = body;
  const id = `e-${randomBytes(8).toString('hex')}`;
  const attempt = () =>
    once(deps, ask, '/enterprises', async (client, command) => {
      const taken = await isRegistered(client, code.uscc);
      const { uscc, usccConfirmedBy, ...caused } = registerEnterprise({ taken }, { id, kind, village, code }, by);
      const enterprise = { id, name, uscc, kind, village, usccConfirmedBy };
      await insertEnterprise(client, enterprise);
      const act = outsideAct({ ...caused, by, at: deps.now(), command });
      const { sequence } = await appendActs(deps.keys, client, STREAMS.enterprises, [act]);
      const headers = { Location: `/enterprises/${id}`, ...afterHeader(STREAMS.enterprises, sequence) };
      return { status: 201, headers, body: enterprise };
    });
  return attempt().catch((error: unknown) => {
    // Another official was faster with the same code: now that this can be seen, it is said.
    if (isUniqueViolation(error)) return attempt();
    throw error;
  });
}
