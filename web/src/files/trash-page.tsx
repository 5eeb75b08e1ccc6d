import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRestore, IconTrash, IconTrashX } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState, type ReactNode } from "react";
import type { Node, NodePage } from "../../../protocol/tree.ts";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useEdits } from "../drive/hooks.ts";
import { api } from "../session/api.ts";
import { strings } from "../strings/strings.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { errorText } from "../ui/error-text.ts";
import { usePageTitle } from "../ui/page-title.ts";
import { DELETED, FROM, SIZE } from "./columns.tsx";
import type { EntryAction } from "./entry-actions.ts";
import { EntryGrid, focusTabStop } from "./entry-grid.tsx";
import { FilesDialogs, useFilesDialogs } from "./files-dialogs.tsx";
import { Skeletons } from "./folder-states.tsx";
import classes from "./folder-view.module.css";
import { clear, selectedOf } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useListCommands } from "./use-list-commands.ts";
import { useListSelection, useLook } from "./use-list-selection.ts";

const COLUMNS = [FROM, DELETED, SIZE];
const KEY = ["trash"] as const;

/** What was deleted: restored from here, or deleted for ever. */
export function TrashPage(): ReactNode {
  const text = strings.files.trashPage;
  usePageTitle(text.title);
  const trash = useTrash();
  const { rows, forget } = trash;
  const edits = useEdits();
  const look = useLook("trash");
  const ids = useMemo(() => rows.map((entry) => entry.id), [rows]);
  const [selection, setSelection] = useListSelection(ids, look);
  const scroller = useRef<HTMLDivElement>(null);
  const focusList = useCallback((): void => focusTabStop(scroller.current), []);
  const { dialog, open, close } = useFilesDialogs(focusList);
  const selected = useMemo(() => selectedOf(rows, selection.ids), [rows, selection.ids]);

  const actionsOf = useCallback(
    (entries: readonly Entry[]): readonly EntryAction[] => {
      if (entries.length === 0) return [];
      const restore = (): void => {
        forget(entries);
        void edits.restore(entries).finally(trash.refetch);
      };
      const purge = (): void =>
        open({
          type: "confirm",
          title: text.confirmPurge(entries.map((entry) => entry.name)),
          text: text.confirmPurgeText,
          answer: text.purge,
          onConfirm: () => {
            forget(entries);
            void edits.purge(entries).finally(trash.refetch);
          },
        });
      return [
        { id: "restore", title: text.restore, icon: IconRestore, keys: "shift+R", isInBar: true, run: restore },
        { id: "purge", title: text.purge, icon: IconTrashX, keys: "Delete", isInBar: true, isDanger: true, run: purge },
      ];
    },
    [edits, forget, trash.refetch, open, text],
  );
  const actions = useMemo(() => actionsOf(selected), [actionsOf, selected]);
  const menuEntries = dialog?.type === "menu" && dialog.at.entry ? [dialog.at.entry] : selected;
  useListCommands(actions, ids, setSelection);

  const empty = (): void =>
    open({
      type: "confirm",
      title: text.confirmEmpty,
      text: text.confirmEmptyText(trash.hasMore ? text.atLeast(rows.length) : strings.files.items(rows.length)),
      answer: text.empty,
      onConfirm: () => void trash.empty(),
    });
  return (
    <div className={classes.page} data-view="list">
      <div className={classes.content}>
        <div className={classes.head}>
          <div className={classes.titleRow}>
            <h1 className={classes.pageTitle}>{text.title}</h1>
            {rows.length > 0 && (
              <Button
                variant="default"
                loading={trash.isEmptying}
                leftSection={<IconTrashX size={18} aria-hidden />}
                onClick={empty}
              >
                {text.empty}
              </Button>
            )}
          </div>
          {rows.length > 0 && <p className={classes.hint}>{text.text}</p>}
        </div>
        {rows.length > 0 ? (
          <EntryGrid
            label={text.list}
            rows={rows}
            ids={ids}
            view="list"
            columns={COLUMNS}
            selection={selection}
            onSelect={setSelection}
            onOpen={() => undefined}
            onMenu={(at) => open({ type: "menu", at })}
            isLive={false}
            scrollTop={look.scrollTop}
            onScroll={(top) => {
              look.scrollTop = top;
              const list = scroller.current;
              if (list && list.scrollHeight - top - list.clientHeight < 4_000) trash.more();
            }}
            scroller={scroller}
          />
        ) : (
          <div className={classes.center}>
            {trash.isLoading ? (
              <Skeletons />
            ) : trash.error ? (
              <ErrorState error={trash.error} onRetry={trash.refetch} />
            ) : (
              <EmptyState icon={IconTrash} title={text.emptyTitle} text={text.emptyText} />
            )}
          </div>
        )}
        <SelectionBar count={selected.length} actions={actions} onClear={() => setSelection(clear)} />
      </div>
      <FilesDialogs
        dialog={dialog}
        actions={menuEntries === selected ? actions : actionsOf(menuEntries)}
        title={menuEntries.length === 1 ? (menuEntries[0]?.name ?? "") : strings.files.selected(menuEntries.length)}
        onClose={close}
      />
    </div>
  );
}

