/** Merged cells of a sheet: what one shows belongs to every row and column that it covers. Runs in the thread of workbook-parsing.mjs. */

/** `AB12` → 28; the column after `before` for a cell that does not say where it stands. */
export function columnOf(reference, before) {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (!letters) return before + 1;
  return [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0);
}

/** `E2:E4` → its corners; undefined for what is none. */
function areaOf(reference) {
  const corners = /^([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?$/.exec(reference);
  if (!corners) return undefined;
  const [, left, top, right = left, bottom = top] = corners;
  return { left: columnOf(left, 0), right: columnOf(right, 0), top: Number(top), bottom: Number(bottom) };
}

const isBlank = (cell) => cell?.mistake === undefined && (cell?.text ?? '').trim() === '';

/**
 * A merged cell keeps its value in its first corner only, and shows it over all its rows and columns: each gets it, as a person
 * reads the sheet. What another cell below it still holds, nobody sees: that is a mistake. Lines that hold nothing of their own stay
 * empty, and the headers (the first line) are each read once.
 */
export function spread(lines, merged, maxColumns) {
  const filled = lines.filter(({ cells }) => !cells.every(isBlank));
  const byNumber = new Map(filled.map((line) => [line.number, line]));
  const linesIn = ({ top, bottom }) =>
    bottom - top < filled.length
      ? Array.from({ length: bottom - top + 1 }, (_none, row) => byNumber.get(top + row)).filter(Boolean)
      : filled.filter(({ number }) => number >= top && number <= bottom);
  for (const area of merged.map(areaOf)) {
    if (!area || area.top <= (filled[0]?.number ?? 0)) continue;
    const shown = byNumber.get(area.top)?.cells[area.left - 1] ?? { text: '' };
    for (const { number, cells } of linesIn(area)) {
      for (let column = area.left; column <= Math.min(area.right, maxColumns); column += 1) {
        if (number === area.top && column === area.left) continue;
        const own = cells[column - 1];
        while (cells.length < column - 1) cells.push({ text: '' });
        const same = isBlank(own) || own.text?.trim() === shown.text?.trim();
        cells[column - 1] = same ? shown : { mistake: 'hidden' };
      }
    }
  }
}
