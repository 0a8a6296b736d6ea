import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compression } from 'vite-plugin-compression2';
import { preloadFonts } from './build/preload-fonts.ts';
import { withoutUnusedZod } from './build/without-unused-zod.ts';

const page = (file: string) => join(import.meta.dirname, file);

export default defineConfig({
  root: import.meta.dirname,
  // `public/` is a page of ours, so the files that are copied as they are stand in `static/`.
  publicDir: 'static',
  plugins: [react(), withoutUnusedZod(), preloadFonts(), compression({ algorithms: ['brotliCompress', 'gzip'] })],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome120', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        office: page('office.html'),
        resident: page('resident.html'),
        public: page('public.html'),
        'service-worker': page('resident/sw.ts'),
      },
      output: {
        // The service worker's address is where browsers look for its next version, so it keeps its name.
        entryFileNames: (chunk) => (chunk.name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
