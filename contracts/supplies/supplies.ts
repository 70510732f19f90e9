/** What the API takes and answers about the town's stock, group purchases and medicine orders. */
import { z } from 'zod';
import { time } from '../http/answers';
import { count, id, namedAccount, plainText, oneLine } from '../http/fields';

/** More lines than a storekeeper types in at once. */
const MOST_LINES = 60;
const NAME_LIMIT = 60;
/** One delivery for a town: some hundred thousand masks. Many of them still stay exact numbers. */
const QUANTITY_LIMIT = 1_000_000;
const item = id('Item of the programme 物资');

export const receiptBody = z.strictObject({
  source: z.enum(['purchase', 'donation']).meta({ description: 'Source 来源' }),
  from: oneLine(NAME_LIMIT, 'Supplier or donor organisation, no person 供货或捐赠单位').optional(),
  lines: z
    .array(
      z.strictObject({ item, quantity: z.int().min(1).max(QUANTITY_LIMIT).meta({ description: 'Quantity 数量' }) }),
    )
    .min(1)
    .max(MOST_LINES)
    .meta({ description: 'Items and quantities 物资与数量' }),
});
export const stockTakeBody = z.strictObject({
  reason: z.enum(['routine', 'loss', 'expired', 'found']).meta({ description: 'Reason 盘点原因' }),
  lines: z
    .array(
      z.strictObject({
        item,
        counted: z
          .int()
          .min(0)
          .max(100 * QUANTITY_LIMIT)
          .meta({ description: 'Counted 清点数量' }),
      }),
    )
    .min(1)
    .max(MOST_LINES)
    .meta({ description: 'Items and what was counted 物资与清点数量' }),
});
export const stockView = z.object({
  items: z.array(
    z.object({
      item: z.string(),
      name: z.string(),
      unit: z.string(),
      onHand: z.int(),
      promised: z.int().meta({ description: 'Allocated to orders and not dispatched 已分配未发放' }),
    }),
  ),
});
export const servedView = z.object({
  served: z.int().meta({ description: 'Orders that got something of it 因此得到分配的申领单' }),
});
export const movementLine = z.object({
  number: z.int(),
  item: z.string(),
  kind: z.string(),
  quantity: z.int(),
  order: z.string().nullable(),
  reason: z.string().nullable().meta({ description: 'Source of a receipt, reason of a stock-take 来源或原因' }),
  supplier: z.string().nullable(),
  recordedAt: time,
});
export const waitingView = z.object({
  items: z.array(
    z.object({
      order: z.string(),
      enterprise: z.string(),
      item: z.string(),
      requested: z.int(),
      allocated: z.int(),
      dispatched: z.int(),
      requestedAt: time,
    }),
  ),
});

export const purchaseBody = z.strictObject({
  title: oneLine(NAME_LIMIT, 'Title 名称'),
  cutOff: z.iso.datetime({ offset: true }).meta({ description: 'Orders are taken until then 截止' }),
  items: z
    .array(z.strictObject({ name: oneLine(NAME_LIMIT, 'Goods 品名'), unit: oneLine(10, 'Unit 单位') }))
    .min(1)
    .max(MOST_LINES)
    .meta({ description: 'Goods 商品' }),
});
const purchaseCounts = z
  .array(
    z.strictObject({
      item: z.int().min(1).max(MOST_LINES).meta({ description: 'Number of the goods 商品序号' }),
      quantity: count('Quantity 数量'),
    }),
  )
  .min(1)
  .max(MOST_LINES)
  .meta({ description: 'Goods and quantities 商品与数量' });
export const purchaseOrderBody = z.strictObject({ lines: purchaseCounts });
export const purchaseHandBody = z.strictObject({ enterprise: id('Enterprise 企业'), lines: purchaseCounts });
export const purchaseView = z.object({
  id: z.string(),
  title: z.string(),
  cutOff: time,
  closed: z.boolean(),
  items: z.array(z.object({ item: z.int(), name: z.string(), unit: z.string() })),
});
export const purchasesView = z.object({ items: z.array(purchaseView) });
export const pickingView = z.object({
  purchase: purchaseView,
  enterprises: z.array(
    z.object({
      enterprise: z.string(),
      name: z.string(),
      village: z.string(),
      lines: z.array(
        z.object({
          item: z.int(),
          name: z.string(),
          unit: z.string(),
          ordered: z.int(),
          distributed: z.int().nullable(),
          received: z.int().nullable(),
        }),
      ),
    }),
  ),
});

export const medicineBody = z.strictObject({
  person: id('Employee with a chronic disease 慢性病员工'),
  medicine: plainText(200).meta({ description: 'Medicine and dose 药品与规格' }),
  quantity: plainText(60).meta({ description: 'How much 数量' }),
});
export const MEDICINE_STEPS = ['bought', 'delivered', 'received', 'cancelled'] as const;
export const medicineAssignBody = z.strictObject({ volunteer: namedAccount('Volunteer 志愿者') });
export const medicineStepBody = z.strictObject({ step: z.enum(MEDICINE_STEPS).meta({ description: 'Step 办理步骤' }) });
export const medicineView = z.object({
  id: z.string(),
  enterprise: z.string(),
  person: z.object({ id: z.string(), name: z.string().nullable(), phone: z.string().nullable() }),
  medicine: z.string(),
  quantity: z.string(),
  status: z.string(),
  volunteer: z.string().nullable(),
});
export const medicinesView = z.object({ items: z.array(medicineView) });
