/** Markdown from people goes out as what it says, and as nothing that acts. */
import fc from 'fast-check';
import { htmlOf, htmlOfText, linkForWecom, plainTextOf, quietForWecom, wecomMarkdownOf } from '../../channels/markdown';

const BULLETIN = `# 复工通报

今日**两家**企业复工,详见[平台](https://town.example/a)。

1. 华岛精密
   - 已验收
2. 东海电子

> 请继续\`每日抗原\`

| 类别 | 数量 |
| --- | --- |
| 复工 | 2 |

---
`;

test('a bulletin as HTML', () => {
  const html = htmlOf(BULLETIN);
  for (const part of [
    '<h1>复工通报</h1>',
    '<strong>两家</strong>',
    '<a href="https://town.example/a">平台</a>',
    '<li>已验收</li>',
    '<blockquote>',
    '<td>复工</td>',
    '<hr>',
  ]) {
    expect(html).toContain(part);
  }
});

test('a bulletin as plain text', () => {
  expect(plainTextOf(BULLETIN)).toBe(
    [
      '复工通报',
      '今日两家企业复工,详见平台 (https://town.example/a)。',
      '1. 华岛精密\n   - 已验收\n2. 东海电子',
      '请继续每日抗原',
      '类别 | 数量\n复工 | 2',
      '———',
    ].join('\n\n'),
  );
});

test('a bulletin for WeCom: headings, bold, links, quotes and code stay, lists become lines', () => {
  expect(wecomMarkdownOf(BULLETIN)).toBe(
    [
      '# 复工通报',
      '今日**两家**企业复工,详见[平台](https://town.example/a)。',
      '1. 华岛精密\n   - 已验收\n2. 东海电子',
      '> 请继续`每日抗原`',
      '类别 | 数量\n复工 | 2',
      '———',
    ].join('\n\n'),
  );
});

test('lists, code blocks, breaks and bare links as text', () => {
  expect(plainTextOf('3. 三\n4. 四\n\n```\n两\n\n行\n```\n\n甲  \n乙<https://a.example/>')).toBe(
    '3. 三\n4. 四\n\n两\n\n行\n\n甲\n乙https://a.example/',
  );
  expect(plainTextOf('[](https://a.example/)')).toBe('https://a.example/');
});

/** Whatever else a tag has, it is none of these. */
const TAG =
  /^<\/?(?:p|h[1-6]|strong|em|s|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|th|td|hr|br|a)(?: (?:href="(?:https?:\/\/|mailto:)[^"<>]*"|(?:title|class|style|start)="[^"<>]*"))*>$/i;

function expectHarmless(html: string): void {
  for (const [tag] of html.matchAll(/<[^>]*>?/g)) expect(tag).toMatch(TAG);
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt&#58;alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](data:image/png;base64,AAAA)',
  '[x](vbscript:x)',
  '[x](//evil.example)',
  '<javascript:alert(1)>',
  '![x](https://evil.example/pixel.png)',
  '[![x](https://evil.example/a.png)](https://a.example)',
  '[x](https://a.example "\\" onclick=\\"alert(1)")',
  '[x](https://a.example/" onmouseover="alert(1))',
  '[r]\n\n[r]: javascript:alert(1)',
  '```"><script>\nx\n```',
  '| <script> |\n|---|\n| <svg/onload=1> |',
  '&lt;script&gt;',
  '<!-- x --><style>*{}</style><iframe src="https://evil.example">',
];

test.each(HOSTILE)('%s does nothing', (markdown) => {
  expectHarmless(htmlOf(markdown));
  expect(htmlOf(markdown)).not.toContain('<img');
  expect(htmlOfText(markdown).replace(/<\/?p>|<br>/g, '')).not.toContain('<');
  expect(wecomMarkdownOf(markdown)).not.toMatch(/\]\((?!https?:|mailto:)/);
});

test('whatever is typed, only known tags with known attributes come out', () => {
  const source = fc
    .array(fc.oneof(fc.constantFrom(...HOSTILE, '\n\n', '> ', '- ', '**', '`', '](', '[', '<', '"'), fc.string()))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(source, (markdown) => {
      expectHarmless(htmlOf(markdown));
      const wecom = wecomMarkdownOf(markdown);
      expect(wecom).not.toContain('<');
      expect(wecom).not.toMatch(/\]\((?!https?:|mailto:)/i);
      plainTextOf(markdown);
    }),
    { numRuns: 300 },
  );
});

test('nobody is mentioned and nothing coloured in WeCom by what was typed', () => {
  expect(wecomMarkdownOf('<@all> `<@all>` <font color="warning">x</font>')).not.toMatch(/<@|<font/);
  expect(quietForWecom('<@all>[x](javascript:y)')).toBe('＜@all>[x] (javascript:y)');
});

test('an address with brackets stays one address in WeCom', () => {
  expect(linkForWecom('看', 'https://a.example/x(1) y')).toBe('[看](https://a.example/x%281%29%20y)');
});

test('plain text as HTML: paragraphs, line breaks, and no Markdown', () => {
  expect(htmlOfText('甲 & **乙**\n丙\n\n\n<丁>\n\n')).toBe('<p>甲 &amp; **乙**<br>\n丙</p>\n<p>&lt;丁&gt;</p>\n');
});
