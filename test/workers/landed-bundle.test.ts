/** The bundle of the landed workflows is the one that was written down, and differs from its commit by a query alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LANDED_BUNDLE, LANDED_BUNDLE_HASH, landedBundle } from '../../workers/takeover/landed-bundle';

test('its hash is the one that is written down, and it names no folder of a machine', () => {
  const { code } = landedBundle();
  expect(createHash('sha256').update(code).digest('hex')).toBe(LANDED_BUNDLE_HASH);
  expect(code).not.toMatch(/(?:^|["'( ])\/(?:work|home|root|tmp|Users)\//m);
});

test('the patch only adds, and what it adds is a query', () => {
  const patch = readFileSync(join(LANDED_BUNDLE, '../landed-workflows.patch'), 'utf8').split('\n');
  const changed = (sign: string) => patch.filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3)));
  expect(changed('-')).toEqual([]);
  const added = changed('+').map((line) => line.slice(1).trim());
  expect(added.filter((line) => !line.startsWith('/**') && !line.startsWith('import type'))).toEqual([
    "export const carried = defineQuery<Carried>('carried');",
    'setHandler(messages.carried, () => theCase.carried());',
  ]);
});
