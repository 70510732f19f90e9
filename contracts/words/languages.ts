/** The languages in which people are told and shown things. */

export const LANGUAGES = ['zh', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is shown in the place of words and of a file's name that were erased (docs/operations.md, "Erasing"). */
export const ERASED = '〔已清除 erased〕';
