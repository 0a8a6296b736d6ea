import type { ScreenScenes } from '@concierge/contract/kiosk/screen.ts';
import type { Scene, ScenesClaims } from '@concierge/contract/mqtt/scenes.ts';
import { settingsOf } from '@concierge/kiosk-renderer/widgets/schemas.ts';

/** Of the claims that were opened last: composing a screen is frequent, an arrangement is rare. */
const showable = new WeakMap<ScenesClaims, ScreenScenes | null>();

/**
 * The arrangement without the scenes that this version does not know how to show: a widget that is newer than the device costs its own scene, and no other. Null when nothing is left, none was
 * given, or it has run out: the lobby's own round stands in.
 */
export function showableScenes(claims: ScenesClaims | null, nowMs: number): ScreenScenes | null {
  if (claims === null || claims.configuration === null || Date.parse(claims.expiresAt) <= nowMs) return null;
  const known = showable.get(claims);
  if (known !== undefined) return known;
  const { list } = claims.configuration;
  const scenes = list.scenes.flatMap((scene) => withParsedSettings(scene) ?? []);
  const fallbackSceneId = scenes.some(({ id }) => id === list.fallbackSceneId) ? list.fallbackSceneId : null;
  const result = scenes.length === 0 ? null : { sequence: claims.sequence, scenes, fallbackSceneId };
  showable.set(claims, result);
  return result;
}

function withParsedSettings(scene: Scene): Scene | null {
  const { view } = scene;
  if (view.kind === 'standard') return scene;
  const portrait = view.portrait.map(settingsOf);
  const landscape = view.landscape.map(settingsOf);
  if ([...portrait, ...landscape].includes(null)) return null;
  return {
    ...scene,
    view: { kind: 'layout', portrait: portrait.filter((one) => one !== null), landscape: landscape.filter((one) => one !== null) },
  };
}
