import { wordingOf } from '../../words/localized.ts';
import type { WidgetProps } from '../widget.ts';
import type { ImageSettings } from './schema.ts';
import './image.css';

/** In the editor there may be no picture yet, and then the box is drawn as one that waits for it; a lobby never comes here without one. */
export function Image({ settings, facts, language }: WidgetProps<Omit<ImageSettings, 'media'> & { media: ImageSettings['media'] | null }>) {
  const url = settings.media === null ? null : facts.mediaUrl(settings.media.sha256);
  if (url === null) return <div className="widget widget-image" data-waiting />;
  const alt = settings.alt === null ? null : wordingOf(settings.alt, language);
  return (
    <div className="widget widget-image" data-fit={settings.fit}>
      <img src={url} alt={alt?.text ?? ''} lang={alt?.language} decoding="async" draggable={false} />
    </div>
  );
}
