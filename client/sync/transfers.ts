import type { Transfer } from "./events.ts";

/** Files on their way. */
export class Transfers {
  readonly #running = new Map<string, { -readonly [K in keyof Transfer]: Transfer[K] }>();
  /** Grows whenever anything arrived or left. */
  revision = 0;

  /** Notes a transfer until `work` ends; `work` gets what to call with each piece. */
  async track<T>(
    transfer: Omit<Transfer, "bytes">,
    work: (onBytes: (bytes: number) => void) => Promise<T>,
  ): Promise<T> {
    const running = { ...transfer, bytes: 0 };
    this.#running.set(transfer.id, running);
    this.revision++;
    try {
      return await work((bytes) => {
        running.bytes += bytes;
        this.revision++;
      });
    } finally {
      this.#running.delete(transfer.id);
      this.revision++;
    }
  }

  list(): Transfer[] {
    return [...this.#running.values()].map((transfer) => ({ ...transfer }));
  }
}
