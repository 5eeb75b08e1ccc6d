import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconStar } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Node } from "../../../protocol/tree.ts";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useNotice } from "../drive/hooks.ts";
import { api } from "../session/api.ts";
import { strings } from "../strings/strings.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { MODIFIED, SIZE, WHERE } from "./columns.tsx";
import { entryActions, type EntryHandlers } from "./entry-actions.ts";
import { EntryGrid, focusTabStop } from "./entry-grid.tsx";
import { FilesDialogs, useFilesDialogs } from "./files-dialogs.tsx";
import { Skeletons } from "./folder-states.tsx";
import classes from "./folder-view.module.css";
import { OpenedFile } from "./opened-file.tsx";
import { pickedFrom } from "./ranges.ts";
import { clear, selectOnly } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useEntryHandlers } from "./use-entry-handlers.ts";
import { useListCommands } from "./use-list-commands.ts";
import { useListSelection, useLook } from "./use-list-selection.ts";

const COLUMNS = [WHERE, MODIFIED, SIZE];
const NONE: readonly Node[] = [];

/** What is starred, newest star first. */
export function StarredPage(): ReactNode {
  usePageTitle(strings.files.starredPage.title);
  const { nodes, isLoading, error, refetch } = useStars();
  const rows = useStarredRows(nodes);
  const look = useLook("starred");
  const ids = useMemo(() => rows.map((entry) => entry.id), [rows]);
  const [selection, setSelection] = useListSelection(ids, look);
  const scroller = useRef<HTMLDivElement>(null);
  const focusList = useCallback((): void => focusTabStop(scroller.current), []);
  const { dialog, open, close } = useFilesDialogs(focusList);
  const common = useEntryHandlers(open);
  const navigate = useNavigate();
  const selected = useMemo(() => pickedFrom(rows, selection.chosen), [rows, selection.chosen]);
  const handlers = useMemo<EntryHandlers>(() => {
    const { details: _details, clip: _clip, ...rest } = common;
    return {
      ...rest,
      reveal: ({ parent }) => {
        if (parent !== null) void navigate({ to: "/files/$folder", params: { folder: parent } });
      },
    };
  }, [common, navigate]);
  const actions = useMemo(() => entryActions(selected, handlers), [selected, handlers]);
  const menuEntries = dialog?.type === "menu" && dialog.at.entry ? [dialog.at.entry] : selected;
  useListCommands(actions, setSelection);
  return (
    <div className={classes.page} data-view="list">
      <div className={classes.content}>
        <div className={classes.head}>
          <div className={classes.titleRow}>
            <h1 className={classes.pageTitle}>{strings.files.starredPage.title}</h1>
          </div>
        </div>
        {rows.length > 0 ? (
          <EntryGrid
            label={strings.files.starredPage.title}
            rows={rows}
            ids={ids}
            view="list"
            columns={COLUMNS}
            selection={selection}
            onSelect={setSelection}
            onOpen={handlers.open}
            onMenu={(at) => open({ type: "menu", at })}
            onStar={(entry) => handlers.star([entry], !entry.starred)}
            onDownload={(entry) => handlers.download([entry])}
            isLive
            scrollTop={look.scrollTop}
            onScroll={(top) => {
              look.scrollTop = top;
            }}
            scroller={scroller}
          />
        ) : (
          <div className={classes.center}>
            {isLoading ? (
              <Skeletons />
            ) : error ? (
              <ErrorState error={error} onRetry={refetch} />
            ) : (
              <EmptyState
                icon={IconStar}
                title={strings.files.starredPage.emptyTitle}
                text={strings.files.starredPage.emptyText}
              />
            )}
          </div>
        )}
        <SelectionBar
          count={selected.length}
          actions={actions.filter((action) => action.isInBar)}
          onClear={() => setSelection(clear)}
        />
      </div>
      <FilesDialogs
        dialog={dialog}
        actions={menuEntries === selected ? actions : entryActions(menuEntries, handlers)}
        title={menuEntries.length === 1 ? (menuEntries[0]?.name ?? "") : strings.files.selected(menuEntries.length)}
        onClose={close}
      />
      <OpenedFile
        rows={rows}
        onNavigate={(id) => setSelection((now) => selectOnly(now, { id }))}
        onClosed={focusList}
      />
    </div>
  );
}

/** The stars as the server has them; asked for again when a star changes anywhere. */
function useStars(): {
  readonly nodes: readonly Node[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly refetch: () => void;
} {
  const drive = useDrive();
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["stars"],
    queryFn: async ({ signal }) => {
      const found: Node[] = [];
      let cursor: string | undefined;
      do {
        const page = await api.stars({ cursor }, signal);
        found.push(...page.stars.map(({ node }) => node));
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      return found;
    },
  });
  useEffect(() => {
    if (data) drive.take(data);
  }, [drive, data]);
  useNotice("stars", () => void client.invalidateQueries({ queryKey: ["stars"] }));
  return { nodes: data ?? NONE, isLoading: isPending, error, refetch: () => void refetch() };
}

/** The starred as the drive has them now: without those whose star or place was taken away since. */
function useStarredRows(nodes: readonly Node[]): readonly Entry[] {
  const drive = useDrive();
  const [rows] = useState(() => new StarredRows(drive));
  return useSyncExternalStore(
    (listener) => drive.subscribe(listener),
    () => rows.of(nodes),
  );
}

class StarredRows {
  readonly #drive: Drive;
  #rows: readonly Entry[] = [];

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  /** The same array as long as they are the same. */
  of(nodes: readonly Node[]): readonly Entry[] {
    const rows = nodes
      .map(({ id }) => this.#drive.entry(id))
      .filter((entry): entry is Entry => entry !== undefined && entry.starred && entry.state === "live");
    const isSame = rows.length === this.#rows.length && rows.every((entry, index) => entry === this.#rows[index]);
    if (!isSame) this.#rows = rows;
    return this.#rows;
  }
}
