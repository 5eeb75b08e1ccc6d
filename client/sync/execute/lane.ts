/** Room for a number of transfers with a number of bytes between them. What alone has more goes alone. */
export class Lane {
  readonly #most: number;
  readonly #mostBytes: number;
  #count = 0;
  #bytes = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Takes room, where there is. Each that was taken needs one `leave`. */
  enter(bytes: number): boolean {
    if (this.#count >= this.#most || (this.#count > 0 && this.#bytes + bytes > this.#mostBytes)) return false;
    this.#count++;
    this.#bytes += bytes;
    return true;
  }

  /** Whether nothing more may enter, however small. */
  get isFull(): boolean {
    return this.#count >= this.#most || (this.#count > 0 && this.#bytes >= this.#mostBytes);
  }

  leave(bytes: number): void {
    this.#count--;
    this.#bytes -= bytes;
  }
}
