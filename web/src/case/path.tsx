/** A picture of the process with the case's position in it. */
import { useTexts } from '../words';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import type { Phase } from '../../../domain/case/state';
import type { Part } from './of';

const STEPS: readonly Phase[] = ['survey', 'plan', 'sign-offs', 'stationing', 'operating', 'completed'];

/** Where a phase that is no step of its own stands on the way. */
const STANDS_AT: { readonly [P in Phase]?: number } = { suspended: 4 };

export function Path({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { on } = useMoments();
  const ended = view.phase === 'withdrawn' || view.phase === 'refused';
  const here = STANDS_AT[view.phase] ?? STEPS.indexOf(view.phase);
  return (
    <ol className="path" aria-label={t.case.progress}>
      {STEPS.map((step, index) => {
        const state = index === here ? 'here' : index < here ? 'passed' : 'ahead';
        return (
          <li key={step} className={state} {...(state === 'here' && { 'aria-current': 'step' as const })}>
            {names.phase(state === 'here' ? view.phase : step)}
            <small className="muted">
              {state === 'here' ? `${t.case.here} · ${on(view.phaseSince)}` : t.case[state]}
            </small>
          </li>
        );
      })}
      {ended && (
        <li className="here" aria-current="step">
          {names.phase(view.phase)}
          <small className="muted">{on(view.phaseSince)}</small>
        </li>
      )}
    </ol>
  );
}
