import type { SearchPage, SearchRedriven, SearchState } from "../protocol/search.ts";
import type { HttpClient } from "./http.ts";
import type { PageRequest } from "./space-api.ts";

/** Milliseconds that a search waits because the server asks for it. */
const LONGEST_WAIT = 5_000;

/** Finding files by name and content (SPEC section F), and what the administrator sees of the index. */
export class SearchApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * One page, best first; it may have fewer hits than `limit` (50), and none, though there are more. `rate_limited` is told
   * where the server asks for more than five seconds: whoever searches waits for the answer.
   */
  search(q: string, request: PageRequest = {}, signal?: AbortSignal): Promise<SearchPage> {
    const query = { limit: 50, ...request, q };
    return this.#http.json({ path: "/search", query, signal, longestWait: LONGEST_WAIT });
  }

  /**
   * For the administrator, as all below.
   *
   * @param reason - Which parked contents are listed; absent: those that may be mended.
   */
  state(reason?: string, signal?: AbortSignal): Promise<SearchState> {
    return this.#http.json({ path: "/admin/search", query: { reason }, signal });
  }

  /**
   * Has messages that were tried to the end sent again, and parked contents read again; up to 1,000 of each.
   *
   * @param letter - A message's id: that message alone.
   */
  redrive(letter?: number): Promise<SearchRedriven> {
    return this.#http.json({ method: "POST", path: "/admin/search/redrive", query: { letter } });
  }

  /** Has everything read anew, by and by, while searching goes on with what is there. */
  async reindex(): Promise<void> {
    await this.#http.json({ method: "POST", path: "/admin/search/reindex" });
  }
}
