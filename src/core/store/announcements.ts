/** Word that something was committed, for whoever waits for it. Topics are short texts that the rooms agree on. */
export type Listener = (topic: string) => void;

/** Stands for every topic: word may have been missed. */
export const ANY_TOPIC = "*";

export interface Announcements {
  /** Tells every listener of this server at once and, on PostgreSQL, those of the other servers soon. Never throws. */
  announce(topic: string): void;
  /** `listener` must not throw. @returns what ends the listening */
  listen(listener: Listener): () => void;
}

/** Listeners of this process. */
export function localAnnouncements(): Announcements {
  const listeners = new Set<Listener>();
  return {
    announce(topic) {
      for (const listener of [...listeners]) listener(topic);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
