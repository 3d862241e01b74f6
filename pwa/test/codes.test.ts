import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capsLock, checkDigit, expandUpcE, readCode, scannerFault } from '../src/scan/codes';

test('the same item in every form it is scanned in', () => {
  const want = '09521230000010'.slice(0, 13) + checkDigit('0952123000001');
  const ean = want.slice(1);
  for (const raw of [ean, ']E0' + ean, want, ']d2' + '01' + want, ']C101' + want + '10ABC', '\x1d01' + want, '(01)' + want, ']Q301' + want + '17261231',
    'https://id.example.com/01/' + want, 'https://id.example.com/gtin/01/' + want + '/10/AB?x=1', '01' + want + '10LOT']) {
    assert.deepEqual(readCode(raw).gtins, [want], raw);
  }
});
test('EAN-8 and UPC-A become fourteen digits', () => {
  assert.deepEqual(readCode(']E496385074').gtins, ['00000096385074']);
  assert.deepEqual(readCode('036000291452').gtins, ['00036000291452']);
});
test('UPC-E is expanded by its last digit', () => {
  assert.equal(expandUpcE('04252614'), '042100005264'); // GS1 General Specifications, figure 5.2.2.4.2
  assert.equal(expandUpcE('01234565'), '012345000065');
  assert.equal(expandUpcE('91234565'), '');
  assert.ok(readCode('01234565').gtins.includes('00012345000065'));
});
test('eight digits keep both meanings when both are proved, and AIM ]E4 settles it', () => {
  const both = [...Array(10_000).keys()].map((n) => { const b = '0' + String(n).padStart(6, '0'); return b + checkDigit(b); }).find((d) => readCode(d).gtins.length === 2);
  assert.ok(both, 'some number is valid both ways');
  assert.equal(readCode(']E4' + both).gtins.length, 1);
});
test('a wrong check digit is no item', () => {
  const good = '952123000001' + checkDigit('952123000001');
  for (let d = 0; d < 10; d++) assert.equal(readCode('952123000001' + d).gtins.length, '952123000001' + d === good ? 1 : 0);
});
test('a parcel label by SSCC, bare, as an element string and as a link', () => {
  const body = '09521234000000441', sscc = body + checkDigit(body);
  for (const raw of [sscc, ']C100' + sscc, '(00)' + sscc, '00' + sscc, 'https://id.example.com/00/' + sscc]) {
    assert.equal(readCode(raw).sscc, sscc, raw);
    assert.deepEqual(readCode(raw).gtins, []);
  }
  assert.equal(readCode(body + ((checkDigit(body) + 1) % 10)).sscc, '');
});
test('any text is read without a fault and means nothing more than it says', () => {
  const alphabet = '0123456789](){}/AZaz\x1d-: é';
  let seed = 7;
  const next = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff);
  for (let i = 0; i < 20_000; i++) {
    const raw = Array.from({ length: next() % 40 }, () => alphabet[next() % alphabet.length]).join('');
    const code = readCode(raw);
    for (const g of code.gtins) assert.match(g, /^\d{14}$/);
    if (code.sscc) assert.match(code.sscc, /^\d{18}$/);
  }
});

test('the item behind dates and a lot, under a magazine’s add-on, and beside a composite component', () => {
  const want = '09521234543213';
  for (const raw of [']d21726123101' + want, ']d210LOT7\x1d01' + want, '(17)261231(10)LOT7(01)' + want, ']E3' + want.slice(1) + '12', ']E0' + want.slice(1) + '|]e010LOT7',
    'https://id.example.com/gtin/' + want.slice(1)]) {
    assert.deepEqual(readCode(raw).gtins, [want], raw);
  }
  assert.equal(readCode('https://id.example.com/sscc/095200010000000010').sscc, '095200010000000010');
  assert.deepEqual(readCode(']d210' + want).gtins, [], 'a lot of digits is no item');
});
test('a scanner that types for another keyboard, or adds characters of its own, is told from a code nobody knows', () => {
  assert.deepEqual(scannerFault('ç(é&é"\'(\'"é&"'), { kind: 'keyboard' });
  assert.deepEqual(scannerFault('(%@!@#$%$#@!#'), { kind: 'keyboard' });
  assert.deepEqual(scannerFault('Aß07ß3ß2'), { kind: 'keyboard' });
  assert.deepEqual(scannerFault('~9521234543213'), { kind: 'extra', extra: '~' });
  assert.deepEqual(scannerFault('9521234543213#'), { kind: 'extra', extra: '#' });
  for (const fine of ['9521234543214', 'A-07-3-2', 'TOTE-17', ']C110ABC', '------', '', '9521234543213']) assert.equal(scannerFault(fine), null, fine);
});
test('letters whose case is swapped are Caps Lock’s doing; a symbology in use is not', () => {
  for (const swapped of [']e09521234543213', ']c10109521234543213', ']D201095212345432131010aB', ']q30109521234543213', ']a0tote-17', ' ]e496385074']) assert.ok(capsLock(swapped), swapped);
  for (const fine of [']E09521234543213', ']C10109521234543213', ']d20109521234543213', ']e00109521234543213', ']Q3x', ']A0TOTE-17', ']z0x', 'a-07-3-2', '9521234543213', '']) assert.ok(!capsLock(fine), fine);
});
