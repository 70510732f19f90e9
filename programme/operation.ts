/** What a programme file says of operating days: testing, positives, supplies, lodging, the self-management team. */
import { z } from 'zod';
import { SUPPLY_FIGURES } from '../domain/programme/edition';
import { checked, fromBeforeTo } from './checked-block';
import { line, named, NAME_LIMIT, term, time, whole } from './fields';
import { suppliesFit, tubesDiffer, windowsApart } from './operation-checks';

/** More sorts of mixed tube than laboratories have. */
const MOST_TUBE_SIZES = 5;
/** No laboratory mixes more samples into one tube. */
const LARGEST_TUBE = 30;
/** A month of quiet is longer than any incubation. */
const LONGEST_QUIET_DAYS = 30;
/** A town's list has some tens of items; more would not be looked through on a phone. */
const MOST_ITEMS = 60;
/** Nobody uses up more of anything in a day. */
const MOST_PER_DAY = 100;
/** Two months: what lasts longer than that is not topped up. */
const LONGEST_COVER_DAYS = 60;
/** Shifts of a day. */
const MOST_WINDOWS = 6;
/** Owners of the agenda (domain/case/duty.ts) and a department by its id. */
const OWNER_LIMIT = 60;

export const testingRules = checked(
  z.strictObject({
    tubeSizes: z
      .array(whole(2, LARGEST_TUBE, 'Samples in one mixed tube 混管人数'))
      .min(1)
      .max(MOST_TUBE_SIZES)
      .describe('How many samples a mixed tube may hold 混管规格'),
    quietDays: whole(0, LONGEST_QUIET_DAYS, 'Days of quiet of a new arrival 新到人员静默天数'),
    results: term('Pending results are owed after a round has closed 待出结果补报时限'),
    untested: term('Epidemic control looks into the untested 核实未检人员时限'),
    certification: term('The health centre certifies a sampler 采样员发证时限'),
  }),
  tubesDiffer,
).describe('Testing 检测');

export const incidentRules = z
  .strictObject({
    isolate: term('People are isolated on site 就地隔离'),
    recheck: term('The health centre rechecks 核酸复核'),
    inform: term('Epidemic control is told 报告镇防控办'),
    suspend: term('Epidemic control suspends 研判停工范围'),
    transfer: term('The health centre transfers 转运'),
    disinfect: term('The enterprise disinfects 终末消毒'),
    trace: term('Epidemic control finds close contacts 排查密接'),
    tell: z
      .array(line(OWNER_LIMIT, 'Who is told 通知对象'))
      .min(1)
      .describe("The emergency plan's list, epidemic control first 应急通知名单，防控办为首"),
  })
  .describe('After a positive 异常处置');

const item = z.strictObject({
  ...named('item 物资'),
  unit: line(NAME_LIMIT, 'Unit 单位'),
  perHeadPerDay: z
    .number()
    .min(0)
    .max(MOST_PER_DAY)
    .describe('Used by one person a day; 0: not used up daily 每人每天用量'),
  figure: z.enum(SUPPLY_FIGURES).exactOptional().describe('What the statistics count it as 统计口径'),
});

export const supplyRules = checked(
  z.strictObject({
    items: z.array(item).max(MOST_ITEMS).describe('Items of the stock 物资清单'),
    checkAt: time('Days of cover are looked at 每日核算可用天数的时刻'),
    thresholdDays: whole(0, LONGEST_COVER_DAYS, 'Below so many days a top-up is made 低于几天补货'),
    targetDays: whole(1, LONGEST_COVER_DAYS, 'A top-up brings it up to so many days 补到几天'),
    topUp: z.enum(['propose', 'place']).describe('Proposed to the enterprise, or placed by itself 建议或自动申领'),
    confirm: term('The enterprise confirms a proposal 确认补货申领'),
    dispatch: term('The storekeeper dispatches 发放'),
    backOrder: term('The storekeeper finds what is lacking 筹措待补货物资'),
    deliver: term('The volunteer delivers 配送'),
    receive: term('The enterprise receives 签收'),
  }),
  suppliesFit,
).describe('Supplies 物资');

export const lodgingRules = checked(
  z.strictObject({
    windows: z
      .array(checked(z.strictObject({ from: time('Begins 开始'), to: time('Ends 结束') }), fromBeforeTo))
      .max(MOST_WINDOWS)
      .describe('When people move between work and lodging 两点一线通勤时段'),
    followUp: term('The liaison follows a deviation up 核实违规外出'),
  }),
  windowsApart,
).describe('Lodging 集中住宿');

export const inspectionRules = z
  .strictObject({ finding: term('A finding is closed 整改巡查问题') })
  .describe('Self-management team 自我管理队伍');
