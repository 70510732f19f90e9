/** The bodies of all commands, as people and programs send them; unknown fields are mistakes. */
import { z } from 'zod';
import {
  DEVIATION_OUTCOMES,
  EPIDEMIC_STATUS,
  EVIDENCE_KINDS,
  PRODUCTION,
  READINESS,
  RECHECK_MODES,
  REPORTED_STEPS,
  SAMPLINGS,
  SUSPENSION_REASONS,
  SUSPENSION_SCOPES,
  type Commands,
  type CommandType,
} from '../../domain/case/commands';
import { TEAM_PARTS } from '../../domain/programme/edition';
import {
  byId,
  count,
  COUNT_LIMIT,
  date,
  freeText,
  id,
  namedAccount,
  namedDocument,
  namedPerson,
  plainText,
  versions,
  type Referenced,
} from '../http/fields';
import { correctedRow, movementRow, resultRow, ROWS_LIMIT, tabular, whose } from '../documents/sheets';

/** More of anything in one act is not a person's work; the limit bounds an envelope to a few hundred kilobytes. */
const MANY = 50;

const department = id('Department id 部门');
const round = z.int().min(1).meta({ description: 'The sign-off round that the sender saw 会签轮次' });
const seen = versions('The version of each material that the sender saw 所见材料版本');
const opinion = freeText('Opinion 意见').optional();
const incident = id('Incident 异常处置');
const sheetId = id("The sender's own id of the sheet; the same sheet is taken once 结果表编号");
const order = z.int().min(1).max(COUNT_LIMIT).meta({ description: 'Number of the order 申领单号' });
const consignment = z.int().min(1).max(MANY).meta({ description: 'Number of the consignment, 1 for the first 批次' });
const item = id('Item of the programme 物资');
const quantities = z
  .array(z.strictObject({ item, quantity: z.int().min(1).max(COUNT_LIMIT).meta({ description: 'Quantity 数量' }) }))
  .min(1)
  .max(MANY)
  .meta({ description: 'Items and quantities 物资与数量' });
const counted = z
  .array(z.strictObject({ item, quantity: count('Counted 清点数量') }))
  .min(1)
  .max(MANY)
  .meta({ description: 'Items and what was counted 物资与清点数量' });

const confirmedSingles = z.boolean().optional().meta({
  description:
    'Yes, these are single tubes: a tube of one person, a positive without a tube among rows that have one 确为单管单检',
});
const checklist = z.array(id('Checklist item 审核要点')).max(MANY).meta({ description: 'Ticked items 已核要点' });

const photos = z.array(namedDocument('Photo 照片')).max(MANY).default([]).meta({ description: 'Photos 照片' });
const notApplicable = z
  .array(
    z.strictObject({ item: id('Checklist item 审核要点'), reason: freeText('Why it does not apply 不适用的理由') }),
  )
  .min(1)
  .max(MANY)
  .optional()
  .meta({ description: 'Items that do not apply 不适用的要点' });

