/** Whether a printed form is genuine: its code is the beginning of a hash of the ledger; `/verify` is for everyone who holds the paper. */
import { timingSafeEqual } from 'node:crypto';
import { verificationView, verifiedView } from '../../contracts/ledger/verification';
import { localDate } from '../../domain/calendar/calendar';
import { seesOrdersOnly } from '../../domain/case/visibility';
import { findProjection } from '../../db/case/cases';
import { milestonesOf } from '../../db/figures/board';
import { lastSeal } from '../../db/ledger/seals';
import { rootFingerprint } from '../../proof/root-key';
import type { SealLine } from '../../proof/seal';
import { Attempts, type Count } from '../http/attempts';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { route, type Route } from '../http/route';
import { caseFor } from '../case/visibility';

const TAG = 'Verification 核验';
/** 64 bits: nobody finds one by trying, and it fits on paper. */
const CODE_LENGTH = 16;

export function verificationRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const attempts = new Attempts(pool);
  return [
    route({
      method: 'get',
      path: '/reopenings/{case}/verification',
      tag: TAG,
      summary: '核验地址 Where a printed form is verified',
      access: 'account',
      answers: {
        200: { description: 'The address below the console, and what stands on the form', schema: verificationView },
      },
      problems: ['unknown-case', 'forbidden'],
      async handle({ by, params }) {
        const { caseNumber } = await caseFor(pool, by, params['case'] ?? '');
        if (seesOrdersOnly(by)) throw new Problem('forbidden', { role: by.role });
        const found = await milestonesOf(pool, caseNumber);
        if (!found) throw new Problem('unknown-case');
        const path = `/verify/${caseNumber}/${codeOf(found.hash)}`;
        const rootKey = rootFingerprint(deps.rootPublicKey);
        return { status: 200, body: { caseNumber, path, rootKey, seal: toldSeal(await lastSeal(pool)) } };
      },
    }),
    route({
      method: 'get',
      path: '/verify/{case}/{code}',
      tag: TAG,
      summary: '核验 Verify a printed form',
      description: 'No names of people. Without the code that stands on the paper nothing is told.',
      access: 'public',
      answers: { 200: { description: 'Genuine', schema: verifiedView } },
      problems: ['unknown-verification', 'too-many-attempts', 'database-unavailable', 'no-edition'],
      async handle({ params, address }) {
        const caseNumber = params['case'] ?? '';
        const counts: Count[] = [
          { of: 'paper', name: `${address} ${caseNumber}` },
          { of: 'reader', name: address },
        ];
        const genuine = await attempts.guess(async (count) => {
          await count(counts);
          const found = await milestonesOf(pool, caseNumber);
          const recorded = found && (await findProjection(pool, caseNumber));
          return recorded && isSame(codeOf(found.hash), params['code'] ?? '') ? { found, recorded } : undefined;
        });
        if (!genuine) throw new Problem('unknown-verification');
        const { found, recorded } = genuine;
        const { view } = recorded;
        const { rules } = await rulesOfCase(deps, caseNumber);
        const on = (at: number | Date | null) => at && localDate(new Date(at).getTime(), rules);
        const departments = rules.departments.map(({ id, name }) => ({
          department: id,
          name,
          signedOn: on(view.review.signatures[id]?.at ?? null),
        }));
        const { enterprise, phase } = view;
        const [signedOn, startedOperatingOn] = [on(found.signedAt), on(found.operatingAt)];
        return {
          status: 200,
          body: { caseNumber, enterprise: enterprise.name, phase, signedOn, startedOperatingOn, departments },
        };
      },
    }),
  ];
}

function toldSeal(seal: SealLine | undefined) {
  if (!seal) return null;
  const { number, day, hash, key } = seal;
  return { number, day, hash, key };
}

function codeOf(hash: string): string {
  return hash.slice(0, CODE_LENGTH);
}

function isSame(right: string, given: string): boolean {
  return right.length === given.length && timingSafeEqual(Buffer.from(right), Buffer.from(given));
}
