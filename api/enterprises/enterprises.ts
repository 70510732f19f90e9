/** The enterprises that may reopen: registered by officials with a checked credit code, `/enterprises`. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import { enterpriseBody, enterpriseView } from '../../contracts/enterprises/enterprises';
import { pageOfItems } from '../../contracts/http/answers';
import { oneLine, id } from '../../contracts/http/fields';
import { checkUscc } from '../../domain/calendar/codes';
import {
  findVisibleEnterprise,
  insertEnterprise,
  listEnterprises,
  type Enterprise,
} from '../../db/enterprises/enterprises';
import { append } from '../../db/ledger/ledger';
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
      access: ['official'],
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
  const { code: uscc, confirmed } = acceptedCode(body.uscc, body.confirmUscc ?? false);
  const enterprise: Enterprise = {
    id: `e-${randomBytes(8).toString('hex')}`,
    name: body.name,
    uscc,
    kind: body.kind,
    village: body.village,
    usccConfirmedBy: confirmed ? by.account : null,
  };
  try {
    return await once(deps, ask, '/enterprises', async (client, command) => {
      await insertEnterprise(client, enterprise);
      const details = { enterprise: enterprise.id, kind: body.kind, village: body.village, usccConfirmed: confirmed };
      const act = outsideAct({ type: 'enterprise-registered', by, at: deps.now(), details, command });
      const { sequence } = await append(client, STREAMS.enterprises, [act]);
      const location = `/enterprises/${enterprise.id}`;
      return {
        status: 201,
        headers: { Location: location, ...afterHeader(STREAMS.enterprises, sequence) },
        body: enterprise,
      };
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('uscc-taken', { uscc });
    throw error;
  }
}

/** @throws Problem `uscc-invalid`, or `uscc-needs-confirmation` when only the last character is wrong and nobody confirmed */
function acceptedCode(typed: string, confirmed: boolean): { code: string; confirmed: boolean } {
  const checked = checkUscc(typed);
  switch (checked.verdict) {
    case 'valid':
      return { code: checked.code, confirmed: false };
    case 'doubtful':
      if (confirmed) return { code: checked.code, confirmed: true };
      throw new Problem('uscc-needs-confirmation', {}, [
        { pointer: '/uscc', reason: 'its last check character is wrong 末位校验不符' },
      ]);
    case 'invalid':
      throw new Problem('uscc-invalid', {}, [{ pointer: '/uscc', reason: REASONS[checked.reason] }]);
  }
}

const REASONS = {
  length: 'does not have 18 characters 应为18位',
  character: 'has a character that no code has 含有不允许的字符',
  check: 'its check characters are wrong 校验位不符',
} as const;
