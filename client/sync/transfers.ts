import type { Transfer } from "./events.ts";

/** Files on their way. */
export class Transfers {
  readonly #running = new Map<string, { -readonly [K in keyof Transfer]: Transfer[K] }>();
  /** Grows whenever anything arrived or left. */
  revision = 0;

  /** Notes a transfer until `work` ends; `work` gets what to call with each piece, and what to call where all is told anew. */
  async track<T>(
    transfer: Omit<Transfer, "bytes">,
    work: (onBytes: (bytes: number) => void, onFound: (size: number, bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const running = { ...transfer, bytes: 0 };
    this.#running.set(transfer.id, running);
    this.revision++;
    try {
      const onFound = (size: number, bytes: number): void => {
        Object.assign(running, { size, bytes });
        this.revision++;
      };
      return await work((bytes) => onFound(running.size, running.bytes + bytes), onFound);
    } finally {
      this.#running.delete(transfer.id);
      this.revision++;
    }
  }

  list(): Transfer[] {
    return [...this.#running.values()].map((transfer) => ({ ...transfer }));
  }
}
