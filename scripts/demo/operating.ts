/** The operating days of an enterprise of the demonstration: what is due is done, then the case's clock moves on, to the end. */
import type { CaseView } from '../../contracts/case/views';
import { isClosedView } from '../../domain/case/views';
import type { DutyKind } from '../../domain/case/agenda';
import { addDays, instantOf, localDate } from '../../domain/calendar/calendar';
import { settleRequirements } from './approval';
import { requireOpen, ZONE, type Story } from './story';

/** Two complete operating days, then the third morning. */
const COMPLETE_DAYS = 2;
/** A week more than it needs. */
const LONGEST_DAYS = 9;

/** Does what is due, then moves the case's clock to its next moment, until the third morning's tests are reported. */
export async function operate(story: Story, toTheEnd: boolean): Promise<void> {
  for (let told = ''; !(await isDone(story, toTheEnd));) {
    const view = await story.view();
    const day = localDate(view.clock, ZONE);
    if (day !== told) console.log(`  —— ${day} ——`);
    told = day;
    requireRunning(view);
    await story.days.onDay(story, view);
    await doDuties(story);
    await settleRequirements(story);
    if (toTheEnd && (await isClosable(story))) return;
    if (await isDone(story, toTheEnd)) return;
    requireProgress(await story.view());
    await story.town.attempt(`/reopenings/${story.caseNumber}/fast-forward`, { as: story.town.account('operator') });
  }
}

/** @throws Error with a sentence for the reader when somebody has stopped the enterprise: only people may let it run again */
function requireRunning({ phase, caseNumber }: CaseView): void {
  if (phase !== 'suspended') return;
  throw new Error(
    `事项 ${caseNumber} 已停工，演示不能继续；请在控制台解除停工后再次运行。The case is suspended: lift it, then run the demonstration again.`,
  );
}

/** @throws Error naming what is owed when the case does not come to its end: time could be moved for ever */
function requireProgress({ clock, operation: { startsOn }, outstanding }: CaseView): void {
  if (startsOn === null || clock < instantOf(addDays(startsOn, LONGEST_DAYS), '00:00', ZONE)) return;
  throw new Error(
    `演示停滞,未结事项:${outstanding.join('、')}。The demonstration does not end: these are outstanding.`,
  );
}

/** Until nothing is owed that the demonstration knows how to do: an act may be followed by the next one's duty at once. */
export async function doDuties(story: Story): Promise<void> {
  for (let before = -1; ;) {
    const view = await story.view();
    if (view.sequence === before) return;
    before = view.sequence;
    for (const duty of view.agenda.filter((one) => one.opens <= view.clock))
      await doDuty(story, duty.kind, duty.id, view);
  }
}

async function doDuty(story: Story, kind: DutyKind, id: string, view: CaseView): Promise<void> {
  const which = id.slice(kind.length + 1);
  if (kind === 'report') {
    await story.act('report-day', story.liaison, {
      date: which,
      production: 'normal',
      present: story.days.people.length,
      epidemic: 'nothing-to-report',
    });
    story.say(`联络员每日一报 ${which}:生产正常,无异常(零报告)。台账 ${view.sequence + 1} 条。`);
    return;
  }
  await story.days.doDuty(story, kind, which, view);
}

/** The third morning: two complete days lie behind, and the morning's tests are reported. To the end: the case is closed. */
export async function isDone(story: Story, toTheEnd: boolean): Promise<boolean> {
  const view = await story.view();
  requireOpen(view);
  if (isClosedView(view)) return true;
  return !toTheEnd && isThirdMorning(view);
}

async function isClosable(story: Story): Promise<boolean> {
  const view = await story.view();
  return isThirdMorning(view) && view.outstanding.length === 0;
}

export async function complete(story: Story): Promise<void> {
  const view = await story.view();
  requireOpen(view);
  if (isClosedView(view)) return;
  await story.act('complete', story.official, { waivers: [] });
  story.say('无未结事项,镇商会办结。');
}

function isThirdMorning({ clock, operation: { startsOn, rounds } }: CaseView): boolean {
  if (startsOn === null) return false;
  const third = addDays(startsOn, COMPLETE_DAYS);
  if (clock < instantOf(third, '00:00', ZONE)) return false;
  return rounds.some((round) => round.id.startsWith(third) && round.counts?.untested === 0);
}
