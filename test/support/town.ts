/** A small town for tests built in code: four departments, five materials, real dates of spring 2022, and everyone who acts. */
import { instantOf } from '../../domain/calendar/calendar';
import type { Edition, Instant, LocalDate, LocalTime } from '../../domain/programme/edition';
import type { Account, DocumentRef, TextRef } from '../../domain/ledger/entry';
import type { EnterpriseRef } from '../../domain/case/state';

export const EDITION: Edition = {
  programme: 'zhongxing',
  id: 'april-2022',
  town: '中兴镇',
  utcOffsetMinutes: 8 * 60, // Asia/Shanghai
  officeHours: { from: '09:00', to: '17:30' },
  // Qingming, Labour Day, Dragon Boat of 2022 as far as they fall on weekdays, and the weekend days worked for them.
  holidays: ['2022-04-04', '2022-04-05', '2022-05-02', '2022-05-03', '2022-05-04', '2022-06-03'],
  makeUpDays: ['2022-04-02', '2022-04-24', '2022-05-07'],
  departments: [
    {
      id: 'epidemic-control',
      name: '镇防控办',
      term: { days: 2 },
      absoluteVeto: true,
      materials: ['prevention-list', 'closed-loop'],
      checklist: [
        { id: 'two-points-one-line', name: '两点一线' },
        { id: 'isolation-room', name: '隔离观察室' },
      ],
    },
    {
      id: 'economy',
      name: '经济办',
      term: { workingDays: 2 },
      absoluteVeto: false,
      materials: ['work-plan'],
      checklist: [
        { id: 'orders', name: '订单' },
        { id: 'capacity', name: '产能', for: { kind: ['factory'] } },
      ],
    },
    {
      id: 'market',
      name: '市场所',
      term: { workingDays: 2 },
      absoluteVeto: false,
      materials: ['work-plan', 'employees'],
      checklist: [
        { id: 'food', name: '食堂食品安全' },
        { id: 'customers', name: '超市限流', for: { kind: ['supermarket'] } },
      ],
    },
    {
      id: 'enforcement',
      name: '综合行政执法队',
      term: { workingDays: 3 },
      absoluteVeto: false,
      materials: ['safety'],
      checklist: [{ id: 'fire', name: '消防通道' }],
    },
  ],
  materials: [
    { id: 'work-plan', name: '工作方案' },
    { id: 'safety', name: '安全生产措施' },
    { id: 'prevention-list', name: '防疫要求清单' },
    { id: 'closed-loop', name: '闭环管理' },
    { id: 'employees', name: '员工基本情况' },
  ],
  preparations: [
    { id: 'disinfection', name: '消杀', kinds: ['factory', 'supermarket'], blocks: 'submission' },
    { id: 'isolation', name: '隔离观察室', kinds: ['factory', 'supermarket'], blocks: 'operation' },
    { id: 'stock', name: '防疫物资', kinds: ['factory'], blocks: 'completion' },
    { id: 'checkout', name: '收银通道', for: { kind: ['supermarket'] }, blocks: 'operation' },
  ],
  rulebook: '《中兴镇关于疫情防控期间逐步恢复企业生产的建议方案》',
  terms: {
    survey: { workingDays: 1 },
    commitment: { workingDays: 2 },
    plan: { workingDays: 3 },
    rectification: { workingDays: 2 },
    consultation: { workingDays: 1 },
    recheck: { workingDays: 1 },
    condition: { days: 3 },
    team: { workingDays: 1 },
    liaison: { workingDays: 1 },
    arrival: { days: 1 },
    suspensionReview: { days: 1 },
  },
  conditionsBlock: 'operation',
  urgeIntervalMinutes: 120,
  teamParts: ['village', 'enterprise', 'department'],
  // 一日两检; the evening round runs every other day from June, ends, and comes back once a week in August.
  tests: [
    {
      id: 'morning',
      name: '早间抗原',
      kind: 'antigen',
      from: '2022-04-01',
      until: '2022-06-30',
      everyDays: 1,
      opens: '06:00',
      due: '08:30',
      graceMinutes: 60,
    },
    {
      id: 'evening',
      name: '晚间核酸',
      kind: 'nucleic-acid',
      from: '2022-04-01',
      until: '2022-05-31',
      everyDays: 1,
      opens: '17:00',
      due: '20:00',
      graceMinutes: 120,
    },
    {
      id: 'evening-june',
      name: '晚间核酸(隔日)',
      kind: 'nucleic-acid',
      from: '2022-06-01',
      until: '2022-06-30',
      everyDays: 2,
      opens: '17:00',
      due: '20:00',
      graceMinutes: 120,
    },
    {
      id: 'weekly',
      name: '每周核酸',
      kind: 'nucleic-acid',
      from: '2022-08-15',
      everyDays: 7,
      opens: '17:00',
      due: '20:00',
      graceMinutes: 120,
    },
  ],
  report: { opens: '16:00', due: '18:00' },
  epidemicControl: 'epidemic-control',
  reminders: {
    quiet: { from: '22:00', to: '07:00' },
    leadHours: 2,
    intervalHours: 4,
    maximum: 3,
    escalateAfterHours: 6,
  },
  testing: {
    tubeSizes: [10, 20],
    quietDays: 3,
    results: { hours: 24 },
    untested: { hours: 12 },
    certification: { days: 2 },
  },
  incident: {
    isolate: { hours: 1 },
    recheck: { hours: 6 },
    inform: { hours: 1 },
    suspend: { hours: 2 },
    transfer: { hours: 6 },
    disinfect: { hours: 24 },
    trace: { hours: 24 },
    tell: ['department/epidemic-control', 'health', 'village', 'official'],
  },
  supplies: {
    items: [
      { id: 'mask', name: '医用口罩', unit: '只', perHeadPerDay: 2, figure: 'masks' },
      { id: 'suit', name: '防护服', unit: '件', perHeadPerDay: 0, figure: 'protectiveSuits' },
      { id: 'kit', name: '抗原试剂', unit: '人份', perHeadPerDay: 1, figure: 'antigenKits' },
    ],
    checkAt: '10:00',
    thresholdDays: 3,
    targetDays: 7,
    topUp: 'propose',
    confirm: { hours: 24 },
    dispatch: { hours: 24 },
    backOrder: { days: 2 },
    deliver: { hours: 24 },
    receive: { hours: 24 },
  },
  lodging: {
    windows: [
      { from: '06:00', to: '08:30' },
      { from: '17:00', to: '20:30' },
    ],
    followUp: { hours: 12 },
  },
  inspection: { finding: { days: 2 } },
  completion: { operatingDays: 2 },
};

