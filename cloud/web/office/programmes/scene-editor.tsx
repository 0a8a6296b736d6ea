import type { DisplayConfig } from '@concierge/contract/http/display-configs.ts';
import { MOST_PLACEMENTS, type Placement, type Scene } from '@concierge/contract/mqtt/scenes.ts';
import { featureOfWidget, type PlanFeature } from '@concierge/contract/plans.ts';
import type { Language } from '@concierge/contract/text.ts';
import { programmesStrings } from '@concierge/i18n/office/programmes.ts';
import { localMoment } from '@concierge/kernel/local-moment.ts';
import { isOn } from '@concierge/kernel/schedule.ts';
import { hasSomethingToShow } from '@concierge/kiosk-renderer/preview.tsx';
import { isWidgetKind, type WidgetKind, widgetKinds } from '@concierge/kiosk-renderer/widgets/forms.ts';
import { Button, Menu } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { useNowMs } from '../../ui/use-now.ts';
import { localized } from '../../ui/words/language.ts';
import { useWords } from '../i18n.ts';
import { mediaQuery, screenMedia } from '../media/queries.ts';
import { FeatureLock, LockSign } from '../plan/feature-lock.tsx';
import { useHasFeature } from '../plan/queries.ts';
import { isFaultyWithin } from './draft-faults.ts';
import type { Cells, Orientation } from './grid-rules.ts';
import { PreviewTools } from './preview-tools.tsx';
import { SceneCanvas } from './scene-canvas.tsx';
import { SceneFields } from './scene-fields.tsx';
import { SceneOrder } from './scene-order.tsx';
import { sizesHanging } from './screen-sizes.ts';
import { placedWidget, rearranged } from './templates.ts';
import { usePreviewedBuilding } from './use-previewed-building.ts';
import type { ProgrammeDraft } from './use-programme-draft.ts';
import { WidgetFields } from './widget-fields.tsx';
import { WithoutPreview } from './without-preview.tsx';

const NOTHING_KNOWN = { weather: null, account: null };

/** A portrait screen is seen whole on a laptop. */
const MOST_CANVAS_PX = { portrait: 360, landscape: 760 } as const;
const OTHER = { portrait: 'landscape', landscape: 'portrait' } as const;

