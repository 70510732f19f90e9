/** Where a command's address ends: `approveWithConditions` → `approve-with-conditions`. */
import type { CommandType } from '../../domain/case/commands';

export function routeOf(type: CommandType): string {
  return type.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