export const COMMAND_BODIES = {
  recordSurvey: z.strictObject({
    visitors: freeText('Who visited 走访人'),
    visitedOn: date('Date of the visit 走访日期'),
    readiness: byId('Preparation id 准备事项', z.enum(READINESS)).meta({ description: 'Readiness 准备情况' }),
    opinions: freeText("The owner's opinions and suggestions 意见建议").optional(),
    keyMatters: freeText('Key matters 重点事项').optional(),
    weakLinks: z
      .array(
        z.strictObject({
          preparation: id('Preparation id 准备事项'),
          finding: freeText('Weak link 薄弱环节'),
          requirement: freeText('Improvement requirement 改进要求'),
          dueOn: date('Due date 整改期限'),
          evidence: z.enum(EVIDENCE_KINDS).meta({ description: 'Evidence needed 佐证形式' }),
          recheck: z.enum(RECHECK_MODES).meta({ description: 'How it is rechecked 复核方式' }),
        }),
      )
      .max(MANY)
      .meta({ description: 'Weak links 薄弱环节' }),
  }),
  commit: z.strictObject({
    rulebook: plainText(200).meta({ description: 'Name of the rulebook committed to 承诺遵守的方案' }),
    document: namedDocument('The signed commitment 承诺书'),
  }),
  submitEvidence: z.strictObject({
    requirement: id('Requirement 改进要求'),
    documents: z.array(namedDocument('Evidence 佐证')).max(MANY).meta({ description: 'Evidence 佐证材料' }),
    note: freeText('Note 说明').optional(),
  }),
  recheckRequirement: z.strictObject({
    requirement: id('Requirement 改进要求'),
    passed: z.boolean().meta({ description: 'Passed 复核是否通过' }),
    mode: z.enum(RECHECK_MODES).meta({ description: 'How it was rechecked 复核方式' }),
    opinion,
  }),
  addMaterial: z.strictObject({ material: id('Material 材料'), document: namedDocument('The file 文件') }),
  guide: z.strictObject({ department, material: id('Material 材料').optional(), text: freeText('Guidance 定点指导') }),
  submitPlan: z.strictObject({ versions: seen }),
  approve: z.strictObject({ department, round, versions: seen, checklist, notApplicable, opinion }),
  approveWithConditions: z.strictObject({
    department,
    round,
    versions: seen,
    checklist,
    notApplicable,
    conditions: z
      .array(z.strictObject({ text: freeText('Condition 条件'), dueOn: date('Due date 期限').optional() }))
      .min(1)
      .max(MANY)
      .meta({ description: 'Conditions 附加条件' }),
    opinion,
  }),
  returnPlan: z.strictObject({
    department,
    round,
    versions: seen,
    defects: z
      .array(z.strictObject({ material: id('Material 材料'), text: freeText('Defect 缺陷') }))
      .min(1)
      .max(MANY)
      .meta({ description: 'Defects 缺陷' }),
    opinion,
  }),
  veto: z.strictObject({ department, round, opinion }),
  transfer: z.strictObject({ department, round, to: namedAccount('Reviewer of the same department 本部门审核人') }),
  consult: z.strictObject({
    department,
    round,
    of: id('`enterprise` or a department 被征求意见方'),
    question: freeText('Question 征求意见内容'),
  }),
  answerConsultation: z.strictObject({ consultation: id('Consultation 征求意见'), answer: freeText('Answer 答复') }),
  takeBack: z.strictObject({ department, round }),
  urge: z.strictObject({ duty: id('Duty 待办事项') }),
  copy: z.strictObject({ to: namedAccount('Account 抄送对象') }),
  issueNotice: z.strictObject({ round }),
  formTeam: z.strictObject({
    members: z
      .array(
        z.strictObject({
          part: z.enum(TEAM_PARTS).meta({ description: 'From where 来自' }),
          person: freeText('Name and post 姓名职务'),
        }),
      )
      .min(1)
      .max(MANY)
      .meta({ description: 'Members 成员' }),
  }),
  assignLiaison: z.strictObject({ liaison: namedAccount('Liaison 驻企联络员'), from: date('First day 驻企起始日') }),
  arrive: z.strictObject({}),
  nameStandIn: z.strictObject({
    liaison: namedAccount('Stand-in 代班联络员'),
    from: date('First day 起'),
    to: date('Last day 止'),
  }),
  handOver: z.strictObject({ liaison: namedAccount('The next liaison 接任联络员'), from: date('First day 起') }),
  reportTests: z.strictObject({
    round: id('Test round 检测轮次'),
    sheet: sheetId,
    ...tabular(resultRow),
    sampling: z.enum(SAMPLINGS).optional().meta({ description: 'How nucleic-acid samples were taken 采样方式' }),
    sampler: namedPerson('Certified sampler 采样员').optional(),
    confirmedSingles,
  }),
  correctTests: z.strictObject({
    round: id('Test round 检测轮次'),
    sheet: sheetId,
    rows: z
      .array(z.strictObject({ ...correctedRow.shape, corrects: id('Id of the result that it corrects 被更正的结果') }))
      .min(1)
      .max(ROWS_LIMIT)
      .meta({ description: 'Corrected results 更正的结果' }),
    reason: freeText('Reason 更正原因'),
    confirmedSingles,
  }),
  accountForUntested: z.strictObject({ round: id('Test round 检测轮次'), opinion }),
  nameSampler: z.strictObject({ person: namedPerson('Employee 员工') }),
  certifySampler: z.strictObject({
    person: namedPerson('Employee 员工'),
    document: namedDocument('Certificate 证书').optional(),
  }),
  requestVisit: z.strictObject({ date: date('Date of the visit 流动采样日期') }),
  completeVisit: z.strictObject({ visit: id('Visit 流动采样'), sampled: count('People sampled 采样人数') }),
  reportRecheck: z.strictObject({
    incident,
    sheet: sheetId,
    rows: z
      .array(
        z.strictObject({ ...whose, result: z.enum(['negative', 'positive']).meta({ description: 'Result 结果' }) }),
      )
      .min(1)
      .max(ROWS_LIMIT)
      .meta({ description: 'Rows 复核结果' }),
  }),
  takeIncidentStep: z.strictObject({
    incident,
    step: z.enum(REPORTED_STEPS).meta({ description: 'Step taken 办理步骤' }),
    note: freeText('Note 说明').optional(),
    documents: z.array(namedDocument('Evidence 佐证')).max(MANY).default([]).meta({ description: 'Evidence 佐证材料' }),
  }),
  requestSupplies: z.strictObject({ lines: quantities }),
  confirmOrder: z.strictObject({ order }),
  cancelOrder: z.strictObject({ order, reason: freeText('Reason 取消原因').optional() }),
  dispatchOrder: z.strictObject({
    order,
    consignment,
    volunteer: namedAccount('Volunteer who delivers 配送志愿者'),
    lines: quantities.optional(),
  }),
  deliverOrder: z.strictObject({ order, consignment }),
  receiveOrder: z.strictObject({
    order,
    consignment,
    lines: counted,
    note: freeText('Note on differences 差异说明').optional(),
  }),
  countSupplies: z.strictObject({ counts: counted }),
  reportMovements: z.strictObject({ list: sheetId, ...tabular(movementRow) }),
  followUpDeviation: z.strictObject({
    deviation: id('Deviation 违规外出'),
    outcome: z.enum(DEVIATION_OUTCOMES).meta({ description: 'Outcome 核实结论' }),
    note: freeText('What was found 核实情况'),
  }),
  formSelfManagement: z.strictObject({
    members: z
      .array(namedPerson('Party-member employee 党员员工'))
      .min(1)
      .max(MANY)
      .meta({ description: 'Members 队员' }),
  }),
  recordInspection: z.strictObject({
    area: freeText('Where 巡查区域'),
    findings: z
      .array(
        z.strictObject({
          text: freeText('Finding 发现问题'),
          photos,
        }),
      )
      .max(MANY)
      .meta({ description: 'Findings 发现的问题' }),
  }),
  closeFinding: z.strictObject({
    finding: id('Finding 问题'),
    note: freeText('What was done 整改情况').optional(),
    photos,
  }),
  reportDay: z.strictObject({
    date: date('The day reported 日报日期'),
    production: z.enum(PRODUCTION).meta({ description: 'Production 生产情况' }),
    present: count('People on site 在岗人数'),
    epidemic: z.enum(EPIDEMIC_STATUS).meta({ description: 'Epidemic 防疫情况' }),
    remarks: freeText('Remarks 备注').optional(),
  }),
  suspend: z.strictObject({
    reason: z.enum(SUSPENSION_REASONS).meta({ description: 'Reason 停工原因' }),
    scope: z.enum(SUSPENSION_SCOPES).optional().meta({ description: 'Without one the whole site 停工范围' }),
    of: freeText('Which workshop or team 哪个车间或班组').optional(),
    incident: incident.optional(),
    opinion,
  }),
  lift: z.strictObject({ suspension: id('Suspension 停工').optional(), opinion }),
  complete: z.strictObject({
    waivers: z
      .array(z.strictObject({ item: id('Outstanding item 未结事项'), reason: freeText('Reason 豁免理由') }))
      .max(MANY)
      .meta({ description: 'Waivers 豁免事项' }),
  }),
  withdraw: z.strictObject({ reason: freeText('Reason 撤回原因').optional() }),
} as const satisfies { [T in CommandType]: z.ZodType };

/**
 * Commands whose people and results stay in PostgreSQL: the API stores the body's rows there and sends counts and ids instead
 * (api/testing/prepared-commands.ts).
 */
export const PREPARED = [
  'reportTests',
  'correctTests',
  'reportRecheck',
  'takeIncidentStep',
  'reportMovements',
] as const;
export type PreparedType = (typeof PREPARED)[number];

/** A body with references in place of words. */
export type Referred<T extends CommandType> = Referenced<z.output<(typeof COMMAND_BODIES)[T]>>;
type Holds<Claim extends true> = Claim;
/** Fails to compile when a body, its words replaced by references, is not exactly what the domain's command takes. */
export type BodiesAreCommands = Holds<
  { [T in Exclude<CommandType, PreparedType>]: Referred<T> extends Commands[T] ? true : T }[Exclude<
    CommandType,
    PreparedType
  >]
>;
