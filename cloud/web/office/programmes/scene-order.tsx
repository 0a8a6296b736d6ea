import type { SceneList as List, Scene } from '@concierge/contract/mqtt/scenes.ts';
import { MOST_SCENES } from '@concierge/contract/mqtt/scenes.ts';
import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { layoutScene, standardScene } from './templates.ts';

/** The scenes in their order: which one is worked on, which comes before which, and what stands in while none is on. */
export function SceneOrder({
  draft,
  selectedId,
  isOn,
  faults,
  onSelect,
  onChange,
}: {
  draft: List;
  selectedId: string | null;
  isOn(scene: Scene): boolean;
  faults: ReadonlySet<string>;
  onSelect(id: string): void;
  onChange(draft: List): void;
}) {
  const { t, language } = useWords();
  const { scenes } = draft;
  const nameOf = (scene: Scene) => localized(scene.name, language) || t('scene.unnamed');
  const move = (index: number, by: -1 | 1) => {
    const scene = scenes[index];
    if (scene !== undefined) onChange({ ...draft, scenes: scenes.toSpliced(index, 1).toSpliced(index + by, 0, scene) });
  };
  const add = (scene: Scene) => {
    const after = scenes.findIndex(({ id }) => id === selectedId);
    onChange({ ...draft, scenes: scenes.toSpliced(after < 0 ? scenes.length : after + 1, 0, scene) });
    onSelect(scene.id);
  };
  return (
    <section className="scene-order" aria-label={t('scene.many')}>
      <h2 className="editor-title">{t('scene.many')}</h2>
      <ol>
        {scenes.map((scene, index) => (
          <li key={scene.id} data-selected={scene.id === selectedId || undefined}>
            <button type="button" className="scene-choice" aria-current={scene.id === selectedId} onClick={() => onSelect(scene.id)}>
              <span className={hasFault(faults, index) ? 'word-alert' : undefined}>{nameOf(scene)}</span>
              {!isOn(scene) && <span className="muted">{t('scene.notNow')}</span>}
            </button>
            <span className="scene-moves">
              <ActionIcon
                variant="subtle"
                size="sm"
                disabled={index === 0}
                aria-label={t('scene.up', { name: nameOf(scene) })}
                onClick={() => move(index, -1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                size="sm"
                disabled={index === scenes.length - 1}
                aria-label={t('scene.down', { name: nameOf(scene) })}
                onClick={() => move(index, 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
            </span>
          </li>
        ))}
      </ol>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            size="compact-md"
            disabled={scenes.length >= MOST_SCENES}
            leftSection={<IconPlus size={16} aria-hidden />}
          >
            {t('scene.add')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => add(layoutScene({ el: t('scene.unnamed'), en: null }, []))}>{t('scene.addLayout')}</Menu.Item>
          <Menu.Label>{t('scene.addStandard')}</Menu.Label>
          {(['overview', 'announcements', 'join'] as const).map((standard) => (
            <Menu.Item key={standard} onClick={() => add(standardScene(standard))}>
              {t(`scene.standard.${standard}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <NativeSelect
        label={t('scene.fallback')}
        value={draft.fallbackSceneId ?? ''}
        onChange={(event) => onChange({ ...draft, fallbackSceneId: event.currentTarget.value || null })}
        data={[{ value: '', label: t('scene.fallbackOwn') }, ...scenes.map((scene) => ({ value: scene.id, label: nameOf(scene) }))]}
      />
    </section>
  );
}

function hasFault(faults: ReadonlySet<string>, index: number): boolean {
  // A scene without widgets is not wrong, only not finished; the line above says so.
  return [...faults].some((path) => path === `scenes.${index}` || (path.startsWith(`scenes.${index}.`) && path !== `scenes.${index}.view`));
}
