import { Button, Loader } from "@mantine/core";
import { IconSearch, IconSearchOff } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, type ReactNode } from "react";
import { OpenedFile } from "../files/opened-file.tsx";
import { strings } from "../strings/search.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { foldersOf } from "./folders-of.ts";
import { problemText } from "./problem-text.ts";
import { FoundList, focusFound } from "./found-list.tsx";
import { SearchFilters } from "./search-filters.tsx";
import { SearchHints } from "./search-hints.tsx";
import column from "../ui/column-page.module.css";
import classes from "./search-page.module.css";
import { useLastOpened } from "./use-last-opened.ts";
import { useResults, type Results } from "./use-results.ts";

const route = getRouteApi("/shell/search");

/** All that a query finds, with filters that write operators into it. */
export function SearchPage(): ReactNode {
  const { q, view } = route.useSearch();
  const query = q.trim();
  const text = strings.search;
  usePageTitle(query === "" ? text.title : text.titleOf(query));
  const navigate = useNavigate();
  const results = useResults(query);
  const { found } = results;
  const list = useRef<HTMLUListElement>(null);
  const last = useLastOpened(view);
  const returnFocus = useCallback(() => focusFound(list.current, last.id), [last]);
  useEffect(() => {
    if (last.id === null) return undefined;
    // Back from a folder that was found, once the router has scrolled to where it believes that it was.
    const frame = requestAnimationFrame(returnFocus);
    return () => cancelAnimationFrame(frame);
  }, [last, returnFocus]);
  useEffect(() => {
    // From the page as a whole, where the field left the focus.
    const onKeyDown = (event: KeyboardEvent): void => {
      const { activeElement } = document;
      if (event.key !== "ArrowDown" || event.defaultPrevented || !list.current) return;
      if (activeElement !== document.body && activeElement?.tagName !== "MAIN") return;
      event.preventDefault();
      returnFocus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [returnFocus]);
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
        {found.length > 0 && <FoundList ref={list} found={found} onOpen={(id) => (last.id = id)} />}
        <State query={query} results={results} />
      </div>
      <OpenedFile rows={rows} onNavigate={(id) => (last.id = id)} onClosed={returnFocus} />
    </div>
  );
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
function More({ results: { more, goesOn, isFetching, isFetchingMore } }: { readonly results: Results }): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // What comes into sight while something else is asked for is looked at again afterwards.
    if (!button.current || !goesOn || isFetching) return undefined;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) more();
    });
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [more, goesOn, isFetching]);
  return (
    <Button ref={button} variant="default" size="sm" mt="md" loading={isFetchingMore} onClick={more}>
      {strings.search.more}
    </Button>
  );
}
