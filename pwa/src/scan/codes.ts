// What a barcode says: an item (GTIN), a parcel (SSCC) or a plain text. Pure.
// Sources: GS1 General Specifications 5 (symbologies), 7.9 (check digits), 3.2 (application identifiers);
// ISO/IEC 15424 (AIM symbology identifiers); GS1 Digital Link URI syntax 1.3.

export interface Code {
  raw: string;     // as read
  plain: string;   // without the AIM prefix
  gtins: string[]; // every GTIN-14 it can mean: eight digits may be EAN-8 or UPC-E
  sscc: string;    // 18 digits, or ''
}

/** GS1 check digit of the digits before it: weights 3, 1, 3 … from the right. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += (body.charCodeAt(body.length - 1 - i) - 48) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}
const proved = (d: string): boolean => checkDigit(d.slice(0, -1)) === d.charCodeAt(d.length - 1) - 48;
const to14 = (d: string): string => d.padStart(14, '0');

/** UPC-E to UPC-A: the six digits between number system and check digit are zero-suppressed. */
export function expandUpcE(d: string): string {
  let system = '0', six = d, check = '';
  if (d.length === 8) { system = d[0]!; six = d.slice(1, 7); check = d[7]!; }
  else if (d.length === 7) { system = d[0]!; six = d.slice(1); }
  if (six.length !== 6 || (system !== '0' && system !== '1')) return '';
  const [a, b, c, e, f, last] = six as unknown as [string, string, string, string, string, string];
  let body: string;
  if (last <= '2') body = a + b + last + '0000' + c + e + f;
  else if (last === '3') body = a + b + c + '00000' + e + f;
  else if (last === '4') body = a + b + c + e + '00000' + f;
  else body = a + b + c + e + f + '0000' + last;
  body = system + body;
  const right = String(checkDigit(body));
  return check === '' || check === right ? body + right : '';
}

function gtinsOf(d: string, aim: string): string[] {
  switch (d.length) {
    case 14: case 13: case 12: return proved(d) ? [to14(d)] : [];
    case 8: {
      const out: string[] = [];
      if (proved(d)) out.push(to14(d));
      const upc = aim === ']E4' ? '' : expandUpcE(d);
      if (upc && !out.includes(to14(upc))) out.push(to14(upc));
      return out;
    }
    case 7: case 6: { const upc = expandUpcE(d); return upc ? [to14(upc)] : []; }
  }
  return [];
}

/** Elements that may stand before the one that names an item: dates, a variant, a count, and whatever a separator ends. */
const before = /^(?:\((?:1[1235-7])\)\d{6}|(?:1[1235-7])\d{6}|(?:\(20\)|20)\d{2}|(?:10|21|22|30|37|240|241)[!-~]{1,30}\x1d|\((?:10|21|22|30|37|240|241)\)[^(]{1,30})/;

/** The application identifier of an element string that names an item or a parcel. */
function element(whole: string): { gtin?: string; sscc?: string } {
  let s = whole;
  for (let m = before.exec(s); m; m = before.exec(s)) s = s.slice(m[0].length).replace(/^\x1d/, '');
  const m = /^(?:\((01|02|00)\)|(01|02|00))(\d+)/.exec(s);
  if (!m) return {};
  const ai = m[1] ?? m[2], digits = m[3]!;
  if (ai === '00' && digits.length >= 18 && proved(digits.slice(0, 18))) return { sscc: digits.slice(0, 18) };
  if (ai !== '00' && digits.length >= 14 && proved(digits.slice(0, 14))) return { gtin: digits.slice(0, 14) };
  return {};
}

/** Reads a barcode. A code that means neither an item nor a parcel keeps its plain text, nothing is guessed. */
export function readCode(raw: string): Code {
  let plain = raw.trim();
  const aim = /^\][A-Za-z][0-9A-Za-z]/.exec(plain)?.[0] ?? '';
  plain = plain.slice(aim.length);
  if (aim === ']E0' || aim === ']E4') plain = plain.replace(/\|?\]e0.*$/, ''); // the composite component behind an EAN
  if (aim === ']E3' && plain.length > 13) plain = plain.slice(0, 13); // the add-on of a magazine
  const code: Code = { raw, plain, gtins: [], sscc: '' };
  const link = /^https?:\/\/[^\s]+?\/(01|00|gtin|sscc)\/(\d{8,18})(?:[/?#]|$)/i.exec(plain);
  if (link) {
    const d = link[2]!;
    if (link[1] === '00' || link[1]!.toLowerCase() === 'sscc') { if (d.length === 18 && proved(d)) code.sscc = d; } else code.gtins = gtinsOf(d, '');
    return code;
  }
  const gs1 = plain.startsWith('\x1d') || [']C1', ']d2', ']Q3', ']e0', ']J1'].includes(aim);
  const body = plain.replace(/^\x1d/, '');
  if (/^\d+$/.test(body) && !gs1) {
    if (body.length === 18) { if (proved(body)) code.sscc = body; return code; }
    code.gtins = gtinsOf(body, aim);
    if (code.gtins.length > 0 || body.length <= 14) return code;
  }
  const e = element(body);
  if (e.gtin) code.gtins = [to14(e.gtin)];
  if (e.sscc) code.sscc = e.sscc;
  return code;
}

/** Whether the letters of a scan came with their case swapped, as Caps Lock does it: the symbology's identifier is one that no
 *  symbology in use has, and that of a usual one with the case swapped (]D2 of a DataMatrix, ]c1 of a GS1-128, ]e0 before an EAN). */
export const capsLock = (raw: string): boolean => /^\s*\](?:[abcfgijklmnqrtuxD]\d|e[0-4](?:\d{8}|\d{12,13})\s*$)/.test(raw);

// What the digits' keys 1 to 0 type: plain in France, with shift in the United States and in Germany.
const digitRows = ['&é"\'(-è_çà', '!@#$%^&*()', '!"§$%&/()='];

export type ScannerFault = { kind: 'keyboard' } | { kind: 'extra'; extra: string } | null;

/** What is wrong with the scanner that read a code nobody knows: it types for another keyboard, or adds characters of its own.
 *  Nothing is made of what was read: a code that cannot be proved is asked for again. */
export function scannerFault(raw: string): ScannerFault {
  const plain = raw.trim().replace(/^\][A-Za-z][0-9A-Za-z]/, '');
  if (plain.length >= 6 && !/^-+$/.test(plain) && digitRows.some((row) => [...plain].every((c) => row.includes(c)))) return { kind: 'keyboard' };
  if (/[ßäöüÄÖÜéèêçàùµ§²°£¨´]/.test(plain)) return { kind: 'keyboard' };
  const m = /^(\D{0,4})(\d{8}|\d{12,14})(\D{0,4})$/.exec(plain);
  if (m && (m[1] || m[3]) && gtinsOf(m[2]!, '').length > 0) return { kind: 'extra', extra: (m[1] || m[3])! };
  return null;
}
