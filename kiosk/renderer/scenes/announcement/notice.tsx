import type { Language } from '@concierge/contract/text.ts';
import { lobbyStrings } from '@concierge/i18n/lobby.ts';
import { Pictogram, type PictogramName } from '../../furniture/pictogram.tsx';
import type { Frame } from '../../stage/frame.ts';
import { units } from '../../stage/frame-properties.ts';
import type { Arrangement } from '../../stage/scene-view.tsx';
import { withHyphens } from '../../type/fit-text.ts';
import { NOTICE, type NoticeLayout, tagLine } from './notice-layout.ts';
import './notice.css';

interface NoticeProps {
  readonly title: string;
  /** What kind of notice it is, in one or more wordings from long to short. */
  readonly tags: readonly string[];
  readonly pictogram: PictogramName;
  /** The language the text is in; the screen's own words may be in another. */
  readonly textLanguage: Language;
  readonly language: Language;
  readonly frame: Frame;
  readonly layout: NoticeLayout;
  readonly page: number;
  readonly dress: 'field' | 'sand' | 'alert';
  readonly arrangement: Arrangement;
}

/** A title on a field of colour, and what there is to say about it. */
export function Notice({ title, tags, pictogram, textLanguage, language, frame, layout, page, dress, arrangement }: NoticeProps) {
  const count = layout.pages.length;
  const body = layout.pages[page] ?? '';
  const pageWords = lobbyStrings[language].page.replace('{page}', String(page + 1)).replace('{count}', String(count));
  const line = tagLine(frame, layout, tags, count > 1 ? [pageWords, `${page + 1}/${count}`] : ['']);
  return (
    <article
      className="notice"
      data-shape={layout.shape}
      data-notice-dress={dress}
      data-arrangement={arrangement}
      style={{
        '--padding': units(NOTICE.padding),
        '--tag-height': units(layout.tagHeight),
        '--tag-gap': units(layout.tagGap),
        '--tag-space': units(NOTICE.tagSpace),
        '--panel-width': units(layout.panel.width),
        '--panel-height': units(layout.panel.height),
      }}
    >
      <div className="notice-panel">
        <div className={`notice-tag text-${line.step}`}>
          <Pictogram name={pictogram} />
          <p>{line.tag}</p>
          {line.page !== '' && <p className="notice-page">{line.page}</p>}
        </div>
        <h1 className={`text-${layout.title.step}`} lang={textLanguage}>
          {withHyphens(title, layout.panel.width - 2 * frame.margin, layout.title.step)}
        </h1>
      </div>
      {body !== '' && (
        <p className="notice-body" lang={textLanguage}>
          {body}
        </p>
      )}
    </article>
  );
}
