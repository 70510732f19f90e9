/** The rows of sheets that name people: test results and movements, typed in, pasted as a table, or in an uploaded workbook. */
import { z } from 'zod';
import { id, isPlainText, namedDocument, plainText } from '../http/fields';

/** The largest plants of the region test some 5,000 people a round; twice that bounds a sheet. */
export const ROWS_LIMIT = 10_000;
/** A pasted table of that many rows; the body as a whole may have 1 MiB. */
const TABLE_LIMIT = 900_000;
const SHORT = 60;

/** What is known of one person's test 检测结果. `not-tested` needs a reason. */
export const RESULTS = ['negative', 'positive', 'pending', 'invalid', 'not-tested'] as const;
export type Result = (typeof RESULTS)[number];
export const NOT_TESTED_REASONS = ['absent', 'ill', 'refused', 'no-kit', 'other'] as const;

/** Who a row is about: the id in this system, or a document number, or a phone number; a name is compared when it is given. */
export const whose = {
  person: id('Employee 员工').optional(),
  documentNumber: plainText(SHORT).optional().meta({ description: 'Number of the identity document 证件号码' }),
  phone: plainText(SHORT).optional().meta({ description: 'Mobile phone 手机号' }),
  name: plainText(SHORT).optional().meta({ description: 'Name 姓名' }),
};

export const resultRow = z.strictObject({
  ...whose,
  result: z.enum(RESULTS).meta({ description: 'Result 结果' }),
  tube: plainText(SHORT).optional().meta({ description: 'Mixed tube 混管编号' }),
  reason: z.enum(NOT_TESTED_REASONS).optional().meta({ description: 'Why not tested 未检原因' }),
});
export type ResultRow = z.output<typeof resultRow>;
/** A correction is about one person's own result. */
export const correctedRow = resultRow.omit({ tube: true });

export const DIRECTIONS = ['departure', 'arrival'] as const;
export const movementRow = z.strictObject({
  ...whose,
  direction: z.enum(DIRECTIONS).meta({ description: 'Direction 方向' }),
  at: z.iso.datetime({ offset: true }).meta({ description: 'When 时间' }),
});
export type MovementRow = z.output<typeof movementRow>;

/** Exactly one of the three; the API says so when it is not. */
export function tabular<Row extends z.ZodType>(row: Row) {
  return {
    rows: z.array(row).min(1).max(ROWS_LIMIT).optional().meta({ description: 'Rows 逐人填报' }),
    table: z
      .string()
      .min(1)
      .max(TABLE_LIMIT)
      // Lines may end as on Windows.
      .refine((text) => isPlainText(text.replaceAll('\r', '')), { message: 'contains control characters 含有控制字符' })
      .optional()
      .meta({ description: 'Pasted table with a header line 粘贴的表格' }),
    workbook: namedDocument('Uploaded workbook 已上传的表格').optional(),
  };
}
