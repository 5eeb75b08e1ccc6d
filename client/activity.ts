import type { ActivityPage, NotificationPage } from "../protocol/activity.ts";
import type { HttpClient } from "./http.ts";
import type { PageRequest } from "./space-api.ts";

/** What was done, and what the account is told of (SPEC section V). Pages are newest first, of 100 where no limit is given. */
export class ActivityApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * All of the account's own space, or of a shared folder.
   *
   * @param space - The shared folder's id; null: the account's own space.
   */
  activity(space: string | null, request: PageRequest = {}, signal?: AbortSignal): Promise<ActivityPage> {
    return this.#http.json({ path: `${baseOf(space)}/activity`, query: { limit: 100, ...request }, signal });
  }

  /** Of a file, or of a folder with all that is in it now. */
  activityOf(
    node: string,
    space: string | null,
    request: PageRequest = {},
    signal?: AbortSignal,
  ): Promise<ActivityPage> {
    const path = `${baseOf(space)}/files/${node}/activity`;
    return this.#http.json({ path, query: { limit: 100, ...request }, signal });
  }

  notifications(request: PageRequest = {}, signal?: AbortSignal): Promise<NotificationPage> {
    return this.#http.json({ path: "/notifications", query: { limit: 50, ...request }, signal });
  }

  /** @param ids - Absent: all. */
  async readNotifications(ids?: readonly string[]): Promise<void> {
    await this.#http.json({ method: "POST", path: "/notifications/read", json: { ids } });
  }
}

function baseOf(space: string | null): string {
  return space === null ? "" : `/spaces/${space}`;
}
