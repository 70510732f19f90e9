/** What a problem is about, in words: for each id that a sentence of contracts/words/problems.ts has room for, the name that people know. */
import { isDate, localDate, localTime } from '../../domain/calendar/calendar';
import type { Edition } from '../../domain/programme/edition';
import type { Role } from '../../domain/ledger/entry';
import { DUTY_NAMES, PHASE_NAMES } from './glossary';

/** What there are names for: of a case its own rules, elsewhere the town's. */
export type NamingRules = Pick<Edition, 'utcOffsetMinutes'> & {
  readonly departments: readonly {
    readonly id: string;
    readonly name: string;
    readonly checklist?: readonly { readonly id: string; readonly name: string }[];
  }[];
  readonly materials: readonly Named[];
  readonly preparations: readonly Named[];
  readonly tests: readonly Named[];
  readonly supplies: { readonly items: readonly (Named & { readonly unit: string })[] };
};

interface Named {
  readonly id: string;
  readonly name: string;
}

/** `department`: of whoever was refused, whose checklist is meant. */
export interface Naming {
  readonly rules: NamingRules;
  readonly department?: string | undefined;
}

/** Without any case or town at hand: what needs no name is still said in words. */
export const NO_NAMES: Naming = {
  rules: { utcOffsetMinutes: 0, departments: [], materials: [], preparations: [], tests: [], supplies: { items: [] } },
};

type Word = (value: unknown, naming: Naming) => string;

/** In the order of the rules' own list; an id that nothing is called is left out, for the reader knows no ids. */
const listed =
  (of: (naming: Naming) => readonly Named[]): Word =>
  (value, naming) => {
    const ids: unknown[] = Array.isArray(value) ? value : [value];
    return ids.flatMap((id) => of(naming).find((one) => one.id === id)?.name ?? []).join('、');
  };

const department = listed(({ rules }) => rules.departments);
const material = listed(({ rules }) => rules.materials);
const preparation = listed(({ rules }) => rules.preparations);
const checklist = listed(({ rules, department: own }) => {
  const first = rules.departments.filter(({ id }) => id === own);
  return [...first, ...rules.departments].flatMap((one) => one.checklist ?? []);
});
const known =
  (words: Readonly<Record<string, string>>): Word =>
  (value) =>
    (Array.isArray(value) ? value : [value]).flatMap((one) => words[String(one)] ?? []).join('、');

/** `2026-11-29` as people write it. */
export function dateInWords(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return isDate(date) ? `${year}年${month}月${day}日` : '';
}

const dated: Word = (value, { rules }) => {
  const text = typeof value === 'string' ? value : '';
  if (isDate(text)) return dateInWords(text);
  const at = typeof value === 'number' ? value : Date.parse(text);
  return Number.isNaN(at) ? '' : `${dateInWords(localDate(at, rules))}${localTime(at, rules)}`;
};

/** `2026-11-29/morning-antigen` → `2026年11月29日早间抗原`. */
export function roundInWords(round: string, tests: readonly Named[]): string {
  const [date = '', test = ''] = round.split('/');
  return `${dateInWords(date)}${tests.find(({ id }) => id === test)?.name ?? ''}`;
}
const round: Word = (value, { rules }) => roundInWords(String(value), rules.tests);

const STEP_NAMES = Object.fromEntries(
  Object.entries(DUTY_NAMES).flatMap(([kind, name]) =>
    kind.startsWith('incident-') ? [[kind.slice('incident-'.length), name]] : [],
  ),
);
const TEAM_PART_NAMES: Readonly<Record<string, string>> = {
  village: '所在村党总支',
  enterprise: '企业党员骨干',
  department: '部门党员干部',
  'self-management': '自我管理队伍',
};
const ROLE_NAMES: { readonly [R in Role]: string } = {
  official: '镇工作人员',
  reviewer: '部门审核人',
  enterprise: '企业',
  village: '村干部',
  liaison: '驻企联络员',
  storekeeper: '物资保障组',
  volunteer: '志愿者',
  health: '社区卫生服务中心',
  operator: '运维人员',
};
/** What stands open in a case, by the first part of its id (domain/case/completion.ts). */
const OUTSTANDING_NAMES: Readonly<Record<string, string>> = {
  requirement: '改进要求',
  round: '未截止的检测',
  untested: '未检人员待核实',
  results: '待出的检测结果',
  report: '欠报的日报',
  consultation: '未答复的征求意见',
  incident: '异常处置',
  suspension: '停工',
  order: '申领单',
  visit: '流动采样',
  deviation: '违规外出',
  finding: '巡查问题',
};
const STATE_NAMES: Readonly<Record<string, string>> = {
  draft: '草稿',
  scheduled: '待发布',
  published: '已发布',
  withdrawn: '已撤回',
  ordered: '已下单',
  assigned: '已指派',
  bought: '已购药',
  delivered: '已送达',
  received: '已签收',
  cancelled: '已取消',
  distributed: '已分发',
  waiting: '待发送',
  sending: '发送中',
  sent: '已发送',
  'by-hand': '待人工发布',
  dead: '发送失败',
  dropped: '不再发送',
  closed: '已关闭',
};
const UNREADABLE: Readonly<Record<string, string>> = {
  'not-a-workbook': '不是 xlsx 表格',
  empty: '没有数据',
  'too-many-rows': '行数过多',
  password: '设有密码',
  macros: '含有宏',
  corrupt: '文件已损坏',
  'too-large': '文件过大',
};

