import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import type { Entry, FolderView as FolderState } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useCanEdit, useEntry, useFolder } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { usePageTitle } from "../ui/page-title.ts";
import { FOLDER_COLUMNS } from "./columns.tsx";
import { entryActions, type EntryHandlers } from "./entry-actions.ts";
import { EntryGrid, focusTabStop } from "./entry-grid.tsx";
import { FilesDialogs, useFilesDialogs } from "./files-dialogs.tsx";
import { FolderStates } from "./folder-states.tsx";
import { FolderToolbar } from "./folder-toolbar.tsx";
import classes from "./folder-view.module.css";
import { nextOrder, setListPreferences, useListPreferences } from "./list-preferences.ts";
import { OpenedFile } from "./opened-file.tsx";
import { RenameContext } from "./rename-context.ts";
import { pickedFrom } from "./ranges.ts";
import { clear, selectOnly } from "./selection.ts";
import { SelectionBar } from "./selection-bar.tsx";
import { SidePane } from "./side-pane.tsx";
import { useEntryHandlers } from "./use-entry-handlers.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";
import { useFolderCommands } from "./use-folder-commands.ts";
import { useLeaving } from "./use-leaving.ts";
import { useListSelection, useLook } from "./use-list-selection.ts";
import { useShownEntries } from "./use-shown-entries.ts";

/** A folder's page. To be given a key of the folder: nothing of one folder's look is another's. */
export function FolderView({ folder }: { readonly folder: string }): ReactNode {
  const drive = useDrive();
  const verbs = useEntryVerbs();
  const own = useEntry(folder);
  const state = useFolder(folder);
  const { view, order, details } = useListPreferences();
  const leaving = useLeaving();
  const [filter, setFilter] = useState("");
  const shown = useShownEntries(state.entries, order, filter);
  const { rows, ids } = shown;
  const look = useLook(folder);
  useNewView(view, look);
  const isPartial = state.state === "partial" || shown.of?.entries !== state.entries;
  const [selection, setSelection] = useListSelection(ids, look, isPartial);
  const [renaming, setRenaming] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const focusList = useCallback((): void => focusTabStop(scroller.current), []);
  const { dialog, open, close } = useFilesDialogs(focusList);
  const common = useEntryHandlers(open);
  const filterField = useRef<HTMLInputElement>(null);
  const name = folder === drive.root ? strings.files.root : own?.name;
  usePageTitle(name);

  const selected = useMemo(() => pickedFrom(rows, selection.chosen), [rows, selection.chosen]);
  const handlers = useMemo<EntryHandlers>(() => ({ ...common, rename: (entry) => setRenaming(entry.id) }), [common]);
  const actions = useMemo(() => entryActions(selected, handlers, unlike(selected)), [selected, handlers]);
  const menuEntries = dialog?.type === "menu" && dialog.at.entry ? [dialog.at.entry] : selected;
  const newFolder = useCallback(
    () => open({ type: "new-folder", parent: folder, onMade: (id) => setSelection((now) => selectOnly(now, { id })) }),
    [open, folder, setSelection],
  );
  const canEdit = useCanEdit(folder);
  const openUp = useCallback((): void => {
    const parent = drive.ancestors(folder)?.at(-1);
    if (parent) common.open(parent);
  }, [drive, folder, common]);
  useFolderCommands({ folder, canEdit, actions, setSelection, filterField, newFolder, up: openUp });

  const renames = useMemo(
    () => ({
      onRename: (entry: Entry, to: string) => verbs.rename(entry, to),
      onEnd: (returnsFocus: boolean) => {
        setRenaming(null);
        if (returnsFocus) requestAnimationFrame(focusList);
      },
    }),
    [verbs, focusList],
  );
  const isSettled = shown.of !== null && (rows.length > 0 || shown.of.entries === state.entries);
  const isListed = rows.length > 0 && state.state !== "missing" && state.state !== "unshared";
  useArrivingFocus(isListed, focusList);
  return (
    <RenameContext value={renames}>
      <div className={classes.page} data-view={view} data-selecting={selected.length > 0 || undefined}>
        <div className={classes.content}>
          <FolderToolbar
            folder={folder}
            canEdit={canEdit}
            filter={filter}
            onFilter={setFilter}
            filterField={filterField}
            summary={summarize(state, rows, filter)}
            onNewFolder={newFolder}
            onLeaveFilter={focusList}
          />
          {isListed ? (
            <EntryGrid
              key={view}
              label={strings.files.listOf(name ?? "")}
              rows={rows}
              ids={ids}
              view={view}
              columns={FOLDER_COLUMNS}
              order={order}
              onOrder={(by) => setListPreferences({ order: nextOrder(order, by) })}
              selection={selection}
              onSelect={setSelection}
              onOpen={handlers.open}
              onMenu={(at) => open({ type: "menu", at })}
              onStar={(entry) => handlers.star([entry], !entry.starred)}
              onDownload={(entry) => handlers.download([entry])}
              onUp={openUp}
              renaming={renaming}
              cut={leaving}
              isLive
              scrollTop={look.scrollTop}
              onScroll={(top) => {
                look.scrollTop = top;
              }}
              scroller={scroller}
            />
          ) : (
            <FolderStates
              folder={folder}
              canEdit={canEdit}
              state={state}
              filter={filter}
              isSettled={isSettled}
              onNewFolder={newFolder}
              onClearFilter={() => setFilter("")}
              onRetry={() => drive.retry()}
            />
          )}
          <SelectionBar
            count={selected.length}
            actions={actions.filter((action) => action.isInBar)}
            onClear={() => setSelection(clear)}
          />
        </div>
        {details && <SidePane entries={selected.length > 0 ? selected : own && !isNotThere(state) ? [own] : []} />}
        <FilesDialogs
          dialog={dialog}
          actions={menuEntries === selected ? actions : entryActions(menuEntries, handlers)}
          title={titleOf(menuEntries)}
          onClose={close}
        />
        <OpenedFile
          rows={rows}
          onNavigate={(id) => setSelection((now) => selectOnly(now, { id }))}
          onClosed={focusList}
        />
      </div>
    </RenameContext>
  );
}

