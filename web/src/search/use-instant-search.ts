import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useDriveStatus } from "../drive/hooks.ts";
import { isNetworkError } from "../ui/error-text.ts";
import { foundOfHit, type Found } from "./found.ts";
import { instantQuery } from "./search-requests.ts";
import { useDebounced } from "./use-debounced.ts";
import { useKnown } from "./use-known.ts";

/** Milliseconds without a key until a query is sent. */
const PAUSE = 150;
const NONE: readonly Found[] = [];

export interface Instant {
  /** What was found for what was typed, or still for what was typed before. */
  readonly found: readonly Found[];
  /** Whether there are more than these. */
  readonly hasMore: boolean;
  /** Whether an answer to what is typed is on its way. */
  readonly isSearching: boolean;
  /** Whether the server could not be asked, so that only names that this browser has seen were looked through. */
  readonly isOffline: boolean;
  readonly error: unknown;
}

/** Searches as it is typed: what was typed last wins, whatever comes first (F1). */
export function useInstantSearch(typed: string, most: number): Instant {
  const wanted = typed.trim();
  const asked = useDebounced(wanted, PAUSE);
  const isCut = useDriveStatus().connection === "offline";
  const isAsked = wanted !== "" && asked !== "" && !isCut;
  const { data, error, isPlaceholderData, isFetching } = useQuery({ ...instantQuery(asked, most), enabled: isAsked });
  const isOffline = isCut || isNetworkError(error);
  const known = useKnown(isOffline ? wanted : null, most);
  const hits = useMemo(() => (isAsked ? (data?.hits.map(foundOfHit) ?? NONE) : NONE), [isAsked, data]);
  return {
    found: isOffline ? known : hits,
    hasMore: !isOffline && isAsked && data?.next != null,
    isSearching: !isOffline && wanted !== "" && (asked !== wanted || (isFetching && (isPlaceholderData || !data))),
    isOffline,
    error: isOffline || !isAsked ? null : error,
  };
}
