import type { MemoryJournalStore } from '../../journal/memory-store.js';
import type { JournalStore } from '../../journal/port.js';

/** The store with some of its statements replaced. */
export function seen(store: MemoryJournalStore, replaced: Partial<JournalStore>): JournalStore {
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? (method.bind(target) as unknown) : method;
    },
  });
}
