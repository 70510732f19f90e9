/** The kinds of file that are taken, as people call them, and how the names of each end. */

interface FileKind {
  readonly zh: string;
  readonly en: string;
  /** Without the dot; the first is given to a file that has none. */
  readonly endings: readonly [string, ...string[]];
}

/** By media type: what plans, photos and tables come as. None runs in a browser as script or markup: no HTML, no SVG, no archives. */
export const FILE_KINDS = {
  'application/pdf': { zh: 'PDF 文件', en: 'PDF', endings: ['pdf'] },
  'image/jpeg': { zh: 'JPEG 图片', en: 'JPEG', endings: ['jpg', 'jpeg', 'jpe', 'jfif'] },
  'image/png': { zh: 'PNG 图片', en: 'PNG', endings: ['png'] },
  'image/webp': { zh: 'WebP 图片', en: 'WebP', endings: ['webp'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    zh: 'Word 文档（.docx）',
    en: 'Word (.docx)',
    endings: ['docx'],
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    zh: 'Excel 表格（.xlsx）',
    en: 'Excel (.xlsx)',
    endings: ['xlsx'],
  },
  'text/plain': { zh: '纯文本（.txt）', en: 'plain text (.txt)', endings: ['txt', 'csv', 'tsv', 'md'] },
} as const satisfies { readonly [mediaType: string]: FileKind };

export type MediaType = keyof typeof FILE_KINDS;
export const MEDIA_TYPES = Object.keys(FILE_KINDS) as readonly MediaType[];

const KINDS: { readonly [mediaType: string]: FileKind } = FILE_KINDS;
const ENDINGS = new Set(Object.values(KINDS).flatMap(({ endings }) => endings));

/** All kinds in words, for whoever brought another one. */
export const TAKEN = {
  zh: Object.values(KINDS)
    .map(({ zh }) => zh)
    .join('、'),
  en: Object.values(KINDS)
    .map(({ en }) => en)
    .join(', '),
};

/**
 * The name under which a file leaves: it ends as its content does, so that no program is started by a name. `photo.png` that is a
 * JPEG → `photo.jpg`; `plan.html` that is a text → `plan.html.txt`.
 */
export function nameByContent(name: string, mediaType: string): string {
  const endings = KINDS[mediaType]?.endings;
  if (!endings) return name;
  const [, stem = name, ending = ''] = /^(.+)\.([^.]*)$/s.exec(name.trimEnd()) ?? [];
  const known: readonly string[] = endings;
  if (known.includes(ending.toLowerCase())) return name.trimEnd();
  return `${ENDINGS.has(ending.toLowerCase()) ? stem : name.trimEnd()}.${endings[0]}`;
}
