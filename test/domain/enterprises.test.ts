/** Registering enterprises: however a code is typed, it is taken once; a doubtful one needs somebody who stands for it. */
import { ENTERPRISE_ACTS } from '../../domain/enterprises/acts';
import { acceptCode, registerEnterprise } from '../../domain/enterprises/enterprises';
import type { Dice } from '../support/dice';
import { asked, doneBy, lives } from '../support/outside';

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** GB 32100: with its last character the weighted sum of a code is a multiple of 31. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/** GB 11714: with its check the weighted sum of an organisation code is a multiple of 11; X is ten. */
const ORGANISATION = [3, 7, 9, 10, 5, 8, 4, 2];
const BASE_36 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const sum = (text: string, alphabet: string, weights: readonly number[]) =>
  weights.reduce((total, weight, n) => total + weight * alphabet.indexOf(text.charAt(n)), 0);
const lastOf = (start: string) =>
  [...ALPHABET].find((one, value) => (sum(start, ALPHABET, WEIGHTS) + value) % 31 === 0 && one) ?? '';
const organisationCheck = (body: string) =>
  [...'0123456789X'].find((_, value) => (sum(body, BASE_36, ORGANISATION) + value) % 11 === 0) ?? '';
const another = (dice: Dice, than: string, among: string) => dice.of([...among].filter((one) => one !== than));

type Sort = 'right' | 'doubtful' | 'check' | 'length' | 'character';

/** A code of the sort; few bodies, so that the same comes again. */
function codeOf(dice: Dice, sort: Sort): string {
  const body = `MA00000${dice.below(3)}`;
  const check = organisationCheck(body);
  const start = `91350200${body}`;
  if (sort === 'check') {
    const wrong = start + another(dice, check, '0123456789X');
    return wrong + another(dice, lastOf(wrong), ALPHABET);
  }
  const right = start + check + lastOf(start + check);
  if (sort === 'doubtful') return start + check + another(dice, lastOf(start + check), ALPHABET);
  if (sort === 'length') return dice.of([right.slice(1), `${right}0`, '']);
  if (sort === 'character') return right.replace('M', dice.of(['I', 'O', 'S', 'V', 'Z', '中', '-']));
  return right;
}

function typed(dice: Dice, code: string): string {
  const wide = (text: string) => text.replace(/[0-9A-Z]/g, (one) => String.fromCharCode(one.charCodeAt(0) + 0xfee0));
  const spaced = (text: string) => `${text.slice(0, 4)} ${text.slice(4)} `;
  return dice.of([(text: string) => text, (text: string) => text.toLowerCase(), wide, spaced])(code);
}

test('a code is registered once and is right, or somebody stands for it', () => {
  const seen = new Set<string>();
  lives('enterprises', (dice) => {
    const registered = new Map<string, string | null>();
    for (let step = 0; step < 12; step += 1) {
      const sort = dice.of<Sort>(['right', 'right', 'doubtful', 'doubtful', 'check', 'length', 'character']);
      const [code, confirmed] = [codeOf(dice, sort), dice.chance(50)];
      const accepted = asked(acceptCode, typed(dice, code), confirmed);
      if (sort !== 'right' && (sort !== 'doubtful' || !confirmed)) {
        const reason = sort === 'doubtful' ? 'last-character' : sort;
        const problem = sort === 'doubtful' ? 'uscc-needs-confirmation' : 'uscc-invalid';
        expect(accepted.refused).toEqual({ code: problem, about: {}, wrong: [{ at: '/uscc', why: `uscc-${reason}` }] });
        seen.add(reason);
        continue;
      }
      expect(accepted.done).toEqual({ uscc: code, confirmed: sort === 'doubtful' });
      const one = { id: `e-${step}`, kind: 'factory', village: 'beixing', code: accepted.done! } as const;
      const answer = asked(registerEnterprise, { taken: registered.has(code) }, one, { account: 'a-official' });
      if (registered.has(code)) {
        expect(answer.refused).toMatchObject({ code: 'uscc-taken', about: { uscc: code } });
        seen.add('taken');
        continue;
      }
      const { uscc, usccConfirmedBy, details } = doneBy(ENTERPRISE_ACTS.register, answer);
      expect([uscc, usccConfirmedBy]).toEqual([code, sort === 'doubtful' ? 'a-official' : null]);
      const told = { enterprise: one.id, kind: 'factory', village: 'beixing', usccConfirmed: sort === 'doubtful' };
      expect(details).toEqual(told);
      registered.set(code, usccConfirmedBy);
      seen.add(sort);
    }
  });
  expect([...seen].sort()).toEqual(
    ['character', 'check', 'doubtful', 'last-character', 'length', 'right', 'taken'].sort(),
  );
});
