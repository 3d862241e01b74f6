// A PNG of a label with bars, drawn by hand: enough to see where the app puts it.
import { deflateSync, crc32 as zcrc } from 'node:zlib';

const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
const crc = zcrc ?? ((b) => { let c = 0xffffffff; for (const x of b) c = table[(c ^ x) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; });
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]), out = Buffer.alloc(8);
  out.writeUInt32BE(data.length, 0); out.writeUInt32BE(crc(body) >>> 0, 4);
  return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
}
export function picture(text, w = 400, h = 600) {
  const px = Buffer.alloc((w + 1) * h, 255);
  for (let y = 0; y < h; y++) px[y * (w + 1)] = 0;
  const box = (x0, y0, bw, bh) => { for (let y = y0; y < y0 + bh; y++) px.fill(0, y * (w + 1) + 1 + x0, y * (w + 1) + 1 + x0 + bw); };
  box(20, 20, 360, 4); box(20, 300, 360, 4);
  for (let i = 0; i < 7; i++) box(30, 50 + i * 34, 120 + ((i * 67) % 200), 14);
  let x = 40;
  for (const ch of text) { const n = ch.charCodeAt(0); box(x, 340, 2 + (n % 3), 220); x += 6 + (n % 5) * 2; if (x > 350) break; }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(w, 0); head.writeUInt32BE(h, 4); head.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), chunk('IDAT', deflateSync(px)), chunk('IEND', Buffer.alloc(0))]);
}
