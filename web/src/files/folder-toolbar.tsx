import { ActionIcon, Button, CloseButton, SegmentedControl, TextInput } from "@mantine/core";
import {
  IconArrowsSort,
  IconInfoCircle,
  IconLayoutGrid,
  IconList,
  IconPhoto,
  IconPlus,
  IconSearch,
  IconUpload,
} from "@tabler/icons-react";
import { type ReactNode, type RefObject } from "react";
import { strings } from "../strings/strings.ts";
import { LazyMenu } from "../ui/lazy-menu.tsx";
import { lazy } from "../ui/lazy.tsx";
import { LookLabel } from "../ui/look-label.tsx";
import { Breadcrumbs } from "./breadcrumbs.tsx";
import classes from "./folder-view.module.css";
import { setListPreferences, useListPreferences } from "./list-preferences.ts";
import { SharingLine } from "./sharing-line.tsx";
import { useUploads } from "./upload-slot.ts";

interface FolderToolbarProps {
  readonly folder: string;
  /** Whether anything can be put into it. */
  readonly canEdit: boolean;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly filterField: RefObject<HTMLInputElement | null>;
  /** What is in the folder, in words. */
  readonly summary: string;
  readonly onNewFolder: () => void;
  /** Enter or the arrow down in the filter. */
  readonly onLeaveFilter: () => void;
}

const loadItems = () => import("./toolbar-items.tsx");
const SortItems = lazy(() => loadItems().then((file) => file.SortItems));
const CreateItems = lazy(() => loadItems().then((file) => file.CreateItems));

/** Where one is, and how the folder is looked at. */
export function FolderToolbar(props: FolderToolbarProps): ReactNode {
  const { filter, onFilter } = props;
  const { view, details } = useListPreferences();
  return (
    <div className={classes.head}>
      <div className={classes.titleRow}>
        <Breadcrumbs folder={props.folder} />
        {props.canEdit && (
          <div className={classes.makers}>
            <CreateMenu folder={props.folder} onNewFolder={props.onNewFolder} />
          </div>
        )}
      </div>
      <SharingLine folder={props.folder} />
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
              label: <LookLabel icon={<IconList size={18} aria-hidden />} text={strings.files.asList} />,
            },
            {
              value: "grid",
              label: <LookLabel icon={<IconLayoutGrid size={18} aria-hidden />} text={strings.files.asGrid} />,
            },
            {
              value: "gallery",
              label: <LookLabel icon={<IconPhoto size={18} aria-hidden />} text={strings.files.asGallery} />,
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

function SortMenu(): ReactNode {
  return (
    <LazyMenu
      preload={loadItems}
      position="bottom-end"
      width={180}
      button={
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
      }
    >
      <SortItems />
    </LazyMenu>
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
      <LazyMenu
        preload={loadItems}
        position="bottom-end"
        width={210}
        button={
          <Button className={classes.createButton} leftSection={<IconPlus size={18} aria-hidden />}>
            {strings.files.create}
          </Button>
        }
      >
        <CreateItems folder={folder} onNewFolder={onNewFolder} />
      </LazyMenu>
    </>
  );
}
