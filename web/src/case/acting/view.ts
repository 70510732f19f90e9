/** A case as the API shows it, what it refers to, and the parts that not every role sees. */
import type { z } from 'zod';
import type { caseAnswer } from '../../../../contracts/case/answers';
import type { dutyLine } from '../../../../contracts/case/lists';
import type { CaseView } from '../../../../contracts/case/views';
import type { CommandType } from '../../../../domain/case/commands';
import { owes } from '../../../../domain/case/offers';
import type { Account } from '../../../../domain/ledger/entry';
import type { Me } from '../../accounts/me';

export interface Named {
  readonly name: string;
}

export interface CaseAnswer {
  readonly caseNumber: string;
  /** The hash of the case's own rules. */
  readonly rules: string;
  readonly asOf: string | null;
  readonly needsAttention: z.output<typeof caseAnswer>['needsAttention'];
  readonly view: CaseView | null;
  readonly texts: Readonly<Record<string, string>>;
  readonly documents: Readonly<Record<string, { name: string; mediaType: string; bytes: number }>>;
  readonly people: Readonly<Record<string, { name: string; role: string; department?: string }>>;
}

export type AgendaItem = CaseView['agenda'][number];

/** An act that a person has begun: which, on which case, and the duty that it is to settle. */
export interface ToDo {
  readonly type: CommandType;
  readonly view: CaseView;
  /** The hash of the case's own rules. */
  readonly rules: string;
  readonly duty?: Pick<AgendaItem, 'id' | 'kind'> | undefined;
}

/** A duty as the inbox lists it. */
export type DutyLine = z.output<typeof dutyLine>;

/** The reader as the rules know an account. */
export function accountOf({ id: account, role, department, enterprise, village }: Me): Account {
  return {
    account,
    role,
    ...(department !== undefined && { department }),
    ...(enterprise !== undefined && { enterprise }),
    ...(village !== undefined && { village }),
  };
}

/** Whether this duty is this person's to do. */
export function isMine(duty: Pick<AgendaItem, 'owner'> & { account?: string | null | undefined }, me: Me): boolean {
  const { owner, account } = duty;
  return owes({ owner, ...(account && { account }) }, accountOf(me));
}

/** The department's materials in the versions that this round froze, as a verdict must name them. */
export function reviewedVersions(view: CaseView, materials: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    materials.flatMap((material) => {
      const version = view.review.frozenVersions[material];
      return version === undefined ? [] : [[material, version] as const];
    }),
  );
}

/** Every material in its newest version. */
export function newestVersions(view: CaseView): Record<string, number> {
  return Object.fromEntries(Object.entries(view.materials).map(([material, versions]) => [material, versions.length]));
}
