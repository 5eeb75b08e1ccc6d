import type { Transfer, TransferRequest, Transfers } from "../protocol/transfers.ts";
import type { HttpClient } from "./http.ts";
import type { Clock } from "./ports/clock.ts";

/** Milliseconds between two looks at a transfer: at first, and at most. */
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 2_000;

/** What waits for a transfer. */
export interface TransferWaiting {
  readonly signal?: AbortSignal | undefined;
  /** Told each time that it was looked at. */
  readonly onProgress?: ((transfer: Transfer) => void) | undefined;
}

/** Moves of files and folders into other spaces (SPEC M11). All of it retries and fails as `HttpClient` does. */
export class TransfersApi {
  readonly #http: HttpClient;
  readonly #clock: Clock;

  constructor(http: HttpClient, clock: Clock) {
    this.#http = http;
    this.#clock = clock;
  }

  /**
   * Begins a move; small ones are `done` in the answer. Sent again with the same id it answers that transfer. Of what cannot
   * be begun it rejects: `not_found`, `parent_not_found`, `forbidden`, `name_conflict`, `mount_in_shared`, `over_quota`, ….
   */
  begin(request: TransferRequest, signal?: AbortSignal): Promise<Transfer> {
    return this.#http.json({ method: "POST", path: "/transfers", json: request, signal });
  }

  /** As `begin`, and waits until it has ended: `done`, `failed` or `cancelled`. An aborted signal ends the waiting only. */
  async move(request: TransferRequest, waiting: TransferWaiting = {}): Promise<Transfer> {
    return this.#ended(await this.begin(request, waiting.signal), waiting);
  }

  /** Waits until a transfer has ended: `done`, `failed` or `cancelled`. An aborted signal ends the waiting only. */
  async wait(id: string, waiting: TransferWaiting = {}): Promise<Transfer> {
    return this.#ended(await this.transfer(id, waiting.signal), waiting);
  }

  /** The account's transfers, newest first; those that ended in the last 30 days included. */
  async transfers(signal?: AbortSignal): Promise<Transfer[]> {
    return (await this.#http.json<Transfers>({ path: "/transfers", signal })).transfers;
  }

  transfer(id: string, signal?: AbortSignal): Promise<Transfer> {
    return this.#http.json({ path: `/transfers/${id}`, signal });
  }

  /** Ends a transfer: the original stays as it was. Rejects with `transfer_ended` once it is in its new place. */
  cancel(id: string): Promise<Transfer> {
    return this.#http.json({ method: "DELETE", path: `/transfers/${id}` });
  }

  async #ended(first: Transfer, { signal, onProgress }: TransferWaiting): Promise<Transfer> {
    let transfer = first;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(LONGEST_PAUSE, pause * 1.5)) {
      onProgress?.(transfer);
      if (transfer.state !== "copying") return transfer;
      await this.#clock.sleep(pause, signal);
      transfer = await this.transfer(transfer.id, signal);
    }
  }
}
