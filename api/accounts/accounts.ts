/** The people one may name in an act: `/accounts`, for officials and reviewers. Accounts are made by `npm run account`. */
import { z } from 'zod';
import { id } from '../../contracts/http/fields';
import { accountView } from '../../contracts/accounts/accounts';
import { pageOfItems } from '../../contracts/http/answers';
import { ROLES } from '../../domain/ledger/entry';
import { listAccounts } from '../../db/accounts/accounts';
import type { Deps } from '../http/deps';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Route } from '../http/route';
import { viewOfAccount } from './sessions';

const position = z.tuple([z.string()]);

export function accountRoutes({ pool }: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/accounts',
      tag: 'Accounts 账号',
      summary: '可指派的人员 People who may be named',
      description:
        'Liaisons to assign, reviewers to transfer to, accounts to copy to; for the storekeeper volunteers only. Disabled ones are left out.',
      access: ['official', 'reviewer', 'operator', 'storekeeper'],
      query: z.strictObject({
        ...paging,
        role: z.enum(ROLES).optional(),
        department: id('Department 部门').optional(),
      }),
      answers: { 200: { description: 'By name, in the order of pinyin', schema: pageOfItems(accountView) } },
      async handle({ by, query: { role: asked, department, limit, cursor }, asOf }) {
        // Who hands goods out names those who deliver them, and needs to know nobody else.
        const role = by.role === 'storekeeper' ? 'volunteer' : asked;
        const [after = null] = positionOf(cursor, position) ?? [];
        const found = await listAccounts(pool, { role, department, after, limit });
        const { items, next } = pageOf(found, limit, (last) => [last.login]);
        return { status: 200, body: { items: items.map(viewOfAccount), next, asOf } };
      },
    }),
  ];
}
