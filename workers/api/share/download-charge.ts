import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { serialize } from "hono/utils/cookie";
import { GRANT_LIFETIME } from "../../../core/share-grants.ts";
import type { ByteRange } from "../../../core/http-range.ts";
import type { Node } from "../../../protocol/tree.ts";
import type { AppContext } from "../context.ts";
import { noSuchLink } from "../middleware/guest.ts";
import { shareGate } from "./share-gate.ts";

/**
 * What a download by a link costs (L5): one use, charged before its first byte, and taken back where none was sent. Of a link
 * with a cap, what an interrupted download of one version still lacks is sent to the guest who began it without another.
 */
export class DownloadCharge {
  readonly #c: Context<AppContext>;
  /** The version that is sent; null for an archive, which cannot be gone on with. */
  readonly #file: Pick<Node, "id" | "version" | "size"> | null;
  readonly #isShown: boolean;
  #isCharged = false;
  #asked = 0;
  /** Who this browser is from now on. */
  #given: string | null = null;

  /** @param isShown - Whether the file is shown in place: what limits nothing counts only what is saved (L8). */
  constructor(c: Context<AppContext>, file: Pick<Node, "id" | "version" | "size"> | null, isShown = false) {
    this.#c = c;
    this.#file = file;
    this.#isShown = isShown;
  }

  /**
   * For all that is answered before a byte is read, headers included.
   *
   * @throws LedgeError `not_found` where no download is left, and none may be gone on with (L6)
   */
  async check(): Promise<void> {
    const { link } = this.#c.var.share;
    if (link.max_downloads === null) return;
    const { downloads, isGranted } = await this.#gate.uses(Date.now(), this.#grant(this.#guest) ?? undefined);
    if (downloads >= link.max_downloads && !isGranted) throw noSuchLink();
  }

  /** @throws LedgeError `not_found` where no download is left (L6) */
  async charge(ranges?: readonly ByteRange[]): Promise<void> {
    const { id, max_downloads: most } = this.#c.var.share.link;
    const now = Date.now();
    if (most === null) {
      // Nobody waits for what limits nothing. A player's many ranges are one download.
      if (this.#isShown || ranges?.every(({ start }) => start > 0)) return;
      return this.#later(this.#gate.download(id, null, now));
    }
    this.#asked = (ranges ?? []).reduce((sum, { start, end }) => sum + end - start, 0);
    if (await this.#mayGoOn(ranges, now)) return;
    const guest = this.#guest ?? newGuest();
    const key = this.#grant(guest);
    const grant = key === null || !this.#file ? undefined : { key, size: this.#file.size, asked: this.#asked };
    if (!(await this.#gate.download(id, most, now, grant)).allowed) throw noSuchLink();
    this.#isCharged = true;
    if (grant) this.#given = guest;
  }

  /** Makes an answer; where that fails, no byte was sent. */
  async around(answer: () => Promise<Response>): Promise<Response> {
    try {
      const response = await answer();
      if (this.#given !== null) response.headers.append("set-cookie", this.#guestCookie(this.#given));
      return response;
    } catch (error) {
      if (this.#isCharged) await this.#gate.refund(this.#c.var.share.link.id, Date.now());
      throw error;
    }
  }

  /** The same pieces; what of them was not taken may be asked for again. */
  meter(pieces: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
    const key = this.#grant(this.#guest ?? this.#given);
    if (key === null || this.#asked === 0) return pieces;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#later(promise.then((sent) => this.#settle(key, this.#asked - sent)));
    return (async function* () {
      let sent = 0;
      try {
        for await (const piece of pieces) {
          yield piece;
          sent += piece.length;
        }
      } finally {
        resolve(sent);
      }
    })();
  }

  async #settle(key: string, unsent: number): Promise<void> {
    if (unsent > 0) await this.#gate.settle(key, unsent);
  }

  async #mayGoOn(ranges: readonly ByteRange[] | undefined, now: number): Promise<boolean> {
    const key = this.#grant(this.#guest);
    if (key === null || !ranges || ranges.some(({ start }) => start === 0)) return false;
    return (await this.#gate.resume(key, this.#asked, now)).allowed;
  }

  get #gate() {
    return shareGate(this.#c.env, this.#c.var.share.link.id);
  }

  /** What the gate knows the guest's download of this version by; null where there can be none. */
  #grant(guest: string | null): string | null {
    const { link } = this.#c.var.share;
    if (guest === null || this.#file === null || link.max_downloads === null) return null;
    return `${guest}/${this.#file.id}/${this.#file.version}`;
  }

  /** Who this browser is for the link: 128 random bits that it was given with its first download. */
  get #guest(): string | null {
    const said = getCookie(this.#c, this.#cookie) ?? "";
    return /^[0-9a-f]{32}$/.test(said) ? said : null;
  }

  get #cookie(): string {
    return `ledge_guest_${this.#c.var.share.link.id}`;
  }

  #guestCookie(guest: string): string {
    return serialize(this.#cookie, guest, {
      httpOnly: true,
      sameSite: "Lax",
      secure: new URL(this.#c.req.url).protocol === "https:",
      path: "/api/shared",
      maxAge: GRANT_LIFETIME / 1000,
    });
  }

  #later(work: Promise<unknown>): void {
    this.#c.executionCtx.waitUntil(
      work.catch((error: unknown) => console.warn("a link's use was not counted", { error: String(error) })),
    );
  }
}

function newGuest(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
}
