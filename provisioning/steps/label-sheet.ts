import { createRequire } from 'node:module';
import { labelWords } from '@concierge/i18n/labels.ts';
import PDFDocument from 'pdfkit';
import { create } from 'qrcode';
import { type LabelGrid, placeOfLabel } from './label-grid.ts';

export interface Label {
  /** What people read aloud on the telephone. */
  readonly deviceNumber: string;
  readonly batchName: string;
  /** Null where nobody has said yet which machine it is. */
  readonly serial: string | null;
  /** What the QR code says: the office's page, never anything secret, because whoever passes by can read it. */
  readonly url: string;
}

const A4_MM = { width: 210, height: 297 };
const require = createRequire(import.meta.url);
const fonts = {
  text: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  mono: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
};
const pt = (mm: number) => (mm * 72) / 25.4;

/** The sheet as a PDF. The same labels at the same moment are the same bytes. */
export async function drawLabelSheet(
  labels: readonly Label[],
  sheet: { grid: LabelGrid; skip: number; title: string; nowMs: number },
): Promise<Buffer> {
  const document = new PDFDocument({
    size: [pt(A4_MM.width), pt(A4_MM.height)],
    margin: 0,
    autoFirstPage: false,
    lang: 'el',
    info: { Title: sheet.title, Creator: 'concierge-provision', CreationDate: new Date(sheet.nowMs) },
  });
  const chunks: Buffer[] = [];
  const finished = new Promise<Buffer>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(Buffer.concat(chunks)));
    document.on('error', reject);
  });
  for (const [name, file] of Object.entries(fonts)) document.registerFont(name, file);
  let page = -1;
  for (const [index, label] of labels.entries()) {
    const place = placeOfLabel(sheet.grid, index, sheet.skip);
    while (page < place.page) {
      document.addPage();
      page += 1;
    }
    drawLabel(document, label, { x: pt(place.x), y: pt(place.y), width: pt(place.width), height: pt(place.height) });
  }
  document.end();
  return finished;
}

function drawLabel(document: PDFKit.PDFDocument, label: Label, box: { x: number; y: number; width: number; height: number }): void {
  const side = Math.min(pt(23), box.height, box.width * 0.42);
  drawQr(document, label.url, box.x, box.y, side);
  const x = box.x + side + pt(2);
  const width = box.width - side - pt(2);
  document.font('bold');
  fitted(document, label.deviceNumber, { x, y: box.y, width, size: 16 });
  document.font('text');
  fitted(document, label.batchName, { x, y: box.y + 18, width, size: 8 });
  if (label.serial !== null) {
    document.font('mono');
    fitted(document, label.serial, { x, y: box.y + 28, width, size: 7 });
    document.font('text');
  }
  const { el, en } = labelWords.instruction;
  document.fontSize(6.1).text(`${el}\n${en}`, x, box.y + 37, { width, height: box.y + box.height - (box.y + 37), lineGap: -0.3 });
}

/** One line that is made smaller rather than broken or cut, as far as it can be read at all; then it ends in an ellipsis. */
function fitted(document: PDFKit.PDFDocument, text: string, line: { x: number; y: number; width: number; size: number }): void {
  let size = line.size;
  while (size > 4.5 && document.fontSize(size).widthOfString(text) > line.width) size -= 0.5;
  document.fontSize(size).text(text, line.x, line.y, { width: line.width, height: size * 1.2, lineBreak: false, ellipsis: true });
}

function drawQr(document: PDFKit.PDFDocument, text: string, left: number, top: number, side: number): void {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  // Four modules of white around it (ISO/IEC 18004), on whatever colour the label has.
  const module = side / (size + 8);
  document.rect(left, top, side, side).fill('#ffffff');
  for (let row = 0; row < size; row += 1) {
    let from = 0;
    while (from < size) {
      let to = from;
      while (to < size && modules.get(row, to) === 1) to += 1;
      // A hair taller than its row, so that no white line shows between two of them.
      if (to > from) document.rect(left + (from + 4) * module, top + (row + 4) * module, (to - from) * module, module * 1.01);
      from = to + 1;
    }
  }
  document.fill('#000000');
}
