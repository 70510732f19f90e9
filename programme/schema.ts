/** Answers for what a programme file 方案 may say: one town, its calendar, its notices and its dated editions. */
import { z } from 'zod';
import { GATES, TEAM_PARTS, TEST_KINDS, type Edition } from '../domain/programme/edition';
import { ENTERPRISE_KINDS } from '../domain/programme/for-whom';
import { LONGEST_PAUSE_DAYS } from '../domain/testing/rounds';
import { checked, fromBeforeTo, opensBeforeDue } from './checked-block';
import { date } from '../contracts/http/fields';
import { noticesSchema } from './notices';
import { channelsSchema } from './channels';
import { editionFits, FIRST_YEAR, LAST_YEAR, programmeFits, yearFits, yearsOf } from './checks';
import { forWhom, kebab, line, NAME_LIMIT, named, SENTENCE_LIMIT, term, time, WEEK_HOURS, whole } from './fields';
import { incidentRules, inspectionRules, lodgingRules, supplyRules, testingRules } from './operation';
import { MOST_TESTS, testRuleFits } from './round-checks';
import { fixedOffset, isTimeZone } from './time-zone';

/** More than this many reminders of one duty are read by nobody. */
const MOST_REMINDERS = 20;
const DAY_MINUTES = 24 * 60;
/** The rules' part of an edition may be this large as JSON: it is carried through every continue-as-new (docs/ARCHITECTURE.md#rules-of-a-case). */
export const RULES_LIMIT = 64 * 1024;

const department = z.strictObject({
  ...named('department 部门'),
  term: term('Time to sign off once a round has begun 会签时限'),
  absoluteVeto: z.boolean().describe('Whether its veto ends the case at once 是否有一票否决权'),
  materials: z.array(z.string()).min(1).describe('Ids of the materials it reviews 审核哪些材料'),
  checklist: z
    .array(
      z.strictObject({
        id: kebab('Id of the checklist item'),
        name: line(SENTENCE_LIMIT, 'What is checked 核查内容'),
        for: forWhom.exactOptional(),
      }),
    )
    .min(1)
    .describe('What it ticks before it approves 核查清单'),
});

const preparation = z.strictObject({
  ...named('preparation 准备事项'),
  for: forWhom.exactOptional(),
  kinds: z
    .array(z.enum(ENTERPRISE_KINDS))
    .min(1)
    .describe('For which kinds of enterprise, as older files say it; better: for 适用企业类型')
    .exactOptional(),
  blocks: z.enum(GATES).describe('What a weak link in it holds up 未整改时卡住哪一步'),
});

const testRule = checked(
  z.strictObject({
    ...named('test round 检测轮次'),
    kind: z.enum(TEST_KINDS).describe('Antigen or nucleic acid 抗原或核酸'),
    from: date('First day 起始日'),
    until: date('Last day, included; none: open-ended 截止日（含）').exactOptional(),
    everyDays: whole(1, LONGEST_PAUSE_DAYS, 'Every so many days from the first day 每几天一次'),
    opens: time('Opens 开始'),
    due: time('Due: the list of the untested goes out 截止'),
    graceMinutes: whole(0, DAY_MINUTES, 'Late sheets are taken so long 宽限分钟'),
  }),
  testRuleFits,
);

const terms = z.strictObject({
  survey: term('Official visits the enterprise 上门调研'),
  commitment: term('Enterprise commits after the first visit 签署承诺书'),
  plan: term('Enterprise submits its plan 提交复工方案'),
  rectification: term('Enterprise mends a returned plan 补正材料'),
  consultation: term('Whoever is consulted answers 答复征求意见'),
  recheck: term('Evidence is rechecked 复核整改'),
  condition: term('A condition is met when no date was set 附条件的整改期限'),
  team: term('Official forms the service team 组建管理服务团队'),
  liaison: term('Official assigns the liaison 指派驻企联络员'),
  arrival: term('Liaison arrives 联络员报到'),
  suspensionReview: term('Epidemic control reviews a suspension 研判停工'),
});

const reminders = z.strictObject({
  quiet: z
    .strictObject({ from: time('Begins 开始'), to: time('Ends 结束') })
    .describe('Nobody is reminded meanwhile; may cross midnight 免打扰时段，可跨零点'),
  leadHours: whole(0, WEEK_HOURS, 'One reminder so long before the due time; 0: none 提前几小时提醒'),
  intervalHours: whole(1, WEEK_HOURS, 'Again at this distance after it 逾期后每隔几小时再提醒'),
  maximum: whole(0, MOST_REMINDERS, 'At most so many reminders of one duty 最多提醒几次'),
  escalateAfterHours: whole(0, WEEK_HOURS, 'Escalated when so much overdue 逾期几小时提级'),
});

/** Conditions arise at sign-off, after the submission: that they could hold up no more. */
const CONDITION_GATES = GATES.filter((gate) => gate !== 'submission');

