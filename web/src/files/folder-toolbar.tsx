import { ActionIcon, Button, CloseButton, Menu, SegmentedControl, TextInput } from "@mantine/core";
import {
  IconArrowDown,
  IconArrowUp,
  IconArrowsSort,
  IconFileUpload,
  IconFolderPlus,
  IconFolderUp,
  IconInfoCircle,
  IconLayoutGrid,
  IconList,
  IconPlus,
  IconSearch,
  IconUpload,
} from "@tabler/icons-react";
import type { ReactNode, RefObject } from "react";
import { strings } from "../strings/strings.ts";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import classes from "./folder-view.module.css";
import { nextOrder, setListPreferences, useListPreferences } from "./list-preferences.ts";
import type { SortBy } from "./ordered-entries.ts";
import { useUploads } from "./upload-slot.ts";

interface FolderToolbarProps {
  readonly folder: string;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly filterField: RefObject<HTMLInputElement | null>;
  /** What is in the folder, in words. */
  readonly summary: string;
  readonly onNewFolder: () => void;
  /** Enter or the arrow down in the filter. */
  readonly onLeaveFilter: () => void;
}

const SORTS: readonly SortBy[] = ["name", "mtime", "size"];

/** Where one is, and how the folder is looked at. */
export function FolderToolbar(props: FolderToolbarProps): ReactNode {
  const { filter, onFilter } = props;
  const { view, details } = useListPreferences();
  return (
    <div className={classes.head}>
      <div className={classes.titleRow}>
        <Breadcrumbs folder={props.folder} />
        <div className={classes.makers}>
          <CreateMenu folder={props.folder} onNewFolder={props.onNewFolder} />
        </div>
      </div>
      <div className={classes.tools}>
        <TextInput
          ref={props.filterField}
          className={classes.filter}
          size="sm"
          radius="md"
          aria-label={strings.files.filter}
          placeholder={strings.files.filter}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            filter === "" ? null : (
              <CloseButton size="sm" aria-label={strings.files.clearFilter} onClick={() => onFilter("")} />
            )
          }
          value={filter}
          onChange={(event) => onFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              event.preventDefault();
              if (filter === "") props.onLeaveFilter();
              else onFilter("");
            } else if (event.key === "Enter" || event.key === "ArrowDown") {
              event.preventDefault();
              props.onLeaveFilter();
            }
          }}
        />
        <span className={classes.summary} role="status">
          {props.summary}
        </span>
        <SortMenu />
        <SegmentedControl
          size="xs"
          radius="md"
          aria-label={strings.files.view}
          value={view}
          onChange={(value) => setListPreferences({ view: value })}
          data={[
            {
              value: "list",
              label: <ViewLabel icon={<IconList size={18} aria-hidden />} text={strings.files.asList} />,
            },
            {
              value: "grid",
              label: <ViewLabel icon={<IconLayoutGrid size={18} aria-hidden />} text={strings.files.asGrid} />,
            },
          ]}
        />
        <ActionIcon
          className={classes.detailsToggle}
          variant={details ? "light" : "subtle"}
          color={details ? "moss" : "gray"}
          size={34}
          aria-label={strings.files.details}
          aria-pressed={details}
          title={strings.files.details}
          onClick={() => setListPreferences({ details: !details })}
        >
          <IconInfoCircle size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}

function ViewLabel({ icon, text }: { readonly icon: ReactNode; readonly text: string }): ReactNode {
  return (
    <span className={classes.viewLabel} title={text}>
      {icon}
      <span className={classes.unseen}>{text}</span>
    </span>
  );
}

function SortMenu(): ReactNode {
  const { order } = useListPreferences();
  const Arrow = order.descending ? IconArrowDown : IconArrowUp;
  return (
    <Menu position="bottom-end" radius="md" shadow="md" width={180}>
      <Menu.Target>
        <ActionIcon
          className={classes.sortMenu}
          variant="subtle"
          color="gray"
          size={34}
          aria-label={strings.files.sortBy}
          title={strings.files.sortBy}
        >
          <IconArrowsSort size={19} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{strings.files.sortBy}</Menu.Label>
        {SORTS.map((by) => (
          <Menu.Item
            key={by}
            role="menuitemradio"
            aria-checked={order.by === by}
            rightSection={order.by === by && <Arrow size={16} aria-hidden />}
            onClick={() => setListPreferences({ order: nextOrder(order, by) })}
          >
            {strings.files.columns[by]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface CreateMenuProps {
  readonly folder: string;
  readonly onNewFolder: () => void;
}

/** New folder and uploads: a button in the corner, on a phone a round one under the thumb. */
function CreateMenu({ folder, onNewFolder }: CreateMenuProps): ReactNode {
  const uploads = useUploads();
  return (
    <>
      {uploads && (
        <Button
          className={classes.uploadButton}
          variant="default"
          leftSection={<IconUpload size={18} aria-hidden />}
          onClick={() => uploads.pickFiles(folder)}
        >
          {strings.files.upload}
        </Button>
      )}
      <Menu position="bottom-end" radius="md" shadow="md" width={210}>
        <Menu.Target>
          <Button className={classes.createButton} leftSection={<IconPlus size={18} aria-hidden />}>
            {strings.files.create}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFolderPlus size={18} aria-hidden />} onClick={onNewFolder}>
            {strings.files.newFolder}
          </Menu.Item>
          {uploads && (
            <>
              <Menu.Divider />
              <Menu.Item
                leftSection={<IconFileUpload size={18} aria-hidden />}
                onClick={() => uploads.pickFiles(folder)}
              >
                {strings.files.uploadFiles}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconFolderUp size={18} aria-hidden />}
                onClick={() => uploads.pickFolder(folder)}
              >
                {strings.files.uploadFolder}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
