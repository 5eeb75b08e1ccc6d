import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { SearchPage } from "../../../protocol/search.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useDriveStatus } from "../drive/hooks.ts";
import { isNetworkError } from "../ui/error-text.ts";
import { foundOfHit, type Found } from "./found.ts";
import { resultsQuery } from "./search-requests.ts";
import { useKnown } from "./use-known.ts";

/** Shown where the server cannot be asked. */
const MOST_KNOWN = 100;
/** Pages without a hit, one after the other, that are passed over by themselves: each looks at many entries (F6). */
const EMPTY_PAGES = 5;
/** Milliseconds after a change until results are asked for again: what was put there is indexed by then. */
const INDEXED = 3_000;
const NONE: readonly Found[] = [];

export type Results = ReturnType<typeof useResults>;

/** What a page of results goes by: all that was found so far, and what becomes of the rest. */
export function useResults(query: string) {
  const isCut = useDriveStatus().connection === "offline";
  const { data, error, hasNextPage, isFetching, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } =
    useInfiniteQuery({ ...resultsQuery(query), enabled: query !== "" && !isCut });
  const isOffline = data === undefined && query !== "" && (isCut || isNetworkError(error));
  const known = useKnown(isOffline ? query : null, MOST_KNOWN);
  const pages = data?.pages ?? [];
  const hits = useMemo(() => data?.pages.flatMap((page) => page.hits) ?? [], [data]);
  const found = useMemo(() => (hits.length > 0 ? unique(hits.map(foundOfHit)) : NONE), [hits]);
  const goesOn = hasNextPage && !isFetchNextPageError && emptyAtEnd(pages) < EMPTY_PAGES;
  const isWalking = goesOn && hits.length === 0;
  const more = useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]);
  useEffect(() => {
    if (isWalking && !isFetching) more();
  }, [isWalking, isFetching, more]);
  useNews(pages.length);
  return {
    hits,
    found: isOffline ? known : found,
    corrected: pages[0]?.corrected ?? [],
    isOffline,
    isWaiting: query !== "" && !isOffline && ((data === undefined && error === null) || isWalking),
    error: isOffline || data !== undefined ? null : error,
    /** That of the next page. */
    nextError: isFetchNextPageError ? error : null,
    hasMore: !isOffline && hasNextPage,
    /** Whether the next page may be asked for unasked. */
    goesOn,
    isFetching,
    isFetchingMore: isFetchingNextPage,
    more,
    again: () => void refetch(),
  };
}

function emptyAtEnd(pages: readonly SearchPage[]): number {
  return pages.length - 1 - pages.findLastIndex(({ hits }) => hits.length > 0);
}

/** Has results asked for again some time after a change. Each page of them is a search: the more there are, the later. */
function useNews(pages: number): void {
  const drive = useDrive();
  const client = useQueryClient();
  const shown = useRef(pages);
  useEffect(() => {
    shown.current = pages;
  }, [pages]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = drive.onNews(() => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          void client.invalidateQueries({ queryKey: ["search"] });
        },
        INDEXED * Math.max(1, shown.current),
      );
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [drive, client]);
}

/** What moved between pages while they were asked for is shown once. */
function unique(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((each) => [each.node.id, each])).values()];
}