const edition = checked(
  z.strictObject({
    id: kebab('Id of the edition 版本编号'),
    from: date('In force from this day 自何日起施行'),
    note: line(SENTENCE_LIMIT, 'What is new in it 版本说明'),
    rulebook: line(NAME_LIMIT, 'The rulebook to which an enterprise commits 承诺遵守的方案名称'),
    departments: z.array(department).min(1).describe('Who signs off 会签部门'),
    materials: z
      .array(z.strictObject(named('material 材料')))
      .min(1)
      .describe('What a plan consists of 方案材料'),
    preparations: z.array(preparation).min(1).describe('What the survey looks at 调研准备事项'),
    terms: terms.describe('Time to act 办理时限'),
    conditionsBlock: z.enum(CONDITION_GATES).describe('What an unmet condition holds up 附加条件卡住哪一步'),
    urgeIntervalMinutes: whole(1, WEEK_HOURS * 60, 'The same duty is urged again only after 催办间隔分钟'),
    teamParts: z.array(z.enum(TEAM_PARTS)).min(1).describe('Who must be in the service team 服务团队组成'),
    tests: z.array(testRule).max(MOST_TESTS).describe('Test rounds 检测轮次'),
    report: checked(z.strictObject({ opens: time('Opens 开始'), due: time('Due 截止') }), opensBeforeDue).describe(
      "The liaison's daily report 每日一报",
    ),
    epidemicControl: z.string().describe('Id of the department that suspends and lifts 负责停工与解除的部门'),
    testing: testingRules,
    incident: incidentRules,
    supplies: supplyRules,
    lodging: lodgingRules,
    inspection: inspectionRules,
    reminders: reminders.describe('Reminder policy 提醒规则'),
    completion: z
      .strictObject({ operatingDays: whole(1, 365, 'Whole operating days before closing 办结前完整运行天数') })
      .describe('When a case may be closed 办结条件'),
  }),
  editionFits,
);

const year = checked(
  z.strictObject({
    year: whole(FIRST_YEAR, LAST_YEAR, 'Year 年份'),
    holidays: z.array(date('Holiday 放假日')).describe('Days off that fall on a weekday 放假日'),
    makeUpDays: z.array(date('Make-up working day 调休上班日')).describe('Weekend days that are worked 调休上班日'),
  }),
  yearFits,
);

const timeZone = z
  .string()
  .refine(isTimeZone, {
    message: 'is not a time zone 不是有效时区',
    params: { suggestion: 'an IANA name such as Asia/Shanghai 例如 Asia/Shanghai' },
  })
  .describe('IANA time zone without daylight saving 时区');

const town = z.strictObject({
  id: kebab('Id of the programme 方案编号'),
  town: line(NAME_LIMIT, 'Name of the town 镇名'),
  timeZone,
  officeHours: checked(z.strictObject({ from: time('Opens 上班'), to: time('Closes 下班') }), fromBeforeTo).describe(
    'Deadlines end with them 办公时间',
  ),
  villages: z
    .array(z.strictObject(named('village 村')))
    .min(1)
    .describe('Villages 村居'),
  calendar: z.array(year).describe('Holidays and make-up days by year 放假与调休'),
  channels: channelsSchema,
  notices: noticesSchema,
  editions: z.array(edition).min(1).describe('Dated rules, oldest first 各版规则'),
});

export const programmeSchema = checked(town, (block, report) => {
  programmeFits(block, report);
  const parsed = town.safeParse(block);
  if (!parsed.success) return;
  parsed.data.editions.forEach(({ id }, index) => {
    const bytes = rulesSize(parsed.data, id);
    if (bytes <= RULES_LIMIT) return;
    report(['editions', index], `its rules have ${bytes} bytes, more than ${RULES_LIMIT} 规则过大`, {
      suggestion: 'shorten checklists or drop old years of the calendar 请精简清单或删去往年日历',
    });
  });
});

export type Programme = z.output<typeof programmeSchema>;
export type DatedEdition = Programme['editions'][number];

/** The rules' part of an edition, as a case carries it. Throws for an edition that the programme does not have. */
export function rulesOf(programme: Programme, editionId: string): Edition {
  const found = programme.editions.find(({ id }) => id === editionId);
  if (!found) throw new Error(`programme ${programme.id} has no edition ${editionId}`);
  return {
    programme: programme.id,
    id: found.id,
    town: programme.town,
    utcOffsetMinutes: offsetOf(programme),
    officeHours: programme.officeHours,
    holidays: programme.calendar.flatMap(({ holidays }) => holidays),
    makeUpDays: programme.calendar.flatMap(({ makeUpDays }) => makeUpDays),
    departments: found.departments,
    materials: found.materials,
    preparations: found.preparations,
    rulebook: found.rulebook,
    terms: found.terms,
    conditionsBlock: found.conditionsBlock,
    urgeIntervalMinutes: found.urgeIntervalMinutes,
    teamParts: found.teamParts,
    tests: found.tests,
    report: found.report,
    epidemicControl: found.epidemicControl,
    testing: found.testing,
    incident: found.incident,
    supplies: found.supplies,
    lodging: found.lodging,
    inspection: found.inspection,
    reminders: found.reminders,
    completion: found.completion,
  };
}

/** UTF-8 bytes of an edition's rules as JSON. */
export function rulesSize(programme: Programme, editionId: string): number {
  return new TextEncoder().encode(JSON.stringify(rulesOf(programme, editionId))).length;
}

/** Minutes that the town's time is ahead of UTC. */
export function offsetOf(programme: Programme): number {
  const years = yearsOf(programme);
  // The schema has refused a zone without one offset; while it checks the size of such a file, any number will do.
  return (years && fixedOffset(programme.timeZone, years.first, years.last)) ?? 0;
}
