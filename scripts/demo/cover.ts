/** The cover picture of the demonstration's bulletin: a PNG of the official account's own proportions, drawn here. */
import { crc32, deflateSync } from 'node:zlib';

/** 2.35 : 1, as the platform shows covers. */
const [WIDTH, HEIGHT] = [900, 383];
/** From one blue to another, from left to right. */
const [FROM, TO] = [
  [9, 88, 217],
  [22, 159, 184],
] as const;

export function coverPicture(): Buffer {
  const row = Buffer.alloc(1 + WIDTH * 3);
  for (let x = 0; x < WIDTH; x += 1) {
    FROM.forEach((from, channel) => {
      row[1 + x * 3 + channel] = Math.round(from + (((TO[channel] ?? from) - from) * x) / WIDTH);
    });
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  // Eight bits for each of red, green and blue.
  head.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: HEIGHT }, () => row)));
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
