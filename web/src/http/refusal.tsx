/** What a form says when it was not taken: beside its button, at the fields that are wrong, for eyes and for screen readers. */
import { useEffect, useRef, useState, type ReactNode, type RefObject } from 'react';
import { Alert, type FormInstance } from 'antd';
import type { FieldMistake } from '../../../contracts/words/problems';
import { Refusal } from './api';
import { Connection } from './connection';
import { useSpeech } from '../words';
import { inLanguage, useDetail } from './trouble';

type Name = readonly (string | number)[];

interface Said {
  readonly title: string;
  readonly words: readonly string[];
  /** Whether a field is marked as well, to be gone to. */
  readonly marked: boolean;
}

export interface Refused {
  /** Before it is sent again. */
  readonly clear: () => void;
  /** What the form has found itself, before anything was sent. */
  readonly missed: (found: { readonly errorFields: readonly { readonly errors: readonly string[] }[] }) => void;
  /** What the API has said, or that nobody answered. */
  readonly refused: (error: unknown) => void;
  readonly said: Said | null;
  readonly foot: RefObject<HTMLDivElement | null>;
}

/** As many as are read at a glance; the others are marked at their fields. */
const MOST_WORDS = 3;

/** `form`: without one nothing is marked, and the words stand beside the button alone. */
export function useRefusal<Values>(form?: FormInstance<Values>): Refused {
  const { t, language } = useSpeech();
  const detail = useDetail();
  const [said, setSaid] = useState<Said | null>(null);
  const foot = useRef<HTMLDivElement>(null);
  const placed = useRef<readonly Name[]>([]);
  useEffect(() => {
    if (said) goTo(foot.current, said.marked);
  }, [said]);
  const mark = (at: readonly Placed[]) =>
    form?.setFields(at.map(({ name, errors }) => ({ name: [...name], errors: [...errors] })) as never);
  const clear = () => {
    // A field without a rule of its own would keep what the API has said of it.
    mark(placed.current.map((name) => ({ name, errors: [] })));
    placed.current = [];
    setSaid(null);
  };
  return {
    said,
    foot,
    clear,
    missed: ({ errorFields }) => {
      const found = errorFields.flatMap(({ errors }) => errors.slice(0, 1));
      setSaid({ title: t.acting.unfilled(errorFields.length), words: found.slice(0, MOST_WORDS), marked: true });
    },
    refused: (error) => {
      const names = form ? form.getFieldsError().map(({ name }) => name) : [];
      const valueOf = (name: Name): unknown => form?.getFieldValue([...name] as never);
      const { at, others } = placesOf(error, { names, valueOf });
      // A refusal that names no place says at the field what it says beside the button.
      const marks = at.map(({ name, errors: [reason] }) => ({
        name,
        errors: [reason === undefined ? detail(error) : inLanguage(reason, language)],
      }));
      mark(marks);
      placed.current = marks.map(({ name }) => name);
      const reasons = [...at.flatMap(({ errors }) => errors), ...others.map(({ reason }) => reason)];
      const told = reasons.slice(0, MOST_WORDS).map((reason) => inLanguage(reason, language));
      setSaid({
        title: t.acting.refused,
        words: [...new Set(pointsOnly(error) ? told : [detail(error), ...told])],
        marked: marks.length > 0,
      });
    },
  };
}

/** Its own words say no more than that its places are wrong. */
function pointsOnly(error: unknown): boolean {
  return error instanceof Refusal && error.problem.code === 'invalid-body';
}

/** The bar that holds a form's buttons; always in sight, and with it what stands in the way. */
export function FormFoot({ refused, children }: { readonly refused: Refused; readonly children: ReactNode }) {
  const { said, foot } = refused;
  return (
    <div className="foot" ref={foot}>
      <Connection />
      <div role="alert" tabIndex={-1} className="foot-words">
        {said && (
          <Alert
            type="error"
            showIcon
            role="presentation"
            title={said.title}
            description={said.words.map((one) => (
              <div key={one}>{one}</div>
            ))}
          />
        )}
      </div>
      {children}
    </div>
  );
}

/** Ant Design marks a field some frames after it was told; a third of a second is more than it needs. */
const FRAMES = 20;

