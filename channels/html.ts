/** Words from outside as text of an HTML page or of one of its attributes, and nothing else. */

const MARKS: { readonly [mark: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(words: string): string {
  return words.replace(/[&<>"']/g, (mark) => MARKS[mark] ?? mark);
}
