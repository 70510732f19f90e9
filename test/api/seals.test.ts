/** `/seals`: everybody may keep what proves a seal, what it holds is for officials and operators; prints carry it and the root. */
import { sealCrossing } from '../../db/ledger/seals';
import { append } from '../../db/ledger/ledger';
import { readRing } from '../../db/ledger/ring';
import { transaction } from '../../db/sql/pool';
import { hasSigned } from '../../proof/ed25519';
import { rootFingerprint } from '../../proof/root-key';
import { sealBytes, sealHash } from '../../proof/seal';
import { Api, expectProblem } from './harness';
import { newRoot } from '../support/root';

const root = newRoot();
let api: Api;
beforeAll(async () => {
  api = await Api.start({ rootPublicKey: root.publicKey });
  const { pool } = api.database;
  await transaction(pool, async (client) => {
    const act = { at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} } as const;
    await append(client, '2026-0001', [act]);
    const ring = await readRing(client, root.publicKey);
    await sealCrossing(client, { signer: root, ring, utcOffsetMinutes: 480 });
  });
});
afterAll(() => api.stop());

interface Line {
  readonly number: number;
  readonly hash: string;
  readonly signature: string;
  readonly at: string;
  readonly heads?: { readonly stream: string }[];
}

test('without signing in one gets what proves a seal, and no case is named', async () => {
  const { status, body } = await api.send('/seals');
  expect(status).toBe(200);
  const { items, next, rootKey } = body as { items: Line[]; next: number | null; rootKey: object };
  expect(next).toBeNull();
  expect(rootKey).toEqual({ publicKey: root.publicKey, fingerprint: rootFingerprint(root.publicKey) });
  const [line] = items;
  expect(line && hasSigned(root.publicKey, sealBytes(line.hash), line.signature)).toBe(true);
  const { body: one } = await api.send('/seals/1');
  expect(one).toEqual(line);
  expect(JSON.stringify([body, one])).not.toContain('2026-0001');
});

test('an operator and an official get what it holds, of which the hash is', async () => {
  for (const login of ['operator', 'official']) {
    const { body } = await api.send('/seals/1', { as: login });
    const { heads, at, ...line } = body as Line & Parameters<typeof sealHash>[0] & { at: string };
    expect(heads?.map(({ stream }) => stream)).toContain('2026-0001');
    expect(sealHash({ ...line, heads, at: Date.parse(at) })).toBe(line.hash);
  }
  const { body } = await api.send('/seals/1', { as: 'liaison-1' });
  expect((body as Line).heads).toBeUndefined();
});

test('what is no seal is said to be none', async () => {
  expectProblem(await api.send('/seals/2'), 404, 'unknown-seal');
  expectProblem(await api.send('/seals/0'), 404, 'unknown-seal');
  expectProblem(await api.send('/seals/x'), 404, 'unknown-seal');
  expectProblem(await api.send('/seals?before=0'), 400, 'invalid-query');
  expect((await api.send('/seals?before=1')).body).toMatchObject({ items: [], next: null });
});
