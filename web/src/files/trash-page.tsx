import { Button, NativeSelect } from "@mantine/core";
import { IconRestore, IconTrash, IconTrashX } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, type ReactNode } from "react";
import type { SharedSpace } from "../../../protocol/members.ts";
import type { Entry } from "../drive/drive.ts";
import { useEdits, useEntry, useSpaces } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { DELETED, FROM, SIZE } from "./columns.tsx";
import type { EntryAction } from "./entry-actions.ts";
import { EntryGrid, focusTabStop } from "./entry-grid.tsx";
import { FilesDialogs, useFilesDialogs } from "./files-dialogs.tsx";
import { Skeletons } from "./folder-states.tsx";
import classes from "./folder-view.module.css";
import { pickedFrom } from "./ranges.ts";
import { clear } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { useListCommands } from "./use-list-commands.ts";
import { useListSelection, useLook } from "./use-list-selection.ts";
import { useTrash } from "./use-trash.ts";

const COLUMNS = [FROM, DELETED, SIZE];
const NONE: readonly SharedSpace[] = [];

/** What was deleted: of the account's own, or of a shared folder of somebody else's, where one is chosen. */
export function TrashPage(): ReactNode {
  usePageTitle(strings.files.trashPage.title);
  const { of } = useSearch({ from: "/shell/trash" });
  const spaces = useSpaces();
  const others = useMemo(() => spaces?.filter(({ role }) => role !== "owner") ?? NONE, [spaces]);
  const space = others.find(({ id }) => id === of) ?? null;
  return <TrashList key={space?.id} space={space} others={others} />;
}

interface TrashListProps {
  readonly space: SharedSpace | null;
  readonly others: readonly SharedSpace[];
}

/** Restored from here as far as one may edit, or deleted for ever as far as one manages (M2). */
function TrashList({ space, others }: TrashListProps): ReactNode {
  const text = strings.files.trashPage;
  const trash = useTrash(space);
  const canRestore = space === null || space.role !== "viewer";
  const canPurge = space === null || space.role === "manager";
  const { rows, forget } = trash;
  const edits = useEdits();
  const look = useLook(`trash${space?.id ?? ""}`);
  const ids = useMemo(() => rows.map((entry) => entry.id), [rows]);
  const [selection, setSelection] = useListSelection(ids, look);
  const scroller = useRef<HTMLDivElement>(null);
  const focusList = useCallback((): void => focusTabStop(scroller.current), []);
  const { dialog, open, close } = useFilesDialogs(focusList);
  const selected = useMemo(() => pickedFrom(rows, selection.chosen), [rows, selection.chosen]);

  const actionsOf = useCallback(
    (entries: readonly Entry[]): readonly EntryAction[] => {
      if (entries.length === 0) return [];
      // What was handed over to another owner has its ids there now; here it waits for the trash to be emptied (M13).
      if (space === null && entries.some(({ id }) => others.some((each) => each.id === id))) return [];
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
      const actions: (EntryAction | false)[] = [
        canRestore && {
          id: "restore",
          title: text.restore,
          icon: IconRestore,
          keys: "shift+R",
          isInBar: true,
          run: restore,
        },
        canPurge && {
          id: "purge",
          title: text.purge,
          icon: IconTrashX,
          keys: "Delete",
          isInBar: true,
          isDanger: true,
          run: purge,
        },
      ];
      return actions.filter((action) => action !== false);
    },
    [edits, forget, trash.refetch, open, text, space, others, canRestore, canPurge],
  );
  const actions = useMemo(() => actionsOf(selected), [actionsOf, selected]);
  const menuEntries = dialog?.type === "menu" && dialog.at.entry ? [dialog.at.entry] : selected;
  useListCommands(actions, setSelection);

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
            {rows.length > 0 && canPurge && (
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
          {others.length > 0 && <WhichTrash space={space} others={others} />}
          {rows.length > 0 && <p className={classes.hint}>{hintOf(space)}</p>}
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
              <EmptyState
                icon={IconTrash}
                title={text.emptyTitle}
                text={space ? text.emptyTextOf(space.name) : text.emptyText}
              />
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

function hintOf(space: SharedSpace | null): string {
  const text = strings.files.trashPage;
  if (space === null) return text.text;
  return space.role === "manager" ? text.textOfManaged : text.textOf[space.role === "viewer" ? "viewer" : "editor"];
}

function WhichTrash({ space, others }: TrashListProps): ReactNode {
  const text = strings.files.trashPage;
  const navigate = useNavigate();
  return (
    <NativeSelect
      className={classes.whichTrash}
      aria-label={text.which}
      value={space?.id ?? ""}
      onChange={({ currentTarget: { value } }) =>
        void navigate({ to: "/trash", search: value === "" ? {} : { of: value } })
      }
    >
      <option value="">{text.own}</option>
      {others.map((each) => (
        <OtherTrash key={each.id} space={each} />
      ))}
    </NativeSelect>
  );
}

/** By the name that the folder has among the account's own files. */
function OtherTrash({ space }: { readonly space: SharedSpace }): ReactNode {
  const entry = useEntry(space.id);
  return <option value={space.id}>{strings.files.trashPage.of(entry?.name || space.name, space.owner.name)}</option>;
}