/** Scenes to the left, the chosen one as the lobby would show it in the middle, what can be set about it to the right. */
export function SceneEditor({ programme, config, readOnly }: { programme: ProgrammeDraft; config: DisplayConfig; readOnly: boolean }) {
  const { t, language: officeLanguage } = useWords();
  const nowMs = useNowMs();
  const previewed = usePreviewedBuilding(config.buildingId);
  const { document } = previewed;
  const facts = previewed.facts ?? NOTHING_KNOWN;
  const { data: library } = useQuery(mediaQuery);
  const media = useMemo(() => (library === undefined ? [] : screenMedia(library)), [library]);
  const { draft, faults } = programme;
  const [sceneId, setSceneId] = useState<string | null>(draft.scenes[0]?.id ?? null);
  const [placementId, setPlacementId] = useState<string | null>(null);
  const [orientation, setOrientation] = useState<Orientation>('portrait');
  const [language, setLanguage] = useState<Language>('el');
  const [widthMm, setWidthMm] = useState<number | null>(null);
  const [cut, setCut] = useState<readonly string[]>([]);
  const [noRoom, setNoRoom] = useState(false);
  const [locked, setLocked] = useState<PlanFeature | null>(null);
  const has = useHasFeature();
  const lockOf = (kind: WidgetKind): PlanFeature | null => {
    const feature = featureOfWidget(kind);
    return feature === null || has(feature) ? null : feature;
  };
  const { ref, width } = useElementSize();
  const columns = useRef<HTMLDivElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const sizes = sizesHanging(orientation, config.screenWidthsMm ?? []);
  const [smallest] = sizes;
  const size = sizes.find((each) => each.widthMm === widthMm) ?? smallest;
  const index = Math.max(
    0,
    draft.scenes.findIndex(({ id }) => id === sceneId),
  );
  const scene = draft.scenes[index];
  const placements = scene?.view.kind === 'layout' ? scene.view[orientation] : [];
  const placement = placements.find(({ id }) => id === placementId);
  const pathOf = (each: Placement) => `scenes.${index}.view.${orientation}.${placements.indexOf(each)}`;
  const cutHere = placements.filter(({ id }) => cut.includes(id));
  const nameOf = ({ widget }: Placement) => (isWidgetKind(widget) ? programmesStrings[officeLanguage].widgets[widget].name : widget);
  const timeZone = document?.building.timeZone ?? 'Europe/Athens';

  // What is not read yet may have something to show.
  const isJudged = document !== null && previewed.facts !== null && library !== undefined;
  const silent = useMemo(() => {
    if (!isJudged) return new Set<string>();
    const screen = { document, facts, media, language, now: nowMs, orientation, widthMm: smallest.widthMm };
    return new Set(draft.scenes.filter((each) => !hasSomethingToShow({ ...screen, scene: each })).map(({ id }) => id));
  }, [isJudged, document, facts, media, language, nowMs, orientation, smallest.widthMm, draft.scenes]);
  const hasNothing = (each: Scene) => silent.has(each.id) && !isFaultyWithin(faults, `scenes.${draft.scenes.indexOf(each)}`);

  const leaveBox = () => {
    setPlacementId(null);
    setNoRoom(false);
  };
  const selectScene = (id: string) => {
    setSceneId(id);
    leaveBox();
  };
  const changeScene = (part: Partial<Scene>, step?: string) => {
    if (scene !== undefined) programme.change({ ...draft, scenes: draft.scenes.with(index, { ...scene, ...part }) }, step);
  };
  const changePlacements = (next: readonly Placement[], step?: string) => {
    if (scene?.view.kind === 'layout') changeScene({ view: { ...scene.view, [orientation]: [...next] } }, step);
  };
  const place = (id: string, cells: Cells) => changePlacements(placements.map((each) => (each.id === id ? { ...each, ...cells } : each)));
  // With what is removed its focus would be gone, and the keyboard at the top of the page.
  const focusOn = (neighbour: string) => {
    const element = columns.current?.querySelector(neighbour);
    if (element instanceof HTMLElement) element.focus();
  };
  const removePlacement = (id: string) => {
    const at = placements.findIndex((each) => each.id === id);
    changePlacements(placements.toSpliced(at, 1));
    leaveBox();
    const next = placements[at + 1] ?? placements[at - 1];
    if (next === undefined) addButton.current?.focus();
    else focusOn(`[data-box="${next.id}"]`);
  };
  const addWidget = (kind: WidgetKind) => {
    const lock = lockOf(kind);
    setLocked(lock);
    if (lock !== null) return;
    const added = placedWidget(kind, placements, orientation);
    setNoRoom(added === null);
    if (added === null) return;
    changePlacements([...placements, added]);
    setPlacementId(added.id);
  };
  const removeScene = () => {
    const scenes = draft.scenes.toSpliced(index, 1);
    const fallbackSceneId = draft.fallbackSceneId === scene?.id ? null : draft.fallbackSceneId;
    programme.change({ scenes, fallbackSceneId });
    const next = scenes[Math.min(index, scenes.length - 1)];
    if (next === undefined) return;
    selectScene(next.id);
    focusOn(`[data-scene="${next.id}"] .scene-choice`);
  };
  const copyFromOther = () => {
    if (scene?.view.kind === 'layout') changePlacements(rearranged(scene.view[OTHER[orientation]], orientation));
  };

  return (
    <div className="editor-columns" ref={columns}>
      <SceneOrder
        draft={draft}
        readOnly={readOnly}
        selectedId={scene?.id ?? null}
        faults={faults}
        isOn={({ schedule }) => schedule === null || schedule.weekdays.length === 0 || isOn(schedule, localMoment(nowMs, timeZone))}
        hasNothing={hasNothing}
        onSelect={selectScene}
        onChange={(next) => programme.change(next)}
      />
      <div className="editor-canvas" ref={ref}>
        <PreviewTools
          orientation={orientation}
          language={language}
          size={size}
          sizes={sizes}
          buildingId={previewed.buildingId}
          buildingName={document === null ? null : localized(document.building.name, officeLanguage)}
          buildings={previewed.choices}
          onOrientation={(next) => {
            setOrientation(next);
            leaveBox();
          }}
          onLanguage={setLanguage}
          onSize={setWidthMm}
          onBuilding={previewed.choose}
        />
        {scene?.view.kind === 'layout' && !readOnly && (
          <>
            <div className="editor-tools">
              <Menu position="bottom-start">
                <Menu.Target>
                  <Button
                    ref={addButton}
                    variant="default"
                    disabled={placements.length >= MOST_PLACEMENTS}
                    leftSection={<IconPlus size={16} aria-hidden />}
                  >
                    {t('canvas.add')}
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  {widgetKinds.map((kind) => (
                    <Menu.Item key={kind} onClick={() => addWidget(kind)}>
                      {programmesStrings[officeLanguage].widgets[kind].name} {lockOf(kind) !== null && <LockSign />}
                      <span className="muted widget-about">{programmesStrings[officeLanguage].widgets[kind].about}</span>
                    </Menu.Item>
                  ))}
                </Menu.Dropdown>
              </Menu>
              {placements.length === 0 && scene.view[OTHER[orientation]].length > 0 && (
                <Button variant="default" onClick={copyFromOther}>
                  {t('canvas.copy')}
                </Button>
              )}
              <div role="status">{locked !== null && !has(locked) && <FeatureLock feature={locked} />}</div>
            </div>
            {noRoom && (
              <p className="word-alert" role="alert">
                {t('canvas.noRoom')}
              </p>
            )}
            {placements.length >= MOST_PLACEMENTS && <p className="muted">{t('canvas.most', { count: MOST_PLACEMENTS })}</p>}
          </>
        )}
        {scene?.view.kind === 'layout' && placements.length === 0 && <p className="muted">{t('canvas.empty')}</p>}
        {previewed.without !== null && <WithoutPreview why={previewed.without} />}
        {scene !== undefined && hasNothing(scene) && (scene.view.kind === 'standard' || placements.length > 0) && (
          <p className="muted">{t('canvas.nothing')}</p>
        )}
        {document !== null && scene !== undefined && (scene.view.kind === 'layout' || !silent.has(scene.id)) && width > 0 && (
          <SceneCanvas
            key={`${scene.id} ${orientation}`}
            scene={scene}
            document={document}
            facts={facts}
            media={media}
            language={language}
            orientation={orientation}
            nowMs={nowMs}
            widthMm={size.widthMm}
            smallestMm={smallest.widthMm}
            readOnly={readOnly}
            widthPx={Math.min(Math.floor(width), MOST_CANVAS_PX[orientation])}
            selectedId={placementId}
            isFaulty={(each) => isFaultyWithin(faults, pathOf(each))}
            onSelect={setPlacementId}
            onPlace={place}
            onRemove={removePlacement}
            onCut={setCut}
          />
        )}
        <p className="word-alert" role="status">
          {cutHere.length > 0 && t('canvas.cutOn', { inches: smallest.inches, widgets: cutHere.map(nameOf).join(', ') })}
        </p>
        {placements.length > 0 && !readOnly && <p className="muted">{t('canvas.hint')}</p>}
      </div>
      <fieldset className="editor-fields" disabled={readOnly}>
        {scene !== undefined && placement !== undefined && isWidgetKind(placement.widget) && (
          <section aria-label={t('widget.settings', { widget: programmesStrings[officeLanguage].widgets[placement.widget].name })}>
            <h2 className="editor-title">{programmesStrings[officeLanguage].widgets[placement.widget].name}</h2>
            <p className="muted">{programmesStrings[officeLanguage].widgets[placement.widget].about}</p>
            {cut.includes(placement.id) && <p className="word-alert">{t('canvas.cut')}</p>}
            {placement.widget === 'weather' && facts.weather === null && <p className="muted">{t('facts.noWeather')}</p>}
            {placement.widget === 'payment' && facts.account === null && <p className="muted">{t('facts.noAccount')}</p>}
            <WidgetFields
              key={placement.id}
              placement={placement}
              path={pathOf(placement)}
              faults={faults}
              onChange={(settings, step) =>
                changePlacements(
                  placements.map((each) => (each.id === placement.id ? { ...each, settings } : each)),
                  step,
                )
              }
            />
            {!readOnly && (
              <Button variant="subtle" color="alert" size="compact-sm" onClick={() => removePlacement(placement.id)}>
                {t('widget.remove')}
              </Button>
            )}
          </section>
        )}
        {scene !== undefined && (
          <section aria-label={t('scene.settings')}>
            <h2 className="editor-title">{t('scene.settings')}</h2>
            <SceneFields key={scene.id} scene={scene} path={`scenes.${index}`} faults={faults} onChange={changeScene} />
            {draft.scenes.length > 1 && !readOnly && (
              <Button variant="subtle" color="alert" size="compact-sm" onClick={removeScene}>
                {t('scene.remove')}
              </Button>
            )}
          </section>
        )}
      </fieldset>
    </div>
  );
}
