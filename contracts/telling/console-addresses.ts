/** Where pages of the console stand that messages lead to; `web/src/console.tsx` has the same addresses below `/console`. */

export function pageOfCase(caseNumber: string): string {
  return `/console/cases/${caseNumber}`;
}

export function pageOfBulletin(bulletin: string): string {
  return `/console/bulletins/${bulletin}`;
}
