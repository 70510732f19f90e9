/** Names that cross a boundary: workflow ids and types, task queue, messages, case numbers. */

/** Another one than the first releases had: on a queue with versions what began without one would go to new code at once. */
export const TASK_QUEUE = 'fugong-pinned';

/** The Worker Deployment: each build of the workflow code is a version of it. */
export const DEPLOYMENT = 'fugong';

/** One open case per enterprise: Temporal allows one running workflow per id. */
export function reopeningId(enterprise: string): string {
  return `reopening/${enterprise}`;
}

/** `2026-0007`: the year and the serial number within it, at least four digits so that a town's list sorts. */
export function caseNumber(year: number, serial: number): string {
  return `${year}-${String(serial).padStart(4, '0')}`;
}

export const CASE_NUMBER = /^\d{4}-\d{4,}$/;

/** One workflow per order of a case. */
export function orderId(caseNumber: string, order: number): string {
  return `order/${caseNumber}/${order}`;
}

/** One workflow per channel. */
export function noticesId(channel: string): string {
  return `notices/${channel}`;
}

/** The Temporal Schedule of the daily summary, and the prefix of its workflows. */
export const DAILY_SUMMARY = 'daily-summary';

/** One workflow per bulletin that is to be published. */
export function bulletinId(bulletin: string): string {
  return `bulletin/${bulletin}`;
}
