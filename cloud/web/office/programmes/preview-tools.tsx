import type { Building } from '@concierge/contract/http/buildings.ts';
import type { Language } from '@concierge/contract/text.ts';
import { NativeSelect, SegmentedControl } from '@mantine/core';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import type { Orientation } from './grid-rules.ts';
import type { ScreenSize } from './screen-sizes.ts';

/** As what the scene is previewed: how the screen hangs and how large it is, in which language, in which building. Choices of one are no choice and not shown. */
export function PreviewTools({
  orientation,
  language,
  size,
  sizes,
  buildingId,
  buildingName,
  buildings,
  onOrientation,
  onLanguage,
  onSize,
  onBuilding,
}: {
  orientation: Orientation;
  language: Language;
  size: ScreenSize;
  sizes: readonly ScreenSize[];
  buildingId: string | null;
  /** As its screens call it; null until that is known. */
  buildingName: string | null;
  buildings: readonly Building[];
  onOrientation(orientation: Orientation): void;
  onLanguage(language: Language): void;
  onSize(widthMm: number): void;
  onBuilding(buildingId: string): void;
}) {
  const { t, language: officeLanguage } = useWords();
  return (
    <div className="editor-tools">
      <SegmentedControl
        aria-label={t('canvas.orientation')}
        value={orientation}
        onChange={(value) => onOrientation(value === 'landscape' ? 'landscape' : 'portrait')}
        data={[
          { value: 'portrait', label: t('canvas.portrait') },
          { value: 'landscape', label: t('canvas.landscape') },
        ]}
      />
      <SegmentedControl
        aria-label={t('canvas.previewLanguage')}
        value={language}
        onChange={(value) => onLanguage(value === 'en' ? 'en' : 'el')}
        data={[
          { value: 'el', label: t('language.el') },
          { value: 'en', label: t('language.en') },
        ]}
      />
      {sizes.length > 1 && (
        <NativeSelect
          aria-label={t('canvas.previewSize')}
          value={String(size.widthMm)}
          onChange={(event) => onSize(Number(event.currentTarget.value))}
          data={sizes.map(({ widthMm, inches }) => ({ value: String(widthMm), label: t('canvas.size', { inches, width: widthMm }) }))}
        />
      )}
      {buildings.length <= 1 && buildingName !== null && (
        <p className="muted">
          {t('canvas.previewBuilding')}: {buildingName}
        </p>
      )}
      {buildings.length > 1 && (
        <NativeSelect
          aria-label={t('canvas.previewBuilding')}
          value={buildingId ?? ''}
          onChange={(event) => onBuilding(event.currentTarget.value)}
          data={buildings.map((each) => ({ value: each.id, label: localized(each.name, officeLanguage) }))}
        />
      )}
    </div>
  );
}
