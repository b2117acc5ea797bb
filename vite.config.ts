/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const path = (name: string) => new URL(name, import.meta.url).pathname;

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
    rollupOptions: {
      input: mode === 'mock' ? { index: path('./mock.html') } : { index: path('./index.html'), reveal: path('./reveal.html') },
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
