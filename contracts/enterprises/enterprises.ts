/** What the API takes and answers about enterprises. */
import { z } from 'zod';
import { ENTERPRISE_KINDS } from '../../domain/programme/for-whom';
import { id, oneLine, typed } from '../http/fields';

/** A name stands in one line; the Temporal UI's summary has room for 66 Chinese characters in all. */
const NAME_LIMIT = 60;
/** A code has 18 characters; typed with spaces, or several glued together by mistake, a few more. */
const TYPED_CODE_LIMIT = 40;

export const enterpriseKind = z.enum(ENTERPRISE_KINDS).meta({ description: 'Kind 企业类型' });

export const enterpriseBody = z.strictObject({
  name: oneLine(NAME_LIMIT, 'Name 企业名称'),
  uscc: typed(
    TYPED_CODE_LIMIT,
    'Unified social credit code; full width and lower case are mended 统一社会信用代码',
  ).meta({ examples: ['91350200MA2YJ1XR9G'] }),
  kind: enterpriseKind,
  village: id('Village of the programme 所在村'),
  confirmUscc: z.boolean().optional().meta({
    description: 'An official has seen the certificate of a code that fails only its last character 已核对证照',
  }),
});
export const enterpriseView = z.object({
  id: z.string(),
  name: z.string(),
  uscc: z.string(),
  kind: enterpriseKind,
  village: z.string(),
  usccConfirmedBy: z.string().nullable(),
});
