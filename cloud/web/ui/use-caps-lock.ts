import { type KeyboardEvent, useState } from 'react';

/** Whether Caps Lock was on at the last key; passwords fail silently with it. */
export function useCapsLock(): [boolean, (event: KeyboardEvent) => void] {
  const [on, setOn] = useState(false);
  return [on, (event) => setOn(event.getModifierState('CapsLock'))];
}
