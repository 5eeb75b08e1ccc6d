import { notifications } from "@mantine/notifications";
import { useInfiniteQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useMemo, useState } from "react";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Node, NodePage } from "../../../protocol/tree.ts";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { apiIn } from "../session/space-api.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";

/** A trash as it is listed, and what can be done with it. */
export interface Trash {
  readonly rows: readonly Entry[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isEmptying: boolean;
  readonly more: () => void;
  readonly refetch: () => void;
  readonly empty: () => Promise<void>;
  /** To be called with entries before they are edited: takes them off the list ahead of the server's answer. */
  readonly forget: (entries: readonly Entry[]) => void;
}

/**
 * The trash, page by page, asked for anew after every edit that touches it.
 *
 * @param space - Of a shared folder of somebody else's; null: the account's own.
 */
export function useTrash(space: SharedSpace | null): Trash {
  const drive = useDrive();
  const client = useQueryClient();
  const sharedIn = space?.id ?? null;
  const canEdit = space === null || space.role !== "viewer";
  const api = apiIn(sharedIn);
  const key = useMemo(() => ["trash", sharedIn] as const, [sharedIn]);
  const [isEmptying, setEmptying] = useState(false);
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => api.trashPage({ cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const refetch = useCallback(() => void client.invalidateQueries({ queryKey: key }), [client, key]);
  useEffect(() => drive.onOutcome(refetch), [drive, refetch]);
  const forget = useCallback(
    (entries: readonly Entry[]) => {
      // In whose space they are is known of what the drive knows.
      if (sharedIn !== null) drive.take(entries.map(asNode));
      const gone = new Set(entries.map((entry) => entry.id));
      client.setQueryData<InfiniteData<NodePage, string | undefined>>(
        key,
        (was) =>
          was && {
            ...was,
            pages: was.pages.map((page) => ({ ...page, nodes: page.nodes.filter((node) => !gone.has(node.id)) })),
          },
      );
    },
    [client, drive, key, sharedIn],
  );
  const rows = useMemo(
    () => (data?.pages ?? []).flatMap(({ nodes }) => nodes.map((node) => asEntry(node, sharedIn, canEdit))),
    [data, sharedIn, canEdit],
  );
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
function asEntry(node: Node, sharedIn: string | null, canEdit: boolean): Entry {
  return { ...node, sharedIn, canEdit, pending: false, starred: false };
}

function asNode({ sharedIn: _in, canEdit: _edit, pending: _pending, starred: _starred, ...node }: Entry): Node {
  return node;
}
