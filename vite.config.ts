/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const path = (name: string) => new URL(name, import.meta.url).pathname;

/** A start waits for each file that it asks for, so all that a page needs at once is one file: the bridge, which both pages use,
 * and what the main window starts with. The page that reveals loads nothing of the latter. */
const FILES = [
  { name: 'bridge', test: /\/src\/api\/bindings/, priority: 1 },
  { name: 'start', tags: ['$initial' as const], test: (module: string) => !/\/(reveal\.html|src\/reveal\/)/.test(module) },
];

/** `--mode mock` builds the same window over made-up answers, for the tests in a browser. */
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  resolve: { alias: { '@': path('./src') } },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    outDir: mode === 'mock' ? 'dist-mock' : 'dist',
    target: 'safari17.6',
    modulePreload: { polyfill: false },
    // The window's content security policy refuses faces and pictures that are data.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: mode === 'mock' ? { index: path('./mock.html') } : { index: path('./index.html'), reveal: path('./reveal.html') },
      // The made-up page waits for the window's own entry, so the two cannot be one file.
      output: mode === 'mock' ? {} : { codeSplitting: { groups: FILES } },
    },
  },
  test: {
    environment: 'jsdom',
    css: { include: /tokens/ },
    setupFiles: ['src/test/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    testTimeout: 20_000,
  },
}));
