import { Menu } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconFilePlus,
  IconFileUpload,
  IconFolderPlus,
  IconFolderUp,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { strings } from "../strings/strings.ts";
import { createTextFile } from "../viewer/create-text-file.ts";
import classes from "./folder-view.module.css";
import { nextOrder, setListPreferences, useListPreferences } from "./list-preferences.ts";
import type { SortBy } from "./ordered-entries.ts";
import { useUploads } from "./upload-slot.ts";
import { useOpenEntry } from "./use-open-entry.ts";

const SORTS: readonly SortBy[] = ["name", "mtime", "size"];

/** By what the folder is sorted; choosing the same again turns it round. */
export function SortItems(): ReactNode {
  const { order } = useListPreferences();
  const Arrow = order.descending ? IconArrowDown : IconArrowUp;
  return (
    <>
      <Menu.Label>{strings.files.sortBy}</Menu.Label>
      {SORTS.map((by) => (
        <Menu.RadioItem
          key={by}
          value={by}
          checked={order.by === by}
          closeMenuOnClick
          classNames={{ itemIndicator: classes.indicator }}
          rightSection={order.by === by && <Arrow size={16} aria-hidden />}
          onClick={() => setListPreferences({ order: nextOrder(order, by) })}
        >
          {strings.files.columns[by]}
        </Menu.RadioItem>
      ))}
    </>
  );
}

interface CreateItemsProps {
  readonly folder: string;
  readonly onNewFolder: () => void;
}

/** What can be put into the folder. */
export function CreateItems({ folder, onNewFolder }: CreateItemsProps): ReactNode {
  const uploads = useUploads();
  const drive = useDrive();
  const open = useOpenEntry();
  const newTextFile = async (): Promise<void> => {
    const { done } = await createTextFile(drive, folder);
    const made = done[0] && drive.entry(done[0].id);
    if (made) open(made);
  };
  return (
    <>
      <Menu.Item leftSection={<IconFolderPlus size={18} aria-hidden />} onClick={onNewFolder}>
        {strings.files.newFolder}
      </Menu.Item>
      <Menu.Item leftSection={<IconFilePlus size={18} aria-hidden />} onClick={() => void newTextFile()}>
        {strings.files.textFile.create}
      </Menu.Item>
      {uploads && (
        <>
          <Menu.Divider />
          <Menu.Item leftSection={<IconFileUpload size={18} aria-hidden />} onClick={() => uploads.pickFiles(folder)}>
            {strings.files.uploadFiles}
          </Menu.Item>
          <Menu.Item leftSection={<IconFolderUp size={18} aria-hidden />} onClick={() => uploads.pickFolder(folder)}>
            {strings.files.uploadFolder}
          </Menu.Item>
        </>
      )}
    </>
  );
}
