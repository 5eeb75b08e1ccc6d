import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { HttpClient } from "../../../client/http.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { LedgeError } from "../../../protocol/errors.ts";
import type { SharedLink, SharedLocation, SharedNodes } from "../../../protocol/share.ts";

/** A guest's line to the server: no session is renewed or missed, and the browser sends the cookie of an unlocked link. */
export const guestHttp = new HttpClient({
  baseUrl: location.origin,
  clock: systemClock,
  random: Math.random,
  attempts: 4,
});

/** How a folder is listed. */
export type GuestSort = "name" | "mtime" | "size";

/** The secret of an address' last part: a readable name may stand before it. */
export function secretOf(token: string): string {
  return token.slice(token.lastIndexOf(".") + 1);
}

/** The address of what is below a link in the API, without the origin and `/api`. */
export function sharedPath(secret: string, below = ""): string {
  return `/shared/${encodeURIComponent(secret)}${below}`;
}

/** What a link opens. Each answer counts as a visit: it is asked for once, and where something was not found below it. */
export function linkQuery(secret: string) {
  return queryOptions({
    queryKey: ["shared", secret, "link"],
    queryFn: ({ signal }) => guestHttp.json<SharedLink>({ path: sharedPath(secret), signal }),
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Rejects with `wrong_password`, or `rate_limited` with the seconds to wait. */
export async function unlock(secret: string, password: string): Promise<void> {
  const path = sharedPath(secret, "/unlock");
  await guestHttp.json({ method: "POST", path, json: { password }, repeatable: false });
}

/** A node below a link, and where it is. */
export function locationQuery(secret: string, node: string) {
  return queryOptions({
    queryKey: ["shared", secret, "node", node],
    queryFn: ({ signal }) => guestHttp.json<SharedLocation>({ path: sharedPath(secret, `/nodes/${node}`), signal }),
  });
}

/** Entries of one page of a folder. */
const PAGE = 1_000;

/** A folder below a link, page after page. @param folder - Absent: the link's own. */
export function childrenQuery(secret: string, folder: string | undefined, sort: GuestSort) {
  return infiniteQueryOptions({
    queryKey: ["shared", secret, "children", folder ?? "", sort],
    queryFn: ({ pageParam, signal }) => {
      const order = sort === "name" ? "asc" : "desc";
      const query = { folder, sort, order, limit: PAGE, cursor: pageParam };
      return guestHttp.json<SharedNodes>({ path: sharedPath(secret, "/children"), query, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    // What moved out of the folder is out of reach: looking again shows it.
    staleTime: 0,
  });
}

export function isMissing(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "not_found";
}

export function isLocked(error: unknown): boolean {
  return error instanceof LedgeError && error.code === "password_required";
}
