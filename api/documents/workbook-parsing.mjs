/**
 * Reads the first sheet of an unpacked workbook in a thread of its own (api/documents/workbook-reading.ts): only what cells hold, in
 * one pass, so that time and memory follow the size. Plain JavaScript, for a thread has no compiler.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { columnOf, spread } from './merged-cells.mjs';

/** Why a workbook is not read, as a word of workbook-reading.ts. */
class Refusal extends Error {}
const corrupt = () => new Refusal('corrupt');

const TAG = /<(\/?)([^\s/>]+)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Calls for every element, by its name without prefix, and for every text; a document type (entities of entities) is refused. */
function scan(xml, { open, text, close }) {
  const inside = [];
  let at = 0;
  while (at < xml.length) {
    const next = xml.indexOf('<', at);
    if (next === -1) break;
    if (next > at) text?.(unescaped(xml.slice(at, next)));
    at = next;
    const special = specialAt(xml, at);
    if (special) {
      if (special.text) text?.(special.text);
      at = special.end;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(xml);
    if (!tag) throw corrupt();
    at = TAG.lastIndex;
    const name = tag[2].slice(tag[2].indexOf(':') + 1);
    if (!tag[1]) {
      inside.push(name);
      open?.(name, tag[3]);
    }
    if (tag[1] || tag[4]) {
      if (inside.pop() !== name) throw corrupt();
      close?.(name);
    }
  }
  if (inside.length > 0) throw corrupt();
}

function specialAt(xml, at) {
  const second = xml.charCodeAt(at + 1);
  // Neither ? nor !.
  if (second !== 63 && second !== 33) return undefined;
  for (const [begins, ends] of [
    ['<?', '?>'],
    ['<!--', '-->'],
    ['<![CDATA[', ']]>'],
  ]) {
    if (!xml.startsWith(begins, at)) continue;
    const end = xml.indexOf(ends, at);
    if (end === -1) throw corrupt();
    return { end: end + ends.length, text: begins === '<![CDATA[' ? xml.slice(at + begins.length, end) : '' };
  }
  if (xml.startsWith('<!', at)) throw corrupt();
  return undefined;
}

function unescaped(text) {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;]{0,10};?)/g, (_whole, inner) => {
    const name = inner.slice(0, -1);
    if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name];
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const point = code ? parseInt(code[1] ?? code[2], code[1] ? 16 : 10) : Infinity;
    if (point > 0x10ffff) throw corrupt();
    return String.fromCodePoint(point);
  });
}

const patterns = new Map();

