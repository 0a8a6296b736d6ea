import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { groupedIban } from '@concierge/kernel/iban.ts';
import { codeSidePx, QrCode } from '../../furniture/qr-code.tsx';
import type { Room } from '../../type/fit-text.ts';
import { keepTogether, withoutLooseWords } from '../../type/typesetting.ts';
import { wordingOf } from '../../words/localized.ts';
import { HEADING_HEIGHT, Heading } from '../heading.tsx';
import type { WidgetProps } from '../widget.ts';
import { type Block, type FittedBlock, fitBlocks } from './blocks.ts';
import type { PaymentSettings } from './schema.ts';
import './payment.css';

const GAP = 0.7;
/** A tenth of the distance people scan from, which is a metre and a half. */
const LEAST_CODE_MM = 150;

/** Where to pay, as a code for a bank's app and in letters for everybody else. Empty where the building has no account to show. */
export function Payment({ settings, facts: { account }, language, room, frame }: WidgetProps<PaymentSettings>) {
  if (account === null) return <div className="widget" />;
  const { payment: words } = lobbyStrings[language];
  const inner: Room = { width: room.width, height: room.height - HEADING_HEIGHT };
  const measures = {
    qr: account.qr,
    widthPx: Math.min(inner.width, inner.height, 8) * frame.unitPx,
    leastCodePx: LEAST_CODE_MM * frame.pxPerMm,
    mostPx: Math.min(inner.width, inner.height) * frame.unitPx,
  };
  const side = codeSidePx(measures) / frame.unitPx;
  const beside: Room = { width: inner.width - side - GAP, height: Math.max(side, beforeFoot(inner)) };
  const below: Room = { width: inner.width, height: inner.height - side - GAP / 2 };

  const note = settings.note === null ? null : wordingOf(settings.note, language);
  const blocks: Readonly<Record<Block['name'], Block>> = {
    iban: { name: 'iban', text: groupedIban(account.iban), language: 'en' },
    holder: { name: 'holder', text: account.holder, language: 'en' },
    how: { name: 'how', text: withoutLooseWords(words.scan), language },
    note: { name: 'note', text: note === null ? '' : withoutLooseWords(keepTogether(note.text)), language: note?.language ?? language },
  };
  // The number first: it alone helps whoever cannot scan.
  const all = [blocks.iban, blocks.holder, blocks.how, blocks.note];
  const wholeOf = (fitted: readonly FittedBlock[]) =>
    all.filter(({ name, text }) => text === '' || fitted.some((each) => each.name === name && !each.isCut));
  const ways = [
    { beside: fitBlocks(all, beside), below: [] },
    { beside: fitBlocks([blocks.how, blocks.note], beside), below: fitBlocks([blocks.iban, blocks.holder], below) },
    { beside: fitBlocks([blocks.holder, blocks.how, blocks.note], beside), below: fitBlocks([blocks.iban], below) },
    { beside: [], below: fitBlocks(all, below) },
  ].map((way) => ({ ...way, whole: wholeOf([...way.beside, ...way.below]) }));
  const score = ({ whole }: { readonly whole: readonly Block[] }) => whole.length + (whole.includes(blocks.iban) ? all.length : 0);
  const best = ways.toSorted((first, second) => score(second) - score(first))[0] ?? { beside: [], below: [], whole: [] };
  const drawn = (some: readonly FittedBlock[]) =>
    some.map(({ name, lines, step, language: its }) => (
      <div key={name} className={`widget-payment-${name}`}>
        {lines.map((line) => (
          <p key={line} className={`text-${step}`} lang={its}>
            {line}
          </p>
        ))}
      </div>
    ));
  return (
    <section className="widget widget-payment" data-cut={best.whole.length < all.length || undefined}>
      <Heading wording={wordingOf(settings.title, language)} room={room} />
      <div className="widget-payment-code">
        <QrCode {...measures} name={words.codeName} />
        <div className="widget-payment-words">{drawn(best.beside)}</div>
      </div>
      <div className="widget-payment-words">{drawn(best.below)}</div>
    </section>
  );
}

/** Words beside a code that is lower than the box may reach to its foot. */
function beforeFoot({ width, height }: Room): number {
  return width > height * 1.4 ? height : 0;
}
