/** What the printed forms need of the ledger: the last standing verdict of each department, with its words. */
import type { CaseView } from '../../../contracts/case/views';
import type { Entries } from './entries';

const VERDICTS = { approved: 'agreed', 'approved-with-conditions': 'agreedWith', returned: 'returned' } as const;

interface Verdict {
  readonly verdict: (typeof VERDICTS)[keyof typeof VERDICTS];
  readonly opinion: string;
  readonly conditions: readonly { readonly text: string; readonly dueOn: string }[];
  /** Items of the checklist by their id. */
  readonly notApplicable: readonly { readonly item: string; readonly reason: string }[];
  readonly by: string;
  readonly at: number;
}

/** Of the round whose seal stands, or of the round in course; undefined when the department's act is owed or not to be seen. */
export function opinionOf(
  { items, texts, people }: Entries,
  department: string,
  review: CaseView['review'],
): Verdict | undefined {
  const round = review.signatures[department]?.round ?? review.round;
  if (!review.signatures[department] && !review.verdicts[department]) return undefined;
  const entry = items.findLast(
    ({ type, details }) => type in VERDICTS && details['department'] === department && details['round'] === round,
  );
  if (!entry) return undefined;
  const {
    opinion,
    conditions = [],
    notApplicable = [],
  } = entry.details as {
    opinion?: { text: string };
    notApplicable?: { item: string; reason: { text: string } }[];
    conditions?: { text: { text: string }; dueOn: string }[];
  };
  return {
    verdict: VERDICTS[entry.type as keyof typeof VERDICTS],
    opinion: opinion ? (texts[opinion.text] ?? '') : '',
    conditions: conditions.map(({ text, dueOn }) => ({ text: texts[text.text] ?? '', dueOn })),
    notApplicable: notApplicable.map(({ item, reason }) => ({ item, reason: texts[reason.text] ?? '' })),
    by: people[entry.by.account]?.name ?? '',
    at: entry.at,
  };
}
