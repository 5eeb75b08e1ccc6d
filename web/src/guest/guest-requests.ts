import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { HttpClient } from "../../../client/http.ts";
import { SharedApi } from "../../../client/shared.ts";
import { systemClock } from "../../../client/ports/system-clock.ts";
import { LedgeError } from "../../../protocol/errors.ts";

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

/** A link's routes. */
export function sharedApi(secret: string): SharedApi {
  return new SharedApi(guestHttp, secret);
}

/** What a link opens. Each answer counts as a visit: it is asked for once, and where something was not found below it. */
export function linkQuery(secret: string) {
  return queryOptions({
    queryKey: ["shared", secret, "link"],
    queryFn: ({ signal }) => sharedApi(secret).open(signal),
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** A node below a link, and where it is. */
export function locationQuery(secret: string, node: string) {
  return queryOptions({
    queryKey: ["shared", secret, "node", node],
    queryFn: ({ signal }) => sharedApi(secret).node(node, signal),
    // What was replaced or moved away meanwhile is out of reach.
    staleTime: 0,
  });
}

/** A folder below a link, page after page. @param folder - Absent: the link's own. */
export function childrenQuery(secret: string, folder: string | undefined, sort: GuestSort) {
  return infiniteQueryOptions({
    queryKey: ["shared", secret, "children", folder ?? "", sort],
    queryFn: ({ pageParam, signal }) => {
      const order = sort === "name" ? "asc" : "desc";
      return sharedApi(secret).childrenPage({ folder, sort, order, cursor: pageParam }, signal);
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
