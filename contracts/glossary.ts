/** The Chinese words of the glossary (DOMAIN §6) for what the code names: phases, duties, commands, owners. */
import type { DutyKind } from '../domain/agenda';
import type { CommandType } from '../domain/commands';
import type { Edition, EnterpriseKind } from '../domain/edition';
import type { Phase } from '../domain/state';

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
  reportDay: '每日一报',
  suspend: '停工',
  lift: '解除停工',
  complete: '办结',
  withdraw: '撤回复工事项',
};

const OWNER_NAMES: { readonly [owner: string]: string } = {
  official: '镇工作人员',
  enterprise: '企业',
  liaison: '驻企联络员',
};

/** The owner of a duty in Chinese; a department by the name that the edition gives it. */
export function ownerName(owner: string, edition: Pick<Edition, 'departments'>): string {
  const department = edition.departments.find((one) => owner === `department/${one.id}`);
  return department?.name ?? OWNER_NAMES[owner] ?? owner;
}
