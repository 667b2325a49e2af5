/** The messages whose fate is not known yet, by a name of our own: one event can be under way more than once. */
export interface Unconfirmed {
  /** @param late called, once, when nothing was heard in time. */
  add: (late: () => void) => { id: string; confirmed: PromiseWithResolvers<void> };
  reject: (id: string, reason: Error) => void;
  rejectAll: (reason: () => Error) => void;
  /** Resolves when what is there now is there no more. */
  settled: () => Promise<unknown>;
}

interface Waiting {
  id: string;
  confirmed: PromiseWithResolvers<void>;
  /** Where it stands. */
  at: number;
}

export function createUnconfirmed(timeoutMs: number): Unconfirmed {
  // In no order. A map's table, when the next one replaces it, keeps what is in it and points to the next: so each
  // message would be kept until a full collection.
  const waiting: Waiting[] = [];
  let sequence = 0;

  function remove({ at }: Waiting): void {
    const last = waiting.pop();
    if (!last || last.at === at) return;
    last.at = at;
    waiting[at] = last;
  }

  return {
    add(late) {
      const one: Waiting = { id: String(++sequence), confirmed: Promise.withResolvers(), at: waiting.length };
      const timer = setTimeout(late, timeoutMs);
      const forget = (): void => {
        clearTimeout(timer);
        remove(one);
      };
      one.confirmed.promise.then(forget, forget);
      waiting.push(one);
      return one;
    },
    reject(wanted, reason) {
      waiting.find(({ id }) => id === wanted)?.confirmed.reject(reason);
    },
    rejectAll(reason) {
      for (const { confirmed } of waiting) confirmed.reject(reason());
    },
    settled: () => Promise.allSettled(waiting.map(({ confirmed }) => confirmed.promise)),
  };
}
