/** Workbooks put together by hand: as other programs write them, and as an attacker does. */
import { crc32, deflateRawSync } from 'node:zlib';

/** A zip as an attacker writes one: the sizes that it claims are whatever is said. */
export function zip(parts: readonly { name: string; content: Buffer; claims?: number }[]): Buffer {
  const locals: Buffer[] = [];
  const headers: Buffer[] = [];
  let at = 0;
  for (const { name, content, claims = content.length } of parts) {
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const about = Buffer.alloc(22);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(8, 4);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(claims, 18);
    const names = Buffer.alloc(4);
    names.writeUInt16LE(title.length, 0);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), about, names, title, packed]);
    headers.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), about, names, rest, title]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(headers);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

export const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PLAIN = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml';
export const MACROS = 'application/vnd.ms-excel.sheet.macroEnabled.main+xml';
export const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The parts of a workbook whose first sheet is this XML. */
export function parts(sheet: string | Buffer, type = PLAIN) {
  const xml = (name: string, content: string | Buffer) => ({ name, content: Buffer.from(content) });
  const relations = (target: string, kind: string) =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${RELATIONS}/${kind}" Target="${target}"/></Relationships>`;
  return [
    xml(
      '[Content_Types].xml',
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}"/></Types>`,
    ),
    xml('_rels/.rels', relations('xl/workbook.xml', 'officeDocument')),
    xml(
      'xl/workbook.xml',
      `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    xml('xl/_rels/workbook.xml.rels', relations('worksheets/sheet1.xml', 'worksheet')),
    xml('xl/worksheets/sheet1.xml', sheet),
  ];
}
