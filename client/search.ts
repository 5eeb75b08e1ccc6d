import type { SearchPage, SearchState } from "../protocol/search.ts";
import type { HttpClient } from "./http.ts";
import type { PageRequest } from "./space-api.ts";

/** Finding files by name and content (SPEC section F), and what the administrator sees of the index. */
export class SearchApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** One page, best first; it may have fewer hits than `limit` (50), and none, though there are more. */
  search(q: string, request: PageRequest = {}, signal?: AbortSignal): Promise<SearchPage> {
    return this.#http.json({ path: "/search", query: { limit: 50, ...request, q }, signal });
  }

  /** For the administrator, as all below. */
  state(signal?: AbortSignal): Promise<SearchState> {
    return this.#http.json({ path: "/admin/search", signal });
  }

  /**
   * Has messages that were tried to the end sent again, and parked files read again.
   *
   * @returns how many of each; up to 1,000 a call.
   */
  redrive(): Promise<{ readonly messages: number; readonly parked: number }> {
    return this.#http.json({ method: "POST", path: "/admin/search/redrive" });
  }

  /**
   * Has everything read anew, while searching goes on with what is there.
   *
   * @returns the spaces that wait for it now.
   */
  reindex(): Promise<{ readonly spaces: number }> {
    return this.#http.json({ method: "POST", path: "/admin/search/reindex" });
  }
}
