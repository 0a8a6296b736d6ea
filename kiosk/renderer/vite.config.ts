import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';
import { inlineStyles } from './build/inline-styles.ts';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, since the same files are served by the agent and by Electron's own protocol.
  base: './',
  plugins: [react(), inlineStyles(), compression({ algorithms: ['brotliCompress', 'gzip'] })],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'chrome130',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One screen, one file: nothing is ever loaded later.
    cssCodeSplit: false,
  },
});
