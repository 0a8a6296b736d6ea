import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LabelGridName, labelGrids, placeOfLabel } from './label-grid.ts';
import { drawLabelSheet, type Label } from './label-sheet.ts';

// Read as a printer, a telephone and a person would: poppler draws the pages, zbar and jsqr read the codes, pdftotext the words.

/** The package's types and its module disagree about where the function is. */
const decode = typeof jsqr === 'function' ? jsqr : jsqr.default;
const DPI = 300;
const nowMs = Date.parse('2026-11-21T12:00:00Z');

function labels(count: number, batch = 'Κυψέλη 2026 · Χειμώνας'): Label[] {
  return Array.from({ length: count }, (_, at) => {
    const deviceNumber = `1204-${String(at + 1).padStart(3, '0')}`;
    return {
      deviceNumber,
      batchName: batch,
      serial: at % 2 === 0 ? `10000000a1b2${String(at).padStart(4, '0')}` : null,
      url: `https://concierge.some-long-office-name.example.gr/office/screens?device=${deviceNumber}`,
    };
  });
}

async function printed(grid: LabelGridName, all: readonly Label[], skip = 0) {
  const folder = mkdtempSync(join(tmpdir(), 'concierge-labels-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'labels.pdf');
  writeFileSync(file, await drawLabelSheet(all, { grid: labelGrids[grid], skip, title: 'Labels', nowMs }));
  const read = (program: string, ...words: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: 60_000 });
    expect(status, `${program}: ${stderr}`).toBe(0);
    return stdout;
  };
  return {
    info: () => read('pdfinfo', file),
    fonts: () => read('pdffonts', file),
    words: () => read('pdftotext', '-layout', file, '-').replaceAll(/\s+/g, ' '),
    pages() {
      read('pdftoppm', '-r', String(DPI), '-png', file, join(folder, 'page'));
      return readdirSync(folder)
        .filter((name) => name.endsWith('.png'))
        .toSorted()
        .map((name) => join(folder, name));
    },
    codes: (page: string) =>
      read('zbarimg', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', page)
        .split('\n')
        .filter((line) => line !== ''),
  };
}

describe.each(Object.keys(labelGrids) as LabelGridName[])('labels on a sheet of %s', (grid) => {
  it('are A4, and each code is read by zbar, none lost and none twice', async () => {
    const all = labels(30);
    const sheet = await printed(grid, all);
    expect(sheet.info()).toMatch(/Page size: +595\.\d+ x 841\.\d+ pts \(A4\)/);
    const read = sheet.pages().flatMap((page) => sheet.codes(page));
    expect(read.toSorted()).toEqual(all.map(({ url }) => url).toSorted());
  });

  it('have each code in the place of its own label, as another reader sees it', async () => {
    const all = labels(7);
    const [page = ''] = (await printed(grid, all, 2)).pages();
    const png = PNG.sync.read(readFileSync(page));
    for (const [index, label] of all.entries()) {
      const place = placeOfLabel(labelGrids[grid], index, 2);
      const [x, y, width, height] = [place.x, place.y, place.width, place.height].map((mm) => Math.round((mm / 25.4) * DPI)) as [
        number,
        number,
        number,
        number,
      ];
      const cut = new PNG({ width, height });
      PNG.bitblt(png, cut, x, y, width, height, 0, 0);
      expect(decode(new Uint8ClampedArray(cut.data), width, height)?.data).toBe(label.url);
    }
  });

  it('say number, batch, serial and what to do, in Greek and English, in words that can be copied', async () => {
    const sheet = await printed(grid, labels(2));
    const words = sheet.words();
    for (const text of ['1204-001', '1204-002', 'Κυψέλη 2026 · Χειμώνας', '10000000a1b20000']) expect(words).toContain(text);
    // A line may break anywhere between two words, and its neighbour's words stand in between.
    for (const word of 'Δώστε ρεύμα και δίκτυο συνδέεται μόνη της Give it power and network The screen connects itself'.split(' '))
      expect(words).toContain(word);
    expect(words).not.toContain('�');
  });

  it('cut a name that is far too long rather than run into the next label', async () => {
    const name = 'Ω'.repeat(40);
    const sheet = await printed(grid, labels(4, name));
    const [page = ''] = sheet.pages();
    expect(sheet.codes(page)).toHaveLength(4);
    const png = PNG.sync.read(readFileSync(page));
    const { columnPitch, inset, left } = labelGrids[grid];
    const from = Math.round(((left + columnPitch - inset + 0.5) / 25.4) * DPI);
    const to = Math.round(((left + columnPitch + inset - 0.5) / 25.4) * DPI);
    const dark = [];
    for (let y = 0; y < png.height; y += 1)
      for (let x = from; x < to; x += 1) if ((png.data[(y * png.width + x) * 4] ?? 255) < 128) dark.push(`${x},${y}`);
    expect(dark.slice(0, 3)).toEqual([]);
  });
});

describe('the sheet', () => {
  it('is the same for the same labels at the same moment', async () => {
    const draw = () => drawLabelSheet(labels(3), { grid: labelGrids[24], skip: 0, title: 'Labels', nowMs });
    const strip = (pdf: Buffer) => pdf.toString('latin1').replace(/\/ID \[.*?\]/s, '');
    expect(strip(await draw()) === strip(await draw())).toBe(true);
  });

  it('holds a thousand labels', async () => {
    const sheet = await printed('24', labels(1_000));
    expect(sheet.info()).toMatch(/Pages: +42\n/);
  });
});
