/** The codes of the state: real ones are taken, early credit codes doubted, mistyped ones refused. */
import fc from 'fast-check';
import {
  checkUscc,
  normaliseNumber,
  residentCheckCharacter,
  residentIdMistake,
  usccCheckCharacter,
} from '../../domain/calendar/codes';

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

describe('the resident ID', () => {
  test.each(['11010519491231002X', '440524188001010014'])('%s is valid', (number) => {
    expect(residentIdMistake(number)).toBeUndefined();
  });

  test('full-width, lower case and spaces are what people type', () => {
    expect(normaliseNumber(' １１０１０５ 19491231 002x ')).toBe('11010519491231002X');
  });

  test.each([
    ['', 'length'],
    ['110105194912310', 'length'],
    ['11010519491231002XX', 'length'],
    ['1101051949123100AX', 'character'],
    ['X1010519491231002X', 'character'],
    ['110105194912310020', 'check'],
    ['110105194902300021', 'date'],
    ['110105190002290021', 'date'],
    ['110105000000000021', 'date'],
  ])('%s is refused: %s', (number, mistake) => {
    expect(residentIdMistake(number)).toBe(mistake);
  });

  const born = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10).replaceAll('-', ''));
  const number = fc
    .tuple(fc.integer({ min: 100_000, max: 999_999 }), born, fc.integer({ min: 0, max: 999 }))
    .map(([region, day, order]) => {
      const start = `${region}${day}${String(order).padStart(3, '0')}`;
      return start + residentCheckCharacter(start);
    });

  test('of any region and day: one wrong digit and two exchanged neighbours are found', () => {
    fc.assert(
      fc.property(number, fc.nat(16), fc.integer({ min: 1, max: 9 }), (valid, at, by) => {
        expect(residentIdMistake(valid)).toBeUndefined();
        const digit = String((Number(valid.charAt(at)) + by) % 10);
        expect(residentIdMistake(valid.slice(0, at) + digit + valid.slice(at + 1))).toBeDefined();
        const [a, b] = [valid.charAt(at), valid.charAt(at + 1)];
        if (a !== b) expect(residentIdMistake(valid.slice(0, at) + b + a + valid.slice(at + 2))).toBeDefined();
      }),
    );
  });
});
