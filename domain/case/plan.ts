/** The plan 复工方案: its materials 材料 with versions, guidance by departments, and its submission, which freezes the versions. */
import type { Command } from './commands';
import { refuse } from '../ledger/rejection';
import { currentVersions, materialOf, requireVersions } from './materials';
import { beginRound } from './sign-off';
import { enterPhase, openRequirements, type Rule } from './state';
import { requireRoom } from './bounds';

export const addMaterial: Rule<Command<'addMaterial'>> = (state, command, act) => {
  materialOf(state, command.material);
  if (state.review.status === 'reviewing') refuse('materials-frozen', { round: state.review.round });
  const versions = state.materials[command.material] ?? [];
  if (versions.at(-1)?.document === command.document.document) refuse('already-done', { version: versions.length });
  requireRoom('versions', versions.length);
  state.materials[command.material] = [...versions, { ...command.document, at: act.at }];
  act.record('material-added', {
    material: command.material,
    version: versions.length + 1,
    document: { ...command.document },
  });
};

export const guide: Rule<Command<'guide'>> = (state, command, act) => {
  if (command.material !== undefined) materialOf(state, command.material);
  act.record('guidance-given', {
    department: command.department,
    material: command.material ?? null,
    text: { ...command.text },
  });
};

export const submitPlan: Rule<Command<'submitPlan'>> = (state, command, act) => {
  if (state.review.status === 'reviewing') refuse('already-done', { round: state.review.round });
  for (const material of Object.keys(command.versions)) materialOf(state, material);
  const current = currentVersions(state);
  const missing = state.edition.materials.map((one) => one.id).filter((id) => current[id] === undefined);
  if (missing.length > 0) refuse('materials-missing', { missing });
  requireVersions(command.versions, current, Object.keys(current));
  const named = state.review.defects.filter((defect) => (current[defect.material] ?? 0) <= defect.version);
  if (named.length > 0) refuse('material-not-renewed', { materials: [...new Set(named.map((one) => one.material))] });
  const blocking = openRequirements(state, 'submission').map((one) => one.id);
  if (blocking.length > 0) refuse('requirements-open', { requirements: blocking });

  const { asked, dropped } = beginRound(state, current, act);
  act.record('plan-submitted', { round: state.review.round, versions: { ...current }, asked, dropped });
  if (state.phase === 'plan') enterPhase(state, 'sign-offs', act);
};
