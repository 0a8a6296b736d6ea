/** A Date that takes the time of now from elsewhere. The page gets this file's text, so it imports nothing. */
export function fakedDate(real: DateConstructor, nowMs: () => number): DateConstructor {
  const now = (): number => Math.floor(nowMs());
  const faked: DateConstructor = new Proxy(real, {
    construct(target, given, newTarget) {
      return Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget === faked ? target : newTarget) as Date;
    },
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  });
  return faked;
}
