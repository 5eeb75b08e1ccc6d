import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { SearchApi } from "../../../client/search.ts";
import { api } from "../session/api.ts";

const searchApi = new SearchApi(api.http);

/** Hits of a page of the page of results. */
const PAGE = 40;
/** Milliseconds for which an answer is shown again as it is: what was put somewhere is found seconds later. */
const FRESH = 5_000;

/** The first hits, those of the query before until they are there. A query that nobody waits for any more is cancelled. */
export function instantQuery(query: string, most: number) {
  return queryOptions({
    queryKey: ["search", "instant", query, most],
    queryFn: ({ signal }) => searchApi.search(query, { limit: most }, signal),
    placeholderData: keepPreviousData,
    staleTime: FRESH,
  });
}

/** All hits, by pages. */
export function resultsQuery(query: string) {
  return infiniteQueryOptions({
    queryKey: ["search", "results", query],
    queryFn: ({ pageParam, signal }) =>
      searchApi.search(query, { limit: PAGE, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: FRESH,
  });
}
