/** The messages whose fate is not known yet, by a name of our own: one event can be under way more than once. */
export interface Unconfirmed {
  /** @param late called, once, when nothing was heard in time. */
  add: (late: () => void) => { id: string; confirmed: PromiseWithResolvers<void> };
  reject: (id: string, reason: Error) => void;
  rejectAll: (reason: () => Error) => void;
  /** Resolves when what is there now is there no more. */
  settled: () => Promise<unknown>;
}

export function createUnconfirmed(timeoutMs: number): Unconfirmed {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  let sequence = 0;

  return {
    add(late) {
      const id = String(++sequence);
      const confirmed: PromiseWithResolvers<void> = Promise.withResolvers();
      const timer = setTimeout(late, timeoutMs);
      const forget = (): void => {
        clearTimeout(timer);
        waiting.delete(id);
      };
      confirmed.promise.then(forget, forget);
      waiting.set(id, confirmed);
      return { id, confirmed };
    },
    reject: (id, reason) => waiting.get(id)?.reject(reason),
    rejectAll(reason) {
      for (const { reject } of waiting.values()) reject(reason());
    },
    settled: () => Promise.allSettled([...waiting.values()].map(({ promise }) => promise)),
  };
}
