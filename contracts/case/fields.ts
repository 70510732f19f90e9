/** The fields by which bodies, queries and answers say which case, who owes something, and by which rules. */
import { z } from 'zod';
import { CASE_NUMBER } from './ids';

export const caseNumberText = z
  .string()
  .max(40)
  .regex(CASE_NUMBER, { message: 'is not a case number 不是事项编号' })
  .meta({ description: 'Case number 事项编号', examples: ['2026-0001'] });

export const ownerText = z
  .string()
  .max(120)
  .regex(/^[a-z-]+(\/[A-Za-z0-9._-]+)?$/, { message: 'is not an owner 不是有效的承办方' })
  .meta({ description: '`official`, `enterprise`, `liaison`, `department/<id>`, …  承办方' });

export const rulesHash = z
  .string()
  .meta({ description: "Hash of the case's own rules, `/rules/{hash}` 事项所依方案的哈希" });
