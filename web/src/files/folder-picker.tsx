import { Button, Group, Modal, TextInput } from "@mantine/core";
import { IconArrowUp, IconChevronRight, IconFolderPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useState, type ReactNode } from "react";
import type { Drive, Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { useAncestors, useEntry, useFolder } from "../drive/hooks.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";
import { canMoveTo, crossingOf } from "./crossing.ts";
import { EntryIcon } from "./entry-icon.tsx";
import classes from "./folder-picker.module.css";
import { findKnown } from "./find-known.ts";
import { NewFolderDialog } from "./new-folder-dialog.tsx";
import type { Order } from "./ordered-entries.ts";
import { runSliced } from "./sliced.ts";
import { useEntryVerbs } from "./use-entry-verbs.ts";
import { useShownEntries } from "./use-shown-entries.ts";

interface FolderPickerProps {
  readonly type: "move" | "copy";
  readonly entries: readonly Entry[];
  readonly onClose: () => void;
}

const BY_NAME: Order = { by: "name", descending: false };
/** More than anybody looks through: the field above finds the others. */
const MOST_SHOWN = 300;

/** Asks where entries are to go, and has them moved or copied there. */
export function FolderPicker({ type, entries, onClose }: FolderPickerProps): ReactNode {
  const drive = useDrive();
  const verbs = useEntryVerbs();
  const text = strings.files.picker;
  const names = entries.map((entry) => entry.name);
  return (
    <PlacePicker
      title={(type === "move" ? text.moveTitle : text.copyTitle)(names)}
      answer={type === "move" ? text.moveHere : text.copyHere}
      start={entries[0]?.parent ?? drive.root}
      entries={entries}
      whyNot={(folder) => whyNot(drive, type, entries, folder)}
      onChoose={(folder) => {
        onClose();
        verbs[type](
          entries.filter((entry) => type === "copy" || entry.parent !== folder),
          folder,
        );
      }}
      onClose={onClose}
    />
  );
}

function whyNot(drive: Drive, type: "move" | "copy", entries: readonly Entry[], folder: string): string | null {
  const text = strings.files.picker;
  if (type === "copy") return crossingOf(drive, entries, folder).length > 0 ? text.isCrossing : null;
  if (entries.every((entry) => entry.parent === folder)) return text.isHere;
  return canMoveTo(drive, entries, folder) ? null : text.sharedStays;
}

interface PlacePickerProps {
  readonly title: string;
  readonly answer: string;
  readonly start: string;
  /** What is to go there: it cannot go into itself. */
  readonly entries: readonly Entry[];
  /** Why a folder is no place for it; null: it is one. */
  readonly whyNot: (folder: string) => string | null;
  readonly onChoose: (folder: string) => void;
  readonly onClose: () => void;
}

/** Asks for a folder: goes through the folders, finds one by its name, or makes a new one. */
export function PlacePicker(props: PlacePickerProps): ReactNode {
  const { title, answer, start, entries, whyNot, onChoose, onClose } = props;
  const drive = useDrive();
  const [folder, setFolder] = useState(start);
  const [search, setSearch] = useState("");
  const [isMaking, setMaking] = useState(false);
  const view = useFolder(folder);
  const own = useEntry(folder);
  const ancestors = useAncestors(folder);
  const moved = useMemo(() => new Set(entries.flatMap((entry) => [entry.id, folderOf(entry)])), [entries]);
  const folders = useMemo(() => view.entries.filter((entry) => entry.type === "folder"), [view.entries]);
  const shown = useShownEntries(folders, BY_NAME, search);
  const text = strings.files.picker;
  const name = folder === drive.root ? strings.files.root : (own?.name ?? "");
  const up = ancestors?.at(-1);
  const isInside = moved.has(folder) || (ancestors ?? []).some((each) => moved.has(each.id));
  const canEdit = own?.canEdit ?? drive.sharedIn(folder) === null;
  const reason = isInside ? text.isInside : (whyNot(folder) ?? (canEdit ? null : text.isReadOnly));

  const go = (id: string): void => {
    setFolder(id);
    setSearch("");
  };
  return (
    <Modal opened onClose={onClose} title={title} centered radius="lg" size="md" classNames={{ title: classes.title }}>
      <div className={classes.where}>
        <button
          type="button"
          className={classes.up}
          disabled={!up}
          aria-label={text.up}
          title={text.up}
          onClick={() => up && go(up.id)}
        >
          <IconArrowUp size={18} aria-hidden />
        </button>
        <span className={classes.here}>{name}</span>
        <button
          type="button"
          className={classes.up}
          aria-label={strings.files.newFolder}
          title={strings.files.newFolder}
          disabled={!canEdit}
          onClick={() => setMaking(true)}
        >
          <IconFolderPlus size={19} stroke={1.7} aria-hidden />
        </button>
      </div>
      <TextInput
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        aria-label={text.search}
        placeholder={text.search}
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        mb="xs"
      />
      <ul className={classes.list} aria-label={text.folders} tabIndex={-1}>
        {shown.rows.slice(0, MOST_SHOWN).map((entry) => (
          <li key={entry.id}>
            <button
              type="button"
              className={classes.folder}
              disabled={moved.has(entry.id)}
              aria-label={text.go(entry.name)}
              onClick={() => go(folderOf(entry))}
            >
              <EntryIcon entry={entry} size={22} />
              <span className={classes.name}>{entry.name}</span>
              <IconChevronRight size={16} className={classes.into} aria-hidden />
            </button>
          </li>
        ))}
        {search !== "" && <Elsewhere search={search} not={folder} moved={moved} onGo={go} />}
        {shown.rows.length === 0 && search === "" && (
          <li className={classes.empty}>{view.state === "loading" ? strings.files.loading : text.noFolders}</li>
        )}
      </ul>
      <Group justify="flex-end" mt="md" gap="sm">
        <span className={classes.reason} role="status">
          {reason}
        </span>
        <Button variant="default" onClick={onClose}>
          {strings.files.cancel}
        </Button>
        <Button disabled={reason !== null} onClick={() => onChoose(folder)}>
          {answer}
        </Button>
      </Group>
      {isMaking && <NewFolderDialog parent={folder} onMade={go} onClose={() => setMaking(false)} />}
    </Modal>
  );
}

interface ElsewhereProps {
  readonly search: string;
  readonly not: string;
  readonly moved: ReadonlySet<string>;
  readonly onGo: (folder: string) => void;
}

/** Folders of other places that this browser knows. */
function Elsewhere({ search, not, moved, onGo }: ElsewhereProps): ReactNode {
  const drive = useDrive();
  const [found, setFound] = useState<readonly Entry[]>([]);
  useEffect(() => {
    const isPlace = (entry: Entry): boolean => entry.type === "folder" && entry.parent !== not && !moved.has(entry.id);
    return runSliced(findKnown(drive, search, 20, isPlace), setFound);
  }, [drive, search, not, moved]);
  return found.map((entry) => (
    <li key={entry.id}>
      <button type="button" className={classes.folder} onClick={() => onGo(folderOf(entry))}>
        <EntryIcon entry={entry} size={22} />
        <span className={classes.name}>{entry.name}</span>
        <span className={classes.path}>
          {(drive.ancestors(entry.id) ?? []).map((each) => isolated(each.name) || strings.files.root).join(" / ")}
        </span>
      </button>
    </li>
  ));
}