/** The trash, page by page, asked for anew after every edit that touches it. */
function useTrash(): {
  readonly rows: readonly Entry[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isEmptying: boolean;
  readonly more: () => void;
  readonly refetch: () => void;
  readonly empty: () => Promise<void>;
  /** Takes entries off the list ahead of the server's answer. */
  readonly forget: (entries: readonly Entry[]) => void;
} {
  const drive = useDrive();
  const client = useQueryClient();
  const [isEmptying, setEmptying] = useState(false);
  const query = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) => api.trashPage({ cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const refetch = useCallback(() => void client.invalidateQueries({ queryKey: KEY }), [client]);
  useEffect(() => drive.onOutcome(refetch), [drive, refetch]);
  const forget = useCallback(
    (entries: readonly Entry[]) => {
      const gone = new Set(entries.map((entry) => entry.id));
      client.setQueryData<InfiniteData<NodePage, string | undefined>>(
        KEY,
        (was) =>
          was && {
            ...was,
            pages: was.pages.map((page) => ({ ...page, nodes: page.nodes.filter((node) => !gone.has(node.id)) })),
          },
      );
    },
    [client],
  );
  const rows = useMemo(() => (data?.pages ?? []).flatMap((page) => page.nodes.map(asEntry)), [data]);
  useTrashNews(rows, refetch);
  const empty = async (): Promise<void> => {
    setEmptying(true);
    try {
      // What the person saw, by the server's clock: nothing that went there since.
      const newest = rows.reduce((latest, { trashedAt }) => Math.max(latest, trashedAt ?? 0), 0);
      const purged = await api.emptyTrash(newest);
      notifications.show({ message: strings.files.trashPage.emptied(purged) });
    } catch (error) {
      notifications.show({
        color: "red",
        title: strings.files.trashPage.emptyFailed,
        message: errorText(error),
      });
    } finally {
      setEmptying(false);
      refetch();
    }
  };
  return {
    rows,
    isLoading: query.isPending,
    error: query.error,
    hasMore: hasNextPage,
    isEmptying,
    more: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
    },
    refetch,
    empty,
    forget,
  };
}

/** Milliseconds for which changes made elsewhere are gathered before the trash is asked for. */
const GATHER = 500;

/** Tells of what went to the trash, or left it, wherever that was done (B8). */
function useTrashNews(rows: readonly Entry[], onNews: () => void): void {
  const drive = useDrive();
  const tell = useEffectEvent(onNews);
  const isOfTrash = useEffectEvent(
    (nodes: readonly Node[] | null): boolean =>
      nodes === null || nodes.some(({ id, state }) => state === "trashed" || rows.some((row) => row.id === id)),
  );
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = drive.onNews((nodes) => {
      if (timer !== undefined || !isOfTrash(nodes)) return;
      timer = setTimeout(() => {
        timer = undefined;
        tell();
      }, GATHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [drive]);
}

/** Lists show entries; in the trash nothing is on its way, or starred. */
function asEntry(node: Node): Entry {
  return { ...node, sharedIn: null, canEdit: true, pending: false, starred: false };
}
