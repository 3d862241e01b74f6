import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** Emits sw.js: the worker's source with the list of this build's files, so that a new build is a new worker. */
function serviceWorker(): Plugin {
  return {
    name: 'picket-sw', apply: 'build',
    generateBundle(_, bundle) {
      const files = ['/', '/manifest.webmanifest', '/icon.svg', '/icon-192.png', ...Object.keys(bundle).filter((f) => f.startsWith('assets/')).map((f) => '/' + f)].sort();
      const source = readFileSync(new URL('./src/sw.js', import.meta.url), 'utf8');
      const hash = createHash('sha256').update(source).update(JSON.stringify(files));
      for (const f of Object.values(bundle)) hash.update(f.type === 'chunk' ? f.code : f.source);
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: source.replace('__FILES__', JSON.stringify(files)).replace('__VERSION__', JSON.stringify(hash.digest('hex').slice(0, 16))) });
      this.emitFile({ type: 'asset', fileName: '.keep', source: '' });
    },
  };
}

export default defineConfig({
  plugins: [serviceWorker()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'chrome87', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:' + (process.env.PICKET_EDGE_PORT ?? '8099'), ws: true } } },
});
