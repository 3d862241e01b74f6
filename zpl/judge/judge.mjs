// Picket's outside judge: renders ZPL and decodes barcodes with programs that are not Picket's.
//
//   node judge.mjs render [--zpl FILE] [--width MM] [--height MM] [--dpmm N] [--png FILE] [--no-decode]
//        reads ZPL (FILE or standard input), renders every label in it, decodes what is on each picture.
//   node judge.mjs decode FILE.png …
//        decodes any pictures.
//   node judge.mjs serve
//        the same, asked by lines of standard input: {"args":["render","--dpmm","8"],"zpl":"^XA…"}; ends with it. Starting and warming
//        two WebAssembly programs costs more than most questions.
//
// Prints one JSON array, one entry per picture: [{png?, codes:[{format,text,bytes,aim,contentType,...}]}].
// With several labels the PNG file name gets -2, -3 … before its ending.
// It reads nothing from the network: both programs' wasm lies in node_modules.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);

let decoding;
const decoder = () => (decoding ??= startDecoder());

async function startDecoder() {
  const { readBarcodes, prepareZXingModule } = await import('zxing-wasm/reader');
  // The package would fetch its wasm from a CDN by default; hand it the installed file instead.
  const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  await prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) },
    fireImmediately: true,
  });
  return async (png) => {
    const found = await readBarcodes(new Blob([png], { type: 'image/png' }), {
      tryHarder: true, tryRotate: true, tryInvert: false, tryDownscale: true,
      maxNumberOfSymbols: 64, textMode: 'Plain', returnErrors: false,
    });
    return found.map((c) => ({
      format: c.format,
      text: c.text,
      bytes: Buffer.from(c.bytes).toString('hex'),
      aim: c.symbologyIdentifier,
      contentType: c.contentType,
      version: c.version ?? '',
      ecLevel: c.ecLevel ?? '',
      orientation: c.orientation,
      corners: ['topLeft', 'topRight', 'bottomRight', 'bottomLeft'].map((k) => [c.position[k].x, c.position[k].y]),
    })).sort((a, b) => a.corners[0][1] - b.corners[0][1] || a.corners[0][0] - b.corners[0][0]);
  };
}

const number = (name, text, min, max) => {
  const n = Number(text);
  if (!(n >= min && n <= max)) throw new Error(`--${name}: want a number from ${min} to ${max}, got "${text}"`);
  return n;
};

async function render(args, given) {
  const { values } = parseArgs({
    args,
    options: {
      zpl: { type: 'string' }, png: { type: 'string' }, 'no-decode': { type: 'boolean' },
      width: { type: 'string', default: '101.6' }, height: { type: 'string', default: '152.4' }, dpmm: { type: 'string', default: '8' },
    },
  });
  const zpl = given ?? readFileSync(values.zpl ?? 0, 'utf8');
  const { ready } = await import('zpl-renderer-js');
  const { api } = await ready;
  const pictures = await api.zplToBase64MultipleAsync(zpl,
    number('width', values.width, 1, 500), number('height', values.height, 1, 1000), number('dpmm', values.dpmm, 6, 24));
  const read = values['no-decode'] ? null : await decoder();
  const out = [];
  for (const [i, base64] of pictures.entries()) {
    const png = Buffer.from(base64, 'base64');
    const entry = { codes: read ? await read(png) : [] };
    if (values.png) {
      entry.png = i === 0 ? values.png : values.png.replace(/(\.[^.]*)?$/, `-${i + 1}$1`);
      writeFileSync(entry.png, png);
    }
    out.push(entry);
  }
  return out;
}

async function decode(files) {
  if (files.length === 0) throw new Error('decode: name at least one PNG file');
  const read = await decoder();
  const out = [];
  for (const f of files) out.push({ png: f, codes: await read(readFileSync(f)) });
  return out;
}

async function work([command, ...rest], zpl) {
  const does = { render, decode }[command];
  if (!does) throw new Error(`unknown command "${command ?? ''}": want render, decode or serve`);
  return does(rest, zpl);
}

async function serve() {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const asked = JSON.parse(line);
      answer = { pictures: await work(asked.args, asked.zpl) };
    } catch (err) {
      answer = { error: `judge: ${err.message ?? err}` };
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
  process.exit(0);
}

const args = process.argv.slice(2);
try {
  if (args[0] === 'serve') await serve();
  process.stdout.write(JSON.stringify(await work(args)) + '\n', () => process.exit(0));
} catch (err) {
  process.stderr.write(`judge: ${err.message ?? err}\n`);
  process.exit(1);
}
