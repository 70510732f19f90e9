/** The figures of a town (docs/domain.md#figures): what each counts, in words. */
/** What is counted, in Chinese and English. */
export const FIGURES = {
  masks: { zh: '企业签收的医用口罩与KN95口罩', en: 'Medical and KN95 masks that enterprises received' },
  protectiveSuits: {
    zh: '企业签收的防护服与隔离服',
    en: 'Protective suits and isolation gowns that enterprises received',
  },
  glovePairs: { zh: '企业签收的一次性手套（副）', en: 'Pairs of gloves that enterprises received' },
  disinfectantBottles: { zh: '企业签收的消毒液（瓶）', en: 'Bottles of disinfectant that enterprises received' },
  antigenKits: { zh: '企业签收的抗原试剂（人份）', en: 'Antigen kits that enterprises received' },
  closedLoopEmployees: {
    zh: '厂内闭环员工（含已离岗者）',
    en: 'People in an on-site loop, also those who have left',
  },
  lodgedEmployees: {
    zh: '集中住宿员工（含已退住者）',
    en: 'People with a room, also those who have moved out',
  },
  hotels: { zh: '有员工入住的集中住宿点', en: 'Hotels with a stay' },
  testsPerPersonPerDay: {
    zh: '每人每天检测次数：完整运行日内应检且已截止的轮次',
    en: 'Rounds owed by and closed for a person on complete operating days',
  },
  trainedSamplers: { zh: '持证采样员', en: 'Samplers certified by the health centre' },
  departments: { zh: '签批部门', en: 'Departments that signed off' },
  liaisonsPerEnterprise: {
    zh: '每家企业同时在岗的驻企联络员（平均）',
    en: 'Liaisons stationed in an enterprise at the same time, on average',
  },
} as const;
export type Figure = keyof typeof FIGURES;

/** Null: nothing was recorded of which it could be computed. */
export type Figures = { readonly [F in Figure]: number | null };
