/** Answers for the YAML of a programme file: its syntax, and where in it a value stands. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';

/** An edition repeats some dozen blocks of another; a file that unfolds to more is a bomb. */
const ALIAS_LIMIT = 100;

export interface Place {
  readonly line: number;
  readonly column: number;
}
export type Path = readonly PropertyKey[];
export interface Fault extends Place {
  readonly what: string;
  readonly suggestion: string;
}

/** A parsed file: its plain value, and where each part of it stands. */
export interface Source {
  readonly value: unknown;
  /** Where the value at the path stands: a text or number itself; a block, a list, and what is missing, at the key above it. */
  placeOf(path: Path): Place;
  /** Where the key stands in the block at the path. */
  placeOfKey(path: Path, key: string): Place;
}

interface Parsed {
  /** Absent when the faults leave nothing to look at; a repeated key leaves the rest. */
  readonly source?: Source;
  readonly faults: readonly Fault[];
}

export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    // Merge keys `<<` let one edition take over another's blocks.
    const document = parseDocument(text, { merge: true, prettyErrors: false, lineCounter: lines });
    const broken = [...document.errors, ...document.warnings];
    const faults = broken.map(({ code, message, pos }) => ({ ...at(pos[0]), ...inWords(code, message) }));
    if (broken.some(({ code }) => code !== 'DUPLICATE_KEY')) return { faults };
    const { anchors, odd } = anchorsOf(document);
    faults.push(...odd.map(({ offset, ...words }) => ({ ...at(offset), ...words })));
    if (odd.length > 0) return { faults };
    const value: unknown = document.toJS({ maxAliasCount: ALIAS_LIMIT });
    return { faults, source: { value, ...places(document, anchors, at) } };
  } catch (error) {
    return { faults: [{ line: 1, column: 1, ...tooMuch(error) }] };
  }
}

type Words = Pick<Fault, 'what' | 'suggestion'>;

/** By the code of the YAML library's error: what an official can do about it. */
const SUGGESTIONS: { readonly [code: string]: string } = {
  DUPLICATE_KEY: 'keep one of the keys 键重复，请只保留一个',
  TAB_AS_INDENT: 'indent with spaces 请用空格缩进，不要用 Tab',
  BAD_INDENT: 'check the spaces at the line beginnings and the closing brackets 请检查缩进和括号',
  MISSING_CHAR: 'close the quotation mark or bracket, write a colon after the key 请补上引号、括号或冒号',
  MULTIPLE_DOCS: 'one town is one file: delete the line --- 请删去 --- 及其后内容',
  TAG_RESOLVE_FAILED: 'delete the word that begins with ! 请删去以 ! 开头的标记',
};

function inWords(code: string, message: string): Words {
  // The library's sentences speak to programmers where they mention its functions.
  const what =
    code === 'MULTIPLE_DOCS' ? 'a second document begins here 文件含有第二份文档' : message.replace(/\s+/g, ' ');
  return {
    what: `YAML: ${what}`,
    suggestion: SUGGESTIONS[code] ?? 'compare with programmes/zhongxing.yaml 请对照样例',
  };
}

function tooMuch(error: unknown): Words {
  if (error instanceof RangeError) {
    return {
      what: 'YAML: nested too deeply 嵌套过深',
      suggestion: 'compare with programmes/zhongxing.yaml 请对照样例',
    };
  }
  if (error instanceof ReferenceError) {
    return {
      what: 'YAML: aliases unfold to too much 引用展开后过大',
      suggestion: `use an anchor at most ${ALIAS_LIMIT} times`,
    };
  }
  throw error;
}

type Anchors = ReadonlyMap<string, Node>;

/** The anchors, and what the library would only notice while unfolding: aliases of nothing or of themselves, keys that are blocks. */
function anchorsOf(document: Document): { anchors: Anchors; odd: (Words & { offset: number })[] } {
  const anchors = new Map<string, Node>();
  const odd: (Words & { offset: number })[] = [];
  visit(document, {
    Pair(_key, { key }) {
      if (isScalar(key)) return;
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      odd.push({ offset, what: 'YAML: a key must be a word 键必须是文字', suggestion: 'write key: value 写作 键: 值' });
    },
    Node(_key, node, ancestors) {
      if (!isAlias(node)) {
        if ('anchor' in node && node.anchor) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (target && !ancestors.includes(target)) return;
      const what = target
        ? `*${node.source} contains itself 引用自身`
        : `there is no anchor &${node.source} before 没有该锚点`;
      const suggestion = 'an anchor &name stands before its alias *name 先写 &名称，后用 *名称';
      odd.push({ offset: node.range?.[0] ?? 0, what: `YAML: ${what}`, suggestion });
    },
  });
  return { anchors, odd };
}

function places(document: Document, anchors: Anchors, at: (offset: number) => Place): Omit<Source, 'value'> {
  const pairsOf = new WeakMap<YAMLMap, Map<string, Pair>>();
  const unfold = (node: unknown): unknown => (isAlias(node) ? anchors.get(node.source) : node);

  function pairs(map: YAMLMap): Map<string, Pair> {
    const known = pairsOf.get(map);
    if (known) return known;
    const found = new Map<string, Pair>();
    for (const pair of map.items) {
      if (!isMergeKey(pair.key)) continue;
      const merged = unfold(pair.value);
      for (const from of isSeq(merged) ? merged.items.map(unfold) : [merged]) {
        if (isMap(from)) for (const [key, one] of pairs(from)) found.set(key, one);
      }
    }
    for (const pair of map.items) if (isScalar(pair.key)) found.set(String(pair.key.value), pair);
    pairsOf.set(map, found);
    return found;
  }

  /** The node at the path or as near to it as there is one, and where it is introduced. */
  function walk(path: Path): { node: unknown; offset: number } {
    let node: unknown = unfold(document.contents);
    let offset = 0;
    for (const step of path) {
      const pair = isMap(node) ? pairs(node).get(String(step)) : undefined;
      const item: unknown = isSeq(node) ? node.items[Number(step)] : undefined;
      if (!pair && item === undefined) return { node: undefined, offset };
      offset = startOf(pair ? pair.key : item, offset);
      node = unfold(pair ? pair.value : item);
    }
    return { node, offset };
  }

  return {
    placeOf(path) {
      const { node, offset } = walk(path);
      return at(isScalar(node) && isWritten(node) ? startOf(node, offset) : offset);
    },
    placeOfKey(path, key) {
      const { node, offset } = walk(path);
      return at(isMap(node) ? startOf(pairs(node).get(key)?.key, offset) : offset);
    },
  };
}

function startOf(node: unknown, otherwise: number): number {
  return (node as Node | null | undefined)?.range?.[0] ?? otherwise;
}

/** False for the nothing behind a colon. */
function isWritten({ range }: Scalar): boolean {
  return range !== undefined && range !== null && range[1] > range[0];
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && (key.value === '<<' || typeof key.value === 'symbol');
}
