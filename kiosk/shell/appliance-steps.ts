import { askAppliance, type Wish } from '@concierge/kiosk-agent/appliance/wish.ts';
import type { Steps } from './sick-screen.ts';

/**
 * The two steps that no shell can take itself, wished for of the appliance, which counts them apart from whoever wishes (docs/adr/0030). Where there is no appliance, and where it says no or
 * nothing, a step is not available, and the ladder goes on.
 */
export function applianceSteps(applianceDir: string | undefined): Pick<Steps, 'restart-compositor' | 'reboot'> {
  const wished = (wish: Wish) => async () => {
    if (applianceDir === undefined) return 'unavailable';
    await askAppliance(wish, applianceDir);
    return 'taken';
  };
  return { 'restart-compositor': wished('restart-compositor for a sick screen'), reboot: wished('reboot for a sick screen') };
}
