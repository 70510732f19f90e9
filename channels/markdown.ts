/** Answers for Markdown on its way out: as HTML that can do no harm, as plain text, and as the little Markdown that WeCom shows. */
import MarkdownIt from 'markdown-it';

// `html: false`: tags in the source are shown as they were typed.
const markdownIt = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: true });
/** Links that lead out of a page and do nothing in it; others stay in the text as they were typed. */
markdownIt.validateLink = (address) => /^(?:https?:\/\/|mailto:)/i.test(address);
// A picture would be fetched from elsewhere, by every reader; its words stay.
markdownIt.renderer.rules['image'] = (tokens, at) => markdownIt.utils.escapeHtml(tokens[at]?.content ?? '');

type Token = ReturnType<typeof markdownIt.parse>[number];

/** HTML of paragraphs, headings, lists, tables, quotes, code and links; no picture, script, style sheet or tag of the source's own. */
export function htmlOf(markdown: string): string {
  return markdownIt.render(markdown);
}

/** HTML of plain text: blank lines part paragraphs, and nothing in it is Markdown. */
export function htmlOfText(text: string): string {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '');
  const html = paragraphs.map(
    (paragraph) => `<p>${markdownIt.utils.escapeHtml(paragraph).replaceAll('\n', '<br>\n')}</p>\n`,
  );
  return html.join('');
}

/** The words without marks; links as `words (address)`. */
export function plainTextOf(markdown: string): string {
  return written(markdown, PLAIN);
}

/**
 * What WeCom's `markdown` shows: headings, bold, links, quotes and inline code; lists and tables become lines of text. Nothing in
 * the source can mention somebody or colour text.
 */
export function wecomMarkdownOf(markdown: string): string {
  return written(markdown, WECOM);
}

/** Text that WeCom's Markdown takes for nothing but text: no `<@userid>` or `<font>`, and no link that was refused before. */
export function quietForWecom(text: string): string {
  return text.replaceAll('<', '＜').replaceAll('](', '] (');
}

/** Brackets and spaces in an address would end it. */
export function linkForWecom(words: string, address: string): string {
  return `[${words}](${address.replace(/[()\s<>]/g, (mark) => PERCENT[mark] ?? encodeURIComponent(mark))})`;
}

/** encodeURIComponent leaves these two. */
const PERCENT: { readonly [mark: string]: string } = { '(': '%28', ')': '%29' };

/** How one kind of output writes what it can. */
interface Script {
  readonly text: (text: string) => string;
  readonly bold: (written: string) => string;
  readonly code: (text: string) => string;
  readonly link: (written: string, address: string) => string;
  readonly heading: (written: string, level: number) => string;
  readonly quote: (written: string) => string;
}

const asItIs = (text: string) => text;

const PLAIN: Script = {
  text: asItIs,
  bold: asItIs,
  code: asItIs,
  link: (written, address) => (written === address || written === '' ? address : `${written} (${address})`),
  heading: asItIs,
  quote: asItIs,
};

const WECOM: Script = {
  text: quietForWecom,
  bold: (written) => (written === '' ? '' : `**${written}**`),
  code: (text) => `\`${quietForWecom(text.replaceAll('`', "'"))}\``,
  link: linkForWecom,
  heading: (written, level) => `${'#'.repeat(level)} ${written}`,
  quote: (written) => `> ${written.replaceAll('\n', '\n> ')}`,
};

function written(markdown: string, script: Script): string {
  return blocksOf(markdownIt.parse(markdown, {}), script).join('\n\n');
}

/** The tokens of one level, each with those between it and its end. */
function* nested(tokens: readonly Token[]): Generator<readonly [Token, readonly Token[]]> {
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as Token;
    if (token.nesting !== 1) {
      if (token.nesting === 0) yield [token, []];
      continue;
    }
    const begin = at + 1;
    for (let open = 1; open > 0 && at + 1 < tokens.length;) open += tokens[++at]?.nesting ?? 0;
    yield [token, tokens.slice(begin, at)];
  }
}

/** Empty ones are left out. */
function blocksOf(tokens: readonly Token[], script: Script): string[] {
  return [...nested(tokens)].map(([token, inside]) => blockOf(token, inside, script)).filter((block) => block !== '');
}

function blockOf(token: Token, inside: readonly Token[], script: Script): string {
  switch (token.type) {
    case 'inline':
      return inlineOf(token.children ?? [], script);
    case 'heading_open':
      return script.heading(blocksOf(inside, script).join(' '), Number(token.tag.slice(1)));
    case 'blockquote_open':
      return script.quote(blocksOf(inside, script).join('\n\n'));
    case 'bullet_list_open':
    case 'ordered_list_open':
      return listOf(token, inside, script);
    case 'fence':
    case 'code_block':
      return script.text(token.content.trimEnd());
    case 'hr':
      return '———';
    case 'tr_open':
      return blocksOf(inside, script).join(' | ');
    case 'table_open':
    case 'thead_open':
    case 'tbody_open':
    case 'list_item_open':
      return blocksOf(inside, script).join('\n');
    default:
      return blocksOf(inside, script).join('\n\n');
  }
}

function listOf(list: Token, inside: readonly Token[], script: Script): string {
  const first = Number(list.attrGet('start') ?? 1);
  const items = [...nested(inside)].map(([item, within], place) => {
    const mark = list.type === 'ordered_list_open' ? `${first + place}. ` : '- ';
    return mark + blockOf(item, within, script).replaceAll('\n', `\n${' '.repeat(mark.length)}`);
  });
  return items.join('\n');
}

function inlineOf(tokens: readonly Token[], script: Script): string {
  return [...nested(tokens)].map(([token, inside]) => pieceOf(token, inside, script)).join('');
}

function pieceOf(token: Token, inside: readonly Token[], script: Script): string {
  switch (token.type) {
    case 'softbreak':
    case 'hardbreak':
      return '\n';
    case 'code_inline':
      return script.code(token.content);
    case 'strong_open':
      return script.bold(inlineOf(inside, script));
    case 'link_open':
      return script.link(inlineOf(inside, script), String(token.attrGet('href') ?? ''));
    default:
      return token.nesting === 1 ? inlineOf(inside, script) : script.text(token.content);
  }
}
