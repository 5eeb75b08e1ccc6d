import { Button, Loader } from "@mantine/core";
import { IconSearch, IconSearchOff } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useDriveStatus } from "../drive/hooks.ts";
import { OpenedFile } from "../files/opened-file.tsx";
import { strings } from "../strings/search.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { isNetworkError } from "../ui/error-text.ts";
import { usePageTitle } from "../ui/page-title.ts";
import { foldersOf } from "./folders-of.ts";
import { foundOfHit, type Found } from "./found.ts";
import { problemText } from "./problem-text.ts";
import { FoundList, focusFound } from "./found-list.tsx";
import { SearchFilters } from "./search-filters.tsx";
import { SearchHints } from "./search-hints.tsx";
import column from "../ui/column-page.module.css";
import classes from "./search-page.module.css";
import { resultsQuery } from "./search-requests.ts";
import { useKnown } from "./use-known.ts";

const route = getRouteApi("/shell/search");

/** Shown where the server cannot be asked. */
const MOST_KNOWN = 100;
/** Pages without a hit that are passed over by themselves: a page looks at a bounded number of entries (F6). */
const EMPTY_PAGES = 5;
/** Milliseconds after a change until results are asked for again: what was put there is indexed by then. */
const INDEXED = 3_000;
const NONE: readonly Found[] = [];

/** All that a query finds, with filters that write operators into it. */
export function SearchPage(): ReactNode {
  const { q } = route.useSearch();
  const query = q.trim();
  const text = strings.search;
  usePageTitle(query === "" ? text.title : text.titleOf(query));
  const navigate = useNavigate();
  const results = useResults(query);
  const { found } = results;
  const list = useRef<HTMLUListElement>(null);
  const viewed = useRef<string | null>(null);
  const onClosed = useCallback(() => focusFound(list.current, viewed.current), []);
  const { view } = route.useSearch();
  useEffect(() => {
    if (view !== undefined) viewed.current = view;
  }, [view]);
  useEffect(() => {
    // From the page as a whole, where the field left the focus.
    const onKeyDown = (event: KeyboardEvent): void => {
      const { activeElement } = document;
      if (event.key !== "ArrowDown" || event.defaultPrevented || !list.current) return;
      if (activeElement !== document.body && activeElement?.tagName !== "MAIN") return;
      event.preventDefault();
      focusFound(list.current, viewed.current);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  const rows = useMemo(() => found.map(({ node }) => node), [found]);
  const folders = useMemo(() => foldersOf(results.hits), [results.hits]);
  return (
    <div className={column.page}>
      <div className={column.column}>
        <h1 className={column.title}>{query === "" ? text.title : text.titleOf(query)}</h1>
        {query !== "" && (
          <SearchFilters
            query={query}
            folders={folders}
            onQuery={(next) => void navigate({ to: "/search", search: { q: next } })}
          />
        )}
        <Notes results={results} />
        {found.length > 0 && <FoundList ref={list} found={found} />}
        <State query={query} results={results} />
      </div>
      <OpenedFile rows={rows} onNavigate={(id) => (viewed.current = id)} onClosed={onClosed} />
    </div>
  );
}

/** What a page of results goes by. */
function useResults(query: string) {
  const drive = useDrive();
  const client = useQueryClient();
  const isCut = useDriveStatus().connection === "offline";
  const request = resultsQuery(query);
  const results = useInfiniteQuery({ ...request, enabled: query !== "" && !isCut });
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = results;
  const isOffline = data === undefined && query !== "" && (isCut || isNetworkError(error));
  const known = useKnown(isOffline ? query : null, MOST_KNOWN);
  const hits = useMemo(() => data?.pages.flatMap((page) => page.hits) ?? [], [data]);
  const found = useMemo(() => (hits.length > 0 ? unique(hits.map(foundOfHit)) : NONE), [hits]);
  const pages = data?.pages.length ?? 0;
  const goesOn = hasNextPage && hits.length === 0 && pages < EMPTY_PAGES && !isFetchNextPageError;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, fetchNextPage]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = drive.onNews(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: ["search"] });
      }, INDEXED);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [drive, client]);
  return {
    hits,
    found: isOffline ? known : found,
    corrected: data?.pages[0]?.corrected ?? [],
    isOffline,
    isWaiting: query !== "" && !isOffline && ((data === undefined && error === null) || goesOn),
    error: isOffline || data !== undefined ? null : error,
    /** That of the next page. */
    nextError: isFetchNextPageError ? error : null,
    hasMore: !isOffline && hasNextPage,
    isFetchingMore: isFetchingNextPage,
    more: useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]),
    again: () => void refetch(),
  };
}

type Results = ReturnType<typeof useResults>;

/** What moved between pages while they were asked for is shown once. */
function unique(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((each) => [each.node.id, each])).values()];
}

/** How many there are, and what they are not. */
function Notes({
  results: { found, corrected, isOffline, isWaiting, hasMore },
}: {
  readonly results: Results;
}): ReactNode {
  const text = strings.search;
  return (
    <div role="status" className={classes.notes}>
      {isOffline && <p>{text.offline}</p>}
      {corrected.map(({ word, instead }) => (
        <p key={word}>{text.corrected(word, instead)}</p>
      ))}
      {found.length > 0 && <p>{hasMore ? text.countOrMore(found.length) : text.count(found.length)}</p>}
      {isWaiting && <p>{text.searching}</p>}
    </div>
  );
}

/** What is there in place of results, or after them. */
function State({ query, results }: { readonly query: string; readonly results: Results }): ReactNode {
  const text = strings.search;
  const { error, nextError, found, isWaiting } = results;
  if (query === "") {
    return (
      <EmptyState icon={IconSearch} title={text.start} text={text.startText}>
        <SearchHints />
      </EmptyState>
    );
  }
  if (isWaiting) return <Loader size="sm" m="lg" aria-hidden />;
  const failed = error ?? nextError;
  if (failed) {
    const problem = problemText(failed);
    return problem === null ? (
      <ErrorState error={failed} title={text.failed} onRetry={error ? results.again : results.more} />
    ) : (
      <p role="alert" className={classes.problem}>
        {problem}
      </p>
    );
  }
  if (results.hasMore) return <More results={results} />;
  return found.length === 0 ? <EmptyState icon={IconSearchOff} title={text.empty} text={text.emptyText} /> : null;
}

/** Shows more when it comes into sight, or is pressed. */
function More({ results: { more, isFetchingMore, found } }: { readonly results: Results }): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  const count = found.length;
  useEffect(() => {
    if (!button.current || count === 0) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) more();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [more, count]);
  return (
    <Button ref={button} variant="default" size="sm" mt="md" loading={isFetchingMore} onClick={more}>
      {strings.search.more}
    </Button>
  );
}
