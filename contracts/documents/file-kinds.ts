/** The kinds of file that are taken, as people call them. */
import type { MediaType } from '../../domain/documents/file-names';

const FILE_KINDS: { readonly [M in MediaType]: { readonly zh: string; readonly en: string } } = {
  'application/pdf': { zh: 'PDF 文件', en: 'PDF' },
  'image/jpeg': { zh: 'JPEG 图片', en: 'JPEG' },
  'image/png': { zh: 'PNG 图片', en: 'PNG' },
  'image/webp': { zh: 'WebP 图片', en: 'WebP' },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    zh: 'Word 文档（.docx）',
    en: 'Word (.docx)',
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    zh: 'Excel 表格（.xlsx）',
    en: 'Excel (.xlsx)',
  },
  'text/plain': { zh: '纯文本（.txt）', en: 'plain text (.txt)' },
};

export type { MediaType };
export const MEDIA_TYPES = Object.keys(FILE_KINDS) as readonly MediaType[];

/** All kinds in words, for whoever brought another one. */
export const TAKEN = {
  zh: Object.values(FILE_KINDS)
    .map(({ zh }) => zh)
    .join('、'),
  en: Object.values(FILE_KINDS)
    .map(({ en }) => en)
    .join(', '),
};
