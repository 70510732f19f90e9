/** Lists of departures and arrivals between work and lodging, as a spreadsheet or a scanner gives them. */
import { movementRow, type MovementRow } from '../../contracts/documents/sheets';
import type { Shape } from '../documents/rows-of-body';

const DIRECTION_WORDS: { readonly [word: string]: MovementRow['direction'] } = {
  离开: 'departure',
  出: 'departure',
  返回: 'arrival',
  入: 'arrival',
};

/** `2022-05-10 07:15` of China's time, as people and gates write it. */
const LOCAL = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/;

export const MOVEMENTS_SHAPE: Shape<MovementRow> = {
  schema: movementRow,
  columns: [
    { key: 'name', headers: ['姓名', 'Name'] },
    { key: 'documentNumber', headers: ['证件号码', 'Document number'] },
    { key: 'phone', headers: ['手机号', 'Phone'] },
    { key: 'direction', headers: ['方向', 'Direction'], required: true },
    { key: 'at', headers: ['时间', 'Time'], required: true },
  ],
  word(key, text) {
    if (key === 'direction') return DIRECTION_WORDS[text] ?? text;
    const local = key === 'at' ? LOCAL.exec(text) : null;
    return local ? `${local[1]}T${local[2]}:00+08:00` : text;
  },
};
