import {
  type Fitted,
  fitText,
  fitTextOrSmallest,
  linesAt,
  type Room,
  STEPS,
  shortened,
  TEXT_LEADING,
  TITLE_LEADING,
  withHyphens,
} from '../../type/fit-text.ts';
import { keepTogether, withoutLooseWords } from '../../type/typesetting.ts';
import { wordingOf } from '../../words/localized.ts';
import type { WidgetProps } from '../widget.ts';
import type { TextSettings } from './schema.ts';
import './text.css';

const PADDING = 0.8;
const GAP = 0.5;
const TITLE_STEPS = ['title', 'heading', 'lead', 'body'] as const;

export function Text({ settings, language, room }: WidgetProps<TextSettings>) {
  const inner = settings.ground === 'plain' ? room : { width: room.width - 2 * PADDING, height: room.height - 2 * PADDING };
  const { body } = settings;
  // An English title over a Greek body helps nobody.
  const wanted = body === null || body.en !== null ? language : 'el';
  const title = wordingOf(settings.title, wanted);
  const words = withoutLooseWords(keepTogether(title.text));
  const bodyText = body === null ? '' : keepTogether(wordingOf(body, wanted).text);
  const { title: fitted, bodyLines } = largestTitle(words, bodyText, inner);
  const shownTitle = shortened(words, inner.width, fitted.step, fitted.lines);
  const shownBody = bodyText === '' || bodyLines < 1 ? '' : cutToLines(bodyText, inner.width, bodyLines);
  return (
    <article
      className="widget widget-text"
      data-ground={settings.ground}
      data-cut={shownBody !== bodyText || shownTitle !== words || undefined}
      lang={title.language}
    >
      <h2 className={`text-${fitted.step}`}>{withHyphens(shownTitle, inner.width, fitted.step)}</h2>
      {shownBody !== '' && <p className="text-body">{withHyphens(shownBody, inner.width, 'body')}</p>}
    </article>
  );
}

interface TitleAndBody {
  readonly title: Fitted;
  /** How many lines of body there is room for. */
  readonly bodyLines: number;
}

/** The largest title that leaves the whole body its room; where none does, the smallest, and the body is cut. */
function largestTitle(title: string, body: string, room: Room): TitleAndBody {
  const wantedLines = body === '' ? 0 : linesAt(body, room.width, 'body').length;
  let last: TitleAndBody | null = null;
  for (const step of TITLE_STEPS) {
    const fitted = fitText(title, room, [step]);
    if (fitted === null) continue;
    const bodyLines = Math.floor((room.height - fitted.height - GAP) / (STEPS.body * TEXT_LEADING));
    last = { title: fitted, bodyLines };
    if (bodyLines >= wantedLines || body === '') return last;
  }
  if (last !== null) return last;
  const mostLines = Math.max(1, Math.floor(room.height / (STEPS.body * TITLE_LEADING)));
  const cut = fitTextOrSmallest(title, room, ['body']);
  return { title: { ...cut, lines: Math.min(cut.lines, mostLines) }, bodyLines: 0 };
}

/** Paragraphs count for their own lines; what goes beyond the last one is cut at a word. */
function cutToLines(text: string, width: number, most: number): string {
  if (linesAt(text, width, 'body').length <= most) return text;
  return shortened(text.replaceAll(/\s*\n\s*/gu, ' '), width, 'body', most);
}
