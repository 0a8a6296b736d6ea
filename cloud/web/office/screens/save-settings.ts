import type { Device, DevicePatch } from '@concierge/contract/http/devices.ts';

export type ScreenSettings = Omit<DevicePatch, 'version'> & { readonly buildingId: string };

/**
 * Saves a screen's settings and hangs it where it was moved to: two requests, of which the second may fail after the first is done. What was done is remembered for the next try, which else
 * would name a version that this very person has overtaken, and speak of a colleague. One of these is for one open form.
 */
export function createSettingsSave(requests: {
  change(deviceId: string, body: DevicePatch): Promise<Device>;
  move(deviceId: string, buildingId: string, version: number): Promise<unknown>;
}): (row: Device, settings: ScreenSettings, version: number) => Promise<Device> {
  let done: { readonly device: Device; readonly content: string; moveTried: boolean } | null = null;

  return async (row, { buildingId, ...patch }, version) => {
    const content = JSON.stringify(patch);
    // After a conflict the version is that of what somebody else wrote over ours.
    if (done !== null && done.device.version <= version) done = null;
    if (done?.content !== content)
      done = {
        device: await requests.change(row.id, { ...patch, version: done?.device.version ?? version }),
        content,
        moveTried: done?.moveTried ?? false,
      };
    const { device } = done;
    // A move whose answer got lost may have been made all the same; the cloud knows, and moving to where it hangs does nothing.
    if (buildingId === device.buildingId && !done.moveTried) return device;
    done.moveTried = true;
    await requests.move(row.id, buildingId, device.version);
    return { ...device, buildingId };
  };
}
