/** The self-management team 自我管理队伍 of party-member employees: its inspections 巡查 and findings, each a duty until it is closed. */
import type { Command } from './commands';
import { termed, type Duty } from './duty';
import { refuse } from '../ledger/rejection';
import { isRunning, type Reopening, type Rule } from './state';
import { requireOwnLiaison } from './stationing';

/** Each is a duty of the enterprise's: with so many open, the next inspection waits until some are closed. */
const MOST_OPEN = 200;

export const formSelfManagement: Rule<Command<'formSelfManagement'>> = (state, { members }, act) => {
  const { inspection } = state;
  const team = [...new Set(members)].sort();
  if (team.length === inspection.team.length && team.every((one, index) => one === inspection.team[index])) {
    refuse('already-done');
  }
  inspection.team = team;
  act.record('self-management-formed', { members: team });
};

export const recordInspection: Rule<Command<'recordInspection'>> = (state, { area, findings }, act) => {
  const { inspection } = state;
  if (inspection.team.length === 0) refuse('team-incomplete', { missing: ['self-management'] });
  if (inspection.lastArea === area.text) refuse('already-done');
  if (inspection.findings.length + findings.length > MOST_OPEN) refuse('too-many', { most: MOST_OPEN });
  inspection.lastArea = area.text;
  inspection.inspections += 1;
  act.record('inspected', { inspection: inspection.inspections, area: { ...area }, findings: findings.length });
  for (const { text, photos } of findings) {
    inspection.findingsMade += 1;
    const id = `f${inspection.findingsMade}`;
    inspection.findings = [...inspection.findings, { id, text, since: act.at }];
    act.record('finding-set', { finding: id, text: { ...text }, photos: photos.map((one) => ({ ...one })) });
  }
};

/** What was done about it is shown: a note or a photo. */
export const closeFinding: Rule<Command<'closeFinding'>> = (state, { finding, note, photos }, act) => {
  requireOwnLiaison(state, act);
  const { inspection } = state;
  if (!inspection.findings.some((one) => one.id === finding)) {
    refuse('unknown-finding', { finding, known: inspection.findings.map((one) => one.id) });
  }
  if (!note && photos.length === 0) refuse('opinion-required', { verb: 'closeFinding' });
  inspection.findings = inspection.findings.filter((one) => one.id !== finding);
  act.record('finding-closed', {
    finding,
    ...(note && { note: { ...note } }),
    photos: photos.map((one) => ({ ...one })),
  });
};

export function inspectionDuties(state: Reopening): Duty[] {
  if (!isRunning(state)) return [];
  return state.inspection.findings.map(({ id, since }) =>
    termed(state, 'finding', id, 'enterprise', since, state.edition.inspection.finding),
  );
}
