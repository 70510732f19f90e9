/** Nothing about a person leaves by a group or public channel, however it is written; harmless notices do. */
import fc from 'fast-check';
import { createGuard } from '../../channels/guard';
import { residentCheckCharacter } from '../../domain/calendar/codes';

const NAMES = ['张建国', '王芳', '欧阳静怡', '李·买买提', 'John Smith'];
const ADDRESSES = ['开港村三组十七户'];
const guard = createGuard({ names: NAMES, addresses: ADDRESSES });
/** The same guard for texts that name nobody. */
const numbers = createGuard({ names: [], addresses: [] });

const HARMLESS = fc
  .array(
    fc.constantFrom(
      '今天应检57人，未检3人。',
      '事项 2026-0001 申领单 2026-0001/12。',
      '请于 2022-04-21 20:00 前上报。',
      '口罩 3960 只、手套 2300 副、抗原 1050 人份；',
      '地址：北沿公路2088号；',
      '值班电话 021-59440000。',
      '统一社会信用代码 91350100M000100Y43，',
      '详见 http://127.0.0.1:3000/reopenings/2026-0001?x=3f13800001111aa9；',
      '请发邮件到 office@zhongxing.example。',
      '第2轮会签，6个部门；',
      '中兴镇防控办',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const gap = fc.constantFrom('', '', '', ' ', '\u200b', '-', '·', '　', ' \n', '\ufeff', '.');
const fullWidth = (digit: string) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0);

/** The value with gaps between its characters and some of them full-width, somewhere in a harmless text. */
function hidden(value: fc.Arbitrary<string>): fc.Arbitrary<{ value: string; text: string }> {
  return value.chain((word) =>
    fc
      .record({
        before: HARMLESS,
        after: HARMLESS,
        gaps: fc.array(gap, { minLength: word.length, maxLength: word.length }),
        wide: fc.array(fc.boolean(), { minLength: word.length, maxLength: word.length }),
      })
      .map(({ before, after, gaps, wide }) => {
        const written = [...word].map((one, place) => {
          const character = wide[place] && /[\dX]/.test(one) ? fullWidth(one) : one;
          return `${place > 0 ? gaps[place] : ''}${character}`;
        });
        return { value: word, text: `${before}（${written.join('')}）${after}` };
      }),
  );
}

const digitsOf = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
const phone = fc
  .tuple(fc.constantFrom('3', '5', '7', '8', '9'), digitsOf(9))
  .map(([second, rest]) => `1${second}${rest}`);
const residentId = fc
  .record({
    region: fc.constantFrom('310230', '110105', '440524', '820000'),
    born: fc.date({ min: new Date('1930-01-01'), max: new Date('2015-12-31'), noInvalidDate: true }),
    order: digitsOf(3),
  })
  .map(({ region, born, order }) => {
    const begin = `${region}${born.toISOString().slice(0, 10).replaceAll('-', '')}${order}`;
    return `${begin}${residentCheckCharacter(begin)}`;
  });

test.each([
  ['name', fc.constantFrom('张建国', '王芳', '欧阳静怡', '李买买提')],
  ['phone', phone],
  ['id-number', residentId],
])('a %s is found wherever and however it is written, and shown masked', (what, values) => {
  fc.assert(
    fc.property(hidden(values), ({ value, text }) => {
      const found = guard(text);
      expect(found?.what).toBe(what);
      expect(found?.shown).not.toContain(value);
      expect(found && [...found.shown].length).toBeLessThanOrEqual(6);
    }),
    { numRuns: 500 },
  );
});

/** Somebody as a roster has them: a surname, and one or two characters, or a foreign name. */
const personName = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨', '欧阳', '司马'),
      fc.string({ unit: fc.constantFrom(...'伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞'), minLength: 1, maxLength: 2 }),
    )
    .map(([surname, given]) => surname + given),
  fc.constantFrom('Maria Garcia', 'John Smith', '古丽·阿依'),
);

test('whoever stands in the database is found in a text, and nobody else', () => {
  const people = fc.uniqueArray(personName, { minLength: 1, maxLength: 30 });
  const scene = people.chain((names) =>
    fc.record({ names: fc.constant(names), told: hidden(fc.constantFrom(...names)) }),
  );
  fc.assert(
    fc.property(scene, HARMLESS, ({ names, told }, harmless) => {
      const ofTown = createGuard({ names, addresses: [] });
      expect(ofTown(told.text)?.what).toBe('name');
      expect(ofTown(harmless)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('harmless notices go out', () => {
  fc.assert(
    fc.property(HARMLESS, (text) => {
      expect(guard(text)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['联系 john  smith', 'name'],
  ['电话：+86 138-0000-1111', 'phone'],
  ['电话008613800001111', 'phone'],
  ['95 13800001111 20', 'phone'],
  ['证件 110105491231002', 'id-number'],
  ['身份证 11010519491231002x', 'id-number'],
  ['护照 E12345678', 'document-number'],
  ['通行证 H1234567890', 'document-number'],
  ['住开港村三组 十七户', 'address'],
  ['北沿公路2088号3号楼502室', 'address'],
  ['东门路88弄12号', 'address'],
  ['新村五栋二单元', 'address'],
  [`人员 p-${'0a'.repeat(16)} 阳性`, 'person-id'],
])('%s is refused for its %s', (text, what) => {
  expect(guard(text)?.what).toBe(what);
});

test('numbers are refused by their shape alone, names only when they are known', () => {
  expect(numbers('张建国 13800001111')?.what).toBe('phone');
  expect(numbers('张建国')).toBeUndefined();
});
