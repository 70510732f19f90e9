/** How the name of a file ends when it leaves: as its content does, so that no program is started by a name. */

/**
 * How the names of what is taken may end, by media type and without the dot; the first is given to a file that has none. What
 * plans, photos and tables come as; none runs in a browser as script or markup: no HTML, no SVG, no archives.
 */
export const ENDINGS = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg', 'jpe', 'jfif'],
  'image/png': ['png'],
  'image/webp': ['webp'],
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': ['docx'],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': ['xlsx'],
  'text/plain': ['txt', 'csv', 'tsv', 'md'],
} as const satisfies { readonly [mediaType: string]: readonly [string, ...string[]] };

export type MediaType = keyof typeof ENDINGS;

const OF: { readonly [mediaType: string]: readonly [string, ...string[]] } = ENDINGS;
const KNOWN: ReadonlySet<string> = new Set(Object.values(OF).flat());

/** `photo.png` that is a JPEG → `photo.jpg`; `plan.html` that is a text → `plan.html.txt`. */
export function nameByContent(name: string, mediaType: string): string {
  const endings = OF[mediaType];
  if (!endings) return name;
  const [, stem = name, ending = ''] = /^(.+)\.([^.]*)$/s.exec(name.trimEnd()) ?? [];
  if (endings.includes(ending.toLowerCase())) return name.trimEnd();
  return `${KNOWN.has(ending.toLowerCase()) ? stem : name.trimEnd()}.${endings[0]}`;
}
