/**
 * Keeps looking at the disk and changing it apart: an effect and its record in the trees are one thing to whoever looks.
 * Effects run beside each other; a look waits for those that run, and those that come later wait for it.
 */
export class DiskGate {
  #effects = 0;
  #looking = false;
  readonly #waiting: { readonly isAlone: boolean; readonly begin: () => void }[] = [];

  /** Runs a change of the disk together with its record. */
  effect<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(false, work);
  }

  /** Runs a look at the disk together with its record. Keep it short. */
  look<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(true, work);
  }

  /** Runs a change that moves the paths of others, together with its record: nothing else runs beside it. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(true, work);
  }

  async #run<T>(isAlone: boolean, work: () => Promise<T>): Promise<T> {
    if (this.#looking || this.#waiting.length > 0 || (isAlone && this.#effects > 0)) {
      await new Promise<void>((begin) => this.#waiting.push({ isAlone, begin }));
    } else this.#enter(isAlone);
    try {
      return await work();
    } finally {
      if (isAlone) this.#looking = false;
      else this.#effects--;
      this.#admit();
    }
  }

  #enter(isAlone: boolean): void {
    if (isAlone) this.#looking = true;
    else this.#effects++;
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (this.#looking || (next.isAlone && this.#effects > 0)) return;
      this.#waiting.shift();
      this.#enter(next.isAlone);
      next.begin();
    }
  }
}
