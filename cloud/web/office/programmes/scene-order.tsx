import type { SceneList as List, Scene } from '@concierge/contract/mqtt/scenes.ts';
import { MOST_SCENES } from '@concierge/contract/mqtt/scenes.ts';
import { ActionIcon, Button, Menu, NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus } from '@tabler/icons-react';
import { useLayoutEffect, useRef } from 'react';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { type DraftFaults, isFaultyWithin } from './draft-faults.ts';
import { layoutScene, standardScene } from './templates.ts';

/** The scenes in their order: which one is worked on, which comes before which, and what stands in while none is on. */
export function SceneOrder({
  draft,
  selectedId,
  isOn,
  hasNothing,
  faults,
  readOnly,
  onSelect,
  onChange,
}: {
  draft: List;
  selectedId: string | null;
  isOn(scene: Scene): boolean;
  /** Nothing to show now, and so left out of the round. */
  hasNothing(scene: Scene): boolean;
  faults: DraftFaults;
  readOnly: boolean;
  onSelect(id: string): void;
  onChange(draft: List): void;
}) {
  const { t, language } = useWords();
  const { scenes } = draft;
  const nameOf = (scene: Scene) => localized(scene.name, language) || t('scene.unnamed');
  const { list, keepFocus } = useFocusOfMoved(scenes);
  const move = (index: number, by: -1 | 1) => {
    const scene = scenes[index];
    if (scene === undefined) return;
    keepFocus(scene, by);
    onChange({ ...draft, scenes: scenes.toSpliced(index, 1).toSpliced(index + by, 0, scene) });
  };
  const add = (scene: Scene) => {
    const after = scenes.findIndex(({ id }) => id === selectedId);
    onChange({ ...draft, scenes: scenes.toSpliced(after < 0 ? scenes.length : after + 1, 0, scene) });
    onSelect(scene.id);
  };
  return (
    <section className="scene-order" aria-label={t('scene.many')}>
      <h2 className="editor-title">{t('scene.many')}</h2>
      <ol ref={list}>
        {scenes.map((scene, index) => (
          <li key={scene.id} data-scene={scene.id} data-selected={scene.id === selectedId || undefined}>
            <button type="button" className="scene-choice" aria-current={scene.id === selectedId} onClick={() => onSelect(scene.id)}>
              <span>{nameOf(scene)}</span>
              {hasFault(faults, index) && <span className="word-alert">{t('scene.faulty')}</span>}
              {!isOn(scene) && <span className="muted">{t('scene.notNow')}</span>}
              {isOn(scene) && hasNothing(scene) && <span className="muted">{t('scene.nothing')}</span>}
            </button>
            {!readOnly && (
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
            )}
          </li>
        ))}
      </ol>
      {!readOnly && (
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
      )}
      <NativeSelect
        label={t('scene.fallback')}
        disabled={readOnly}
        value={draft.fallbackSceneId ?? ''}
        onChange={(event) => onChange({ ...draft, fallbackSceneId: event.currentTarget.value || null })}
        data={[{ value: '', label: t('scene.fallbackOwn') }, ...scenes.map((scene) => ({ value: scene.id, label: nameOf(scene) }))]}
      />
    </section>
  );
}

/** The browser takes the focus from a row that it moves, and from a button that has nothing more to do: it goes back to that row, to move it on or back. */
function useFocusOfMoved(scenes: readonly Scene[]) {
  const list = useRef<HTMLOListElement>(null);
  const moved = useRef<{ readonly id: string; readonly by: -1 | 1 } | null>(null);
  useLayoutEffect(() => {
    if (moved.current === null) return;
    const { id, by } = moved.current;
    moved.current = null;
    const buttons = [...(list.current?.querySelectorAll<HTMLButtonElement>(`[data-scene="${id}"] .scene-moves button`) ?? [])];
    (by === -1 ? buttons : buttons.toReversed()).find(({ disabled }) => !disabled)?.focus();
  }, [scenes]);
  const keepFocus = ({ id }: Scene, by: -1 | 1) => {
    moved.current = { id, by };
  };
  return { list, keepFocus };
}

function hasFault(faults: DraftFaults, index: number): boolean {
  // A scene without widgets is not wrong, only not finished; the line above says so.
  return isFaultyWithin(new Map([...faults].filter(([path]) => path !== `scenes.${index}.view`)), `scenes.${index}`);
}
