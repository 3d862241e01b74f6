// Builds the unit tests for node's own runner, which reads no TypeScript.
import { readdirSync } from 'node:fs';
import { defineConfig } from 'vite';

const tests = readdirSync(new URL('./test', import.meta.url)).filter((f) => f.endsWith('.test.ts'));

export default defineConfig({
  logLevel: 'warn',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    ssr: true, target: 'node20', outDir: 'node_modules/.picket-test', emptyOutDir: true, minify: false,
    rollupOptions: { input: tests.map((f) => 'test/' + f), output: { entryFileNames: '[name].mjs', chunkFileNames: 'parts/[name]-[hash].mjs' } },
  },
});
