/** Keeps the screen, and with it the machine, awake; where the browser can. */
export class WakeLock {
  #wanted = false;
  #held: WakeLockSentinel | null = null;

  constructor() {
    // A browser takes the lock away from pages that are not shown.
    document.addEventListener("visibilitychange", () => void this.#acquire());
  }

  async set(wanted: boolean): Promise<void> {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) return this.#acquire();
    const held = this.#held;
    this.#held = null;
    await held?.release().catch(() => undefined);
  }

  async #acquire(): Promise<void> {
    if (!this.#wanted || this.#held?.released === false || document.visibilityState !== "visible") return;
    if (!("wakeLock" in navigator)) return;
    // Refused, e.g. on low battery: then the machine may sleep, and uploads go on when it wakes.
    const sentinel = await navigator.wakeLock.request("screen").catch(() => null);
    if (this.#wanted) this.#held = sentinel;
    else await sentinel?.release();
  }
}