/** A field, or a choice within a sheet. */
const WRONG = '.ant-form-item-has-error, .ant-select-status-error';

function goTo(foot: HTMLElement | null, marked: boolean, frames = FRAMES): void {
  const item = marked ? foot?.closest('form')?.querySelector<HTMLElement>(WRONG) : null;
  if (marked && !item && frames > 0) {
    requestAnimationFrame(() => goTo(foot, marked, frames - 1));
    return;
  }
  if (!item) {
    foot?.querySelector<HTMLElement>('[role="alert"]')?.focus();
    return;
  }
  const field = [...item.querySelectorAll<HTMLElement>('input, textarea, button, [tabindex]')].find(
    (one) => one.tabIndex >= 0 && !one.hasAttribute('disabled'),
  );
  (field ?? foot?.querySelector<HTMLElement>('[role="alert"]'))?.focus({ preventScroll: true });
  const tall = item.offsetHeight > window.innerHeight / 2;
  item.scrollIntoView({ block: tall ? 'start' : 'center' });
}

interface Placed {
  readonly name: Name;
  readonly errors: readonly string[];
}

interface Filled {
  readonly names: readonly Name[];
  readonly valueOf: (name: Name) => unknown;
}

const same = (a: Name, b: Name) => a.length === b.length && a.every((part, index) => String(part) === String(b[index]));

/** Which fields a refusal is about, and what of it is about none. */
function placesOf(error: unknown, { names, valueOf }: Filled): { at: Placed[]; others: readonly FieldMistake[] } {
  if (!(error instanceof Refusal)) return { at: [], others: [] };
  const { code, errors = [], about = {} } = error.problem;
  if (errors.length > 0) {
    // Lines of a table are listed below it, all of them.
    const found = errors.map((one) => ({
      one,
      name: one.pointer.startsWith('/rows/') ? undefined : nearest(partsOf(one.pointer), names),
    }));
    const placed = new Map<Name, string>();
    for (const { one, name } of found) if (name && !placed.has(name)) placed.set(name, one.reason);
    return {
      at: [...placed].map(([name, reason]) => ({ name, errors: [reason] })),
      others: found.filter(({ name }) => !name).map(({ one }) => one),
    };
  }
  const wanted = (FIELDS_OF[code]?.(about) ?? []).flatMap((name) => names.filter((one) => same(one, name)));
  // What the refusal quotes of the body stands in the field of that name, also within rows.
  const quoted = names.filter((name) => {
    const last = String(name.at(-1));
    return last in about && about[last] === valueOf(name);
  });
  return { at: [...new Set([...wanted, ...quoted])].map((name) => ({ name, errors: [] })), others: [] };
}

function partsOf(pointer: string): Name {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The field itself, or the one that it is a part of. */
function nearest(name: Name, names: readonly Name[]): Name | undefined {
  for (let length = name.length; length > 0; length -= 1) {
    const found = names.find((one) => same(one, name.slice(0, length)));
    if (found) return found;
  }
  return undefined;
}

const ids = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Refusals of the rules that are about a field without quoting it. */
const FIELDS_OF: { readonly [code: string]: (about: Readonly<Record<string, unknown>>) => readonly Name[] } = {
  'opinion-required': () => [['opinion'], ['reason'], ['of']],
  'readiness-incomplete': ({ missing }) => ids(missing).map((id) => ['readiness', id]),
  'weak-link-missing': ({ preparations }) => ids(preparations).map((id) => ['readiness', id]),
  'checklist-incomplete': () => [['checklist']],
  'no-evidence-yet': () => [['documents']],
  'sampling-missing': () => [['sampling'], ['sampler']],
  'no-certified-sampler': () => [['sampler']],
  'wrong-role': () => [['liaison'], ['volunteer'], ['to']],
  'liaison-busy': () => [['liaison']],
  'uscc-invalid': () => [['uscc']],
  'uscc-taken': () => [['uscc']],
  'uscc-needs-confirmation': () => [['confirmUscc']],
  'not-chronic': () => [['person']],
  'room-known': () => [['rooms']],
  'cover-missing': () => [['cover']],
  'wrong-credentials': () => [['password']],
};