function attribute(attributes, name) {
  if (!attributes) return undefined;
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`(?:\\s|:)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  return found ? unescaped(found[1] ?? found[2]) : undefined;
}

/** Spreadsheet programs write control characters so. */
const plain = (text) =>
  text.includes('_x')
    ? text.replace(/_x([0-9A-F]{4})_/g, (_whole, code) => String.fromCharCode(parseInt(code, 16)))
    : text;

function partOf(name) {
  const bytes = workerData.parts.get(name);
  if (!bytes) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw corrupt();
  }
}

/** The first sheet's file, and those of texts and styles, by the relations of the workbook. */
function filesOf() {
  const found = { sheet: undefined, strings: undefined, styles: undefined, from1904: false };
  let first;
  scan(partOf('xl/workbook.xml') ?? '', {
    open(name, attributes) {
      if (name === 'sheet') first ??= attribute(attributes, 'id');
      if (name === 'workbookPr') found.from1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '');
    },
  });
  if (first === undefined) throw new Refusal('no-sheet');
  scan(partOf('xl/_rels/workbook.xml.rels') ?? '', {
    open(name, attributes) {
      if (name !== 'Relationship') return;
      const target = attribute(attributes, 'Target') ?? '';
      const file = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      const type = attribute(attributes, 'Type') ?? '';
      if (attribute(attributes, 'Id') === first) found.sheet = file;
      if (type.endsWith('/sharedStrings')) found.strings = file;
      if (type.endsWith('/styles')) found.styles = file;
    },
  });
  return found;
}

/** Rich text is one text; how it is pronounced (rPh) is none. */
function stringsOf(xml) {
  const strings = [];
  let [current, inText, spoken] = ['', false, false];
  scan(xml, {
    open(name) {
      if (name === 'si') current = '';
      if (name === 't') inText = true;
      if (name === 'rPh') spoken = true;
    },
    text(words) {
      if (inText && !spoken) current += words;
    },
    close(name) {
      if (name === 'si') strings.push(plain(current));
      if (name === 't') inText = false;
      if (name === 'rPh') spoken = false;
    },
  });
  return strings;
}

/** Number formats of dates that every program knows (ECMA-376 §18.8.30), those of Chinese and Japanese included. */
const isDateFormat = (id) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Of each cell style whether it shows a date. */
function dateStylesOf(xml) {
  const own = new Map();
  const styles = [];
  let inCells = false;
  scan(xml, {
    open(name, attributes) {
      if (name === 'cellXfs') inCells = true;
      const format = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') {
        const code = (attribute(attributes, 'formatCode') ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
        own.set(format, /[ymdhs]/i.test(code) && !/general/i.test(code));
      }
      if (name === 'xf' && inCells) styles.push(own.get(format) ?? isDateFormat(format));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return styles;
}

const DAY_MS = 86_400_000;
/** Day 0 of spreadsheets, by which 1 March 1900 is day 61. */
const EPOCH = Date.UTC(1899, 11, 30);
/** Days from there to 1 January 1904, with which some workbooks begin, and to the year 10000. */
const FROM_1904 = 1462;
const LAST_DAY = 2_958_466;

function dateCell(serial, from1904) {
  const days = serial + (from1904 ? FROM_1904 : 0);
  if (!(days >= 1 && days < LAST_DAY)) return { mistake: 'unreadable' };
  const text = new Date(EPOCH + Math.round((days * DAY_MS) / 1000) * 1000).toISOString();
  return { text: Number.isInteger(days) ? text.slice(0, 10) : text.slice(0, 16).replace('T', ' ') };
}

/** Excel keeps 15 digits: the rest of an ID that was typed as a number is gone. */
const LOST_FROM = 1e15;

function numberCell(raw, isDate, from1904) {
  const number = Number(raw);
  if (!Number.isFinite(number)) return { mistake: 'unreadable' };
  if (isDate) return dateCell(number, from1904);
  return Math.abs(number) >= LOST_FROM ? { mistake: 'number-lost-digits' } : { text: String(number) };
}

/** What a cell may hold, as { text } or { mistake }. A formula's kept result need not be what the formula gives. */
function cellOf({ type, style, value, inline, formula }, { strings, dates, from1904 }) {
  if (formula) return { mistake: 'formula' };
  if (type === 'inlineStr') return { text: plain(inline) };
  if (value === '') return { text: '' };
  if (type === 's') {
    const text = strings[Number(value)];
    if (text === undefined) throw corrupt();
    return { text };
  }
  if (type === 'b') return { text: value === '1' ? '是' : '否' };
  if (type === 'e') return { mistake: 'unreadable' };
  if (type === 'str') return { text: plain(value) };
  if (type === 'd') return { text: value.replace(/T00:00.*$/, '') };
  return numberCell(value, dates[style] === true, from1904);
}

/** Lines that hold something, up to the limits; empty ones, however many, are passed over. */
function linesOf(xml, book, { maxRows, maxColumns }) {
  const lines = [];
  const merged = [];
  let line = { number: 0, cells: [] };
  let column = 0;
  let cell;
  let within = '';
  const store = () => {
    const held = cellOf(cell, book);
    if (held.text === '') return;
    if (column > maxColumns) throw new Refusal('too-many-columns');
    while (line.cells.length < column - 1) line.cells.push({ text: '' });
    line.cells[column - 1] = held;
  };
  scan(xml, {
    open(name, attributes) {
      if (name === 'row') {
        line = { number: Number(attribute(attributes, 'r') ?? line.number + 1), cells: [] };
        column = 0;
      } else if (name === 'c') {
        column = columnOf(attribute(attributes, 'r'), column);
        const [type, style] = [attribute(attributes, 't'), Number(attribute(attributes, 's') ?? 0)];
        cell = { type, style, value: '', inline: '', formula: false };
      } else if (name === 'mergeCell') {
        merged.push(attribute(attributes, 'ref') ?? '');
      } else if (cell) {
        if (name === 'f') cell.formula = true;
        within = name;
      }
    },
    text(words) {
      if (cell && within === 'v') cell.value += words;
      if (cell && within === 't') cell.inline += words;
    },
    close(name) {
      within = '';
      if (name === 'c') {
        store();
        cell = undefined;
      }
      if (name !== 'row' || line.cells.length === 0) return;
      // One line more than rows: the headers.
      if (lines.length > maxRows) throw new Refusal('too-many-rows');
      lines.push(line);
    },
  });
  spread(lines, merged, maxColumns);
  return lines;
}

function read() {
  const { sheet, strings, styles, from1904 } = filesOf();
  const xml = sheet === undefined ? undefined : partOf(sheet);
  if (xml === undefined) throw corrupt();
  const book = { strings: stringsOf(partOf(strings) ?? ''), dates: dateStylesOf(partOf(styles) ?? ''), from1904 };
  return linesOf(xml, book, workerData);
}

let answer;
try {
  answer = { rows: read() };
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  answer = { refused: error.message };
}
parentPort.postMessage(answer);