/** Whether a list was shown since the page was loaded: the first does not take the focus from the page's beginning. */
let hasShownList = false;

/** The keyboard goes on in the list of the folder that one came to; not where something else has the focus. */
function useArrivingFocus(isListed: boolean, focusList: () => void): void {
  useEffect(() => {
    if (!isListed) return undefined;
    const isArriving = hasShownList;
    hasShownList = true;
    // The rows come with the drawing after the list's.
    const frame = requestAnimationFrame(() => {
      if (isArriving && document.activeElement === document.body) focusList();
    });
    return () => cancelAnimationFrame(frame);
  }, [isListed, focusList]);
}

/** A scroll position is of one view: in the other, the list begins anew. */
function useNewView(view: string, look: { scrollTop: number }): void {
  const [shown, setShown] = useState(view);
  if (shown === view) return;
  setShown(view);
  look.scrollTop = 0;
}

/** What a menu is about. */
function titleOf(selected: readonly Entry[]): string {
  const [first] = selected;
  return first && selected.length === 1 ? first.name : strings.files.selected(selected.length);
}

/** What is in the folder, or what was found in it. */
function summarize(state: FolderState, rows: readonly Entry[], filter: string): string {
  if (state.state === "loading" || isNotThere(state)) return "";
  if (filter.trim() !== "") return strings.files.found(rows.length);
  const folders = countFolders(rows);
  const counted = rows.length === 0 ? "" : strings.files.counted(folders, rows.length - folders);
  const note =
    state.state === "partial" ? strings.files.stillLoading : state.state === "kept" ? strings.files.kept : "";
  return [counted, note].filter(Boolean).join(" · ");
}

function isNotThere({ state }: FolderState): boolean {
  return state === "missing" || state === "unshared" || state === "failed";
}

/** Of entries of one folder those that may differ in whose they are and what one may do: its files are all alike. */
function unlike(selected: readonly Entry[]): readonly Entry[] {
  return selected.slice(0, countFolders(selected) + 1);
}

/** Of rows in an order, where folders come before files. */
function countFolders(rows: readonly Entry[]): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]?.type === "folder") low = middle + 1;
    else high = middle;
  }
  return low;
}
