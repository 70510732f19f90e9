/** The Chinese words of the glossary (docs/glossary.md) for what the code names: phases, duties, commands, owners. */
import type { DutyKind } from '../../domain/case/agenda';
import type { CommandType, ReportAlarm } from '../../domain/case/commands';
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import type { Phase } from '../../domain/case/state';

export const PHASE_NAMES: { readonly [P in Phase]: string } = {
  survey: '调研走访',
  plan: '编制复工方案',
  'sign-offs': '部门会签',
  stationing: '驻企',
  operating: '复工运行',
  suspended: '停工',
  completed: '已办结',
  withdrawn: '已撤回',
  refused: '已否决',
};

export const KIND_NAMES: { readonly [K in EnterpriseKind]: string } = { factory: '工厂', supermarket: '超市' };

export const DUTY_NAMES: { readonly [K in DutyKind]: string } = {
  survey: '上门调研',
  commitment: '签署承诺书',
  evidence: '提交整改佐证',
  recheck: '复核整改',
  plan: '提交复工方案',
  'sign-off': '会签',
  rectification: '补正材料',
  consultation: '答复征求意见',
  team: '组建管理服务团队',
  liaison: '指派驻企联络员',
  arrival: '联络员报到',
  test: '上报检测结果',
  results: '出具检测结果',
  untested: '核实未检人员',
  certification: '采样员培训发证',
  visit: '流动采样',
  'incident-isolate': '就地隔离',
  'incident-recheck': '核酸复核',
  'incident-inform': '报告镇防控办',
  'incident-suspend': '研判停工范围',
  'incident-transfer': '转运',
  'incident-disinfect': '终末消毒',
  'incident-trace': '排查密接',
  'order-confirmation': '确认补货申领',
  'order-back-order': '筹措待补货物资',
  'order-dispatch': '发放物资',
  'order-delivery': '配送物资',
  'order-receipt': '签收物资',
  deviation: '核实违规外出',
  finding: '整改巡查问题',
  report: '每日一报',
  'suspension-review': '研判停工',
  closing: '办结',
};

export const COMMAND_NAMES: { readonly [T in CommandType]: string } = {
  recordSurvey: '登记调研走访',
  commit: '提交承诺书',
  submitEvidence: '提交整改佐证',
  recheckRequirement: '复核整改',
  addMaterial: '提交材料',
  guide: '定点指导',
  submitPlan: '提交复工方案',
  approve: '同意',
  approveWithConditions: '附条件同意',
  returnPlan: '退回补正',
  veto: '否决',
  transfer: '转办',
  consult: '征求意见',
  answerConsultation: '答复征求意见',
  takeBack: '撤回会签',
  urge: '催办',
  copy: '抄送',
  issueNotice: '下达一次性告知书',
  formTeam: '组建管理服务团队',
  assignLiaison: '指派驻企联络员',
  arrive: '联络员报到',
  nameStandIn: '指定代班',
  handOver: '联络员交接',
  reportTests: '上报检测结果',
  correctTests: '更正检测结果',
  accountForUntested: '核实未检人员',
  nameSampler: '推荐采样员',
  certifySampler: '采样员发证',
  requestVisit: '预约流动采样',
  completeVisit: '完成流动采样',
  reportRecheck: '上报复核结果',
  takeIncidentStep: '异常处置',
  requestSupplies: '申领物资',
  confirmOrder: '确认补货申领',
  cancelOrder: '取消申领',
  dispatchOrder: '发放物资',
  deliverOrder: '送达物资',
  receiveOrder: '签收物资',
  countSupplies: '清点物资',
  reportMovements: '上报出入',
  followUpDeviation: '核实违规外出',
  formSelfManagement: '组建自我管理队伍',
  recordInspection: '登记巡查',
  closeFinding: '整改巡查问题',
  reportDay: '每日一报',
  suspend: '停工',
  lift: '解除停工',
  complete: '办结',
  withdraw: '撤回复工事项',
};

/** What a daily report raises an alarm by. */
export const ALARM_NAMES: { readonly [A in ReportAlarm]: string } = {
  'epidemic-abnormal': '疫情状况异常',
  'production-stopped': '生产停止',
};

const OWNER_NAMES: { readonly [owner: string]: string } = {
  official: '镇工作人员',
  enterprise: '企业',
  liaison: '驻企联络员',
  storekeeper: '物资保障组',
  health: '社区卫生服务中心',
  volunteer: '志愿者',
};

/** Rules, or a town's words. */
export interface NamedDepartments {
  readonly departments: readonly { readonly id: string; readonly name: string }[];
}

/** The owner of a duty in Chinese; a department by the name that the edition gives it. */
export function ownerName(owner: string, edition: NamedDepartments): string {
  const department = edition.departments.find((one) => owner === `department/${one.id}`);
  return department?.name ?? OWNER_NAMES[owner] ?? owner;
}