/** `report/2026-04-02` → `2026年4月2日欠报的日报`; several of one kind without a date are counted. */
const outstanding: Word = (value, { rules }) => {
  const items = Array.isArray(value) ? value.map(String) : [];
  const words = items.flatMap((item) => {
    const [kind = '', ...which] = item.split('/');
    const name = OUTSTANDING_NAMES[kind];
    return name === undefined ? [] : [`${roundInWords(which.join('/'), rules.tests)}${name}`];
  });
  return [...new Set(words)]
    .map((word) => {
      const count = words.filter((one) => one === word).length;
      return count > 1 ? `${word}（${count} 项）` : word;
    })
    .join('、');
};

/** `[{ item, quantity }]`, `[{ item, promised }]` → `医用外科口罩 200 只`. */
const amounts: Word = (value, { rules }) => {
  const lines = Array.isArray(value) ? (value as { item?: string; quantity?: number; promised?: number }[]) : [];
  const words = lines.flatMap(({ item, quantity, promised }) => {
    const found = rules.supplies.items.find(({ id }) => id === item);
    return found ? [`${found.name} ${quantity ?? promised ?? 0} ${found.unit}`] : [];
  });
  return words.length > 0 ? words.join('、') : '无';
};

/** `order/2026-0001/2` → `2026-0001 第 2 张`. */
const orders: Word = (value) =>
  (Array.isArray(value) ? value : [value])
    .map((one) => String(one).split('/').slice(-2))
    .map(([caseNumber = '', number = '']) => `${caseNumber} 第 ${number} 张`)
    .join('、');

/** By the name of the place; what a place means otherwise under one code stands at `<code>.<place>`. */
const WORDS: Readonly<Record<string, Word>> = {
  department,
  departments: department,
  material,
  materials: material,
  preparation,
  preparations: preparation,
  'readiness-incomplete.missing': preparation,
  'checklist-incomplete.missing': checklist,
  'materials-missing.missing': material,
  'team-incomplete.missing': known(TEAM_PART_NAMES),
  'stock-promised.items': amounts,
  'outstanding.items': outstanding,
  'table-unreadable.reason': known(UNREADABLE),
  phase: known(PHASE_NAMES),
  possibleIn: known(PHASE_NAMES),
  step: known(STEP_NAMES),
  next: known(STEP_NAMES),
  needed: known(ROLE_NAMES),
  ready: amounts,
  orders,
  status: known(STATE_NAMES),
  round,
  from: dated,
  to: dated,
  again: dated,
  earliest: dated,
  requirements: (value) => String(Array.isArray(value) ? value.length : 0),
};

/** The word for one member of `about`; empty when nobody knows one, and then what surrounds it is left out. */
export function inWords(code: string, place: string, value: unknown, naming: Naming): string {
  if (value === undefined || value === null) return '';
  const word = WORDS[`${code}.${place}`] ?? WORDS[place];
  if (word) return word(value, naming);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/**
 * The sentence with its places filled in. A part between commas or in brackets whose place has no word is left out with what leads
 * to it: what remains is a sentence as well.
 */
export function sentence(text: string, word: (place: string) => string): string {
  const PLACE = /\{(\w+)\}/g;
  const empty = (part: string) => [...part.matchAll(PLACE)].some((found) => word(found[1] ?? '') === '');
  const unbracketed = text.replace(/（[^（）]*\{[^（）]*）/g, (part) => (empty(part) ? '' : part));
  const parts = unbracketed.split(/(?<=[，；：。])/);
  const kept = parts.filter((part) => !empty(part));
  if (kept.length === 0) return text.replace(/ ?\{\w+\}/g, '');
  const whole = kept.length === parts.length ? kept.join('') : `${kept.join('').replace(/[，；：。]+$/, '')}。`;
  return whole.replace(PLACE, (_whole, place: string) => word(place));
}
