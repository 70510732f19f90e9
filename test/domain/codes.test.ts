/** The unified social credit code: real codes are taken, early ones doubted, mistyped ones refused. */
import fc from 'fast-check';
import { checkUscc, usccCheckCharacter } from '../../domain/codes';

const ALPHABET = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];

test.each(['91350100M000100Y43', '91350200MA2YJ1XR9G', '91350200776049653A'])('%s is valid', (code) => {
  expect(checkUscc(code)).toEqual({ verdict: 'valid', code });
});

test.each(['91350100M0001TGQXM', '91350203M0001FUE2P'])('%s is an early code: a person must confirm it', (code) => {
  expect(checkUscc(code)).toEqual({ verdict: 'doubtful', code });
});

test('full-width, lower case and spaces are what people type', () => {
  expect(checkUscc('９１３５０２００ma2yj1xr9g ')).toEqual({ verdict: 'valid', code: '91350200MA2YJ1XR9G' });
});

test.each([
  ['91350100M000100Y4', 'length'],
  ['', 'length'],
  ['91350100M000100Y433', 'length'],
  ['91350100I000100Y43', 'character'],
  ['91350100M0001中0Y43', 'character'],
  ['91350100M000100Z43', 'character'],
  ['91350100M000101Y43', 'check'],
])('%s is refused: %s', (code, reason) => {
  expect(checkUscc(code)).toEqual({ verdict: 'invalid', reason });
});

test('the computed check character makes any beginning valid, and no other does', () => {
  const beginning = fc.array(fc.constantFrom(...ALPHABET), { minLength: 17, maxLength: 17 });
  fc.assert(
    fc.property(beginning, fc.constantFrom(...ALPHABET), (characters, other) => {
      const start = characters.join('');
      const check = usccCheckCharacter(start);
      expect(checkUscc(start + check).verdict).toBe('valid');
      if (other !== check) expect(checkUscc(start + other).verdict).not.toBe('valid');
    }),
  );
});

test('a single mistyped character is never valid', () => {
  const code = '91350200MA2YJ1XR9G';
  for (let place = 0; place < code.length; place += 1) {
    for (const character of ALPHABET) {
      if (character === code[place]) continue;
      expect(checkUscc(code.slice(0, place) + character + code.slice(place + 1)).verdict).not.toBe('valid');
    }
  }
});