export const FACTORY: EnterpriseRef = { id: 'e-57', name: '上海某电子有限公司', kind: 'factory', village: 'beixing' };

const reviewer = (account: string, department: string): Account => ({ account, role: 'reviewer', department });

export const OFFICIAL: Account = { account: 'a-official', role: 'official' };
export const OWNER: Account = { account: 'a-owner', role: 'enterprise', enterprise: FACTORY.id };
export const STRANGER: Account = { account: 'a-stranger', role: 'enterprise', enterprise: 'e-other' };
export const VILLAGER: Account = { account: 'a-village', role: 'village', village: FACTORY.village };
export const LIAISON: Account = { account: 'a-liaison', role: 'liaison' };
export const SECOND_LIAISON: Account = { account: 'a-liaison-2', role: 'liaison' };
export const THIRD_LIAISON: Account = { account: 'a-liaison-3', role: 'liaison' };

/** The reviewer of each department, and a colleague in the same one. */
export function reviewerOf(department: string): Account {
  return reviewer(`a-${department}`, department);
}
export function colleagueOf(department: string): Account {
  return reviewer(`a-${department}-2`, department);
}

export const DEPARTMENTS = EDITION.departments.map((department) => department.id);

export const STOREKEEPER: Account = { account: 'a-store', role: 'storekeeper' };
export const VOLUNTEER: Account = { account: 'a-volunteer', role: 'volunteer' };
export const HEALTH: Account = { account: 'a-health', role: 'health' };

/** Everyone who may stand behind a command, wrong ones included. */
export const CAST: readonly Account[] = [
  OFFICIAL,
  OWNER,
  STRANGER,
  VILLAGER,
  LIAISON,
  SECOND_LIAISON,
  THIRD_LIAISON,
  ...DEPARTMENTS.flatMap((department) => [reviewerOf(department), colleagueOf(department)]),
  STOREKEEPER,
  VOLUNTEER,
  HEALTH,
  { account: 'a-operator', role: 'operator' },
];

export function text(id: string): TextRef {
  return { text: id, hmac: `hmac-of-${id}` };
}

export function file(id: string): DocumentRef {
  return { document: id, hmac: `hmac-of-${id}` };
}

/** An instant of the town's local time. */
export function at(date: LocalDate, time: LocalTime): Instant {
  return instantOf(date, time, EDITION);
}

/** Whether this enterprise is asked about it, in the tests' own words: it says for whom it is, or it is for all. */
export function isAsked(
  { for: forWhom, kinds = forWhom?.kind }: { for?: { kind?: readonly string[] }; kinds?: readonly string[] },
  { kind }: Pick<EnterpriseRef, 'kind'>,
): boolean {
  return kinds === undefined || kinds.some((one) => one === kind);
}
