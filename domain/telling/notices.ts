/** What notices there are and which placeholders the texts of each may use; the words stand in the programme file (programme/notices.ts). */

/** What every notice may name. None stands for a person: a notice leaves the system (docs/domain.md#privacy). */
const OF_THE_CASE = ['case', 'enterprise', 'village', 'town', 'link'] as const;
const OF_A_DUTY = ['duty', 'owner', 'due'] as const;

export const NOTICE_PLACEHOLDERS = {
  'duty-assigned': [...OF_THE_CASE, ...OF_A_DUTY],
  'duty-overdue': [...OF_THE_CASE, ...OF_A_DUTY],
  'duty-reminded': [...OF_THE_CASE, ...OF_A_DUTY, 'count'],
  'duty-escalated': [...OF_THE_CASE, ...OF_A_DUTY],
  urged: [...OF_THE_CASE, ...OF_A_DUTY],
  'notice-issued': [...OF_THE_CASE, 'round', 'count', 'due'],
  'round-missed': [...OF_THE_CASE, 'round', 'due'],
  'command-refused': [...OF_THE_CASE, 'command', 'reason'],
  'requirement-failed': [...OF_THE_CASE, 'due'],
  copied: [...OF_THE_CASE],
  // Neutral: until the round has ended the enterprise may not know how a department has acted (docs/domain.md#sign-offs).
  signed: [...OF_THE_CASE, 'department', 'round'],
  vetoed: [...OF_THE_CASE, 'department'],
  stationed: [...OF_THE_CASE, 'from'],
  'phase-entered': [...OF_THE_CASE, 'phase'],
  'round-opened': [...OF_THE_CASE, 'round', 'due'],
  'untested-listed': [...OF_THE_CASE, 'round', 'count'],
  'sampler-certified': [...OF_THE_CASE],
  'incident-opened': [...OF_THE_CASE],
  'incident-confirmed': [...OF_THE_CASE],
  'incident-released': [...OF_THE_CASE],
  suspended: [...OF_THE_CASE],
  lifted: [...OF_THE_CASE],
  'alarm-raised': [...OF_THE_CASE, 'alarm', 'date'],
  'order-dispatched': [...OF_THE_CASE, 'order'],
  'order-cancelled': [...OF_THE_CASE, 'order'],
  withdrawn: [...OF_THE_CASE],
  completed: [...OF_THE_CASE, 'days'],
  // To operators: an entry stands in the ledger, and what should follow it in PostgreSQL could not.
  'consequence-failed': [...OF_THE_CASE, 'entry', 'code'],
  'claim-failed': [...OF_THE_CASE, 'entry', 'code'],
} as const satisfies { readonly [kind: string]: readonly string[] };

export type NoticeKind = keyof typeof NOTICE_PLACEHOLDERS;
export const NOTICE_KINDS = Object.keys(NOTICE_PLACEHOLDERS) as NoticeKind[];
export type NoticePlaceholder<K extends NoticeKind> = (typeof NOTICE_PLACEHOLDERS)[K][number];

/** A placeholder in a text: `{case}`. */
export const BRACED = /\{([^{}]*)\}/g;

/** Fills `{placeholders}` in. What has no value stays as it is, so that the gap is seen. */
export function fillIn<K extends NoticeKind>(
  text: string,
  values: { readonly [P in NoticePlaceholder<K>]: string },
): string {
  const known = new Map<string, string>(Object.entries(values));
  return text.replace(BRACED, (whole, name: string) => known.get(name) ?? whole);
}
