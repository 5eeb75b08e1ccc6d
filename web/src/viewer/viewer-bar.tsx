import { ActionIcon, Menu } from "@mantine/core";
import {
  IconDots,
  IconDownload,
  IconExternalLink,
  IconHistory,
  IconInfoCircle,
  IconPencil,
  IconShare,
  IconStar,
  IconStarFilled,
  IconTrash,
  IconX,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import classes from "./viewer-bar.module.css";

export interface ViewerAction {
  readonly id: string;
  readonly label: string;
  readonly icon: Icon;
  /** Absent: it is not a switch. */
  readonly isOn?: boolean;
  /** Only in the menu. */
  readonly isRare?: boolean;
  readonly isDanger?: boolean;
  readonly run: () => void;
}

interface ViewerBarProps {
  readonly icon: ReactNode;
  /** The title, which names the dialog. */
  readonly title: ReactNode;
  readonly facts: string;
  readonly actions: readonly ViewerAction[];
  readonly onClose: () => void;
}

/** What is open, and what can be done to it. On a narrow screen most of that is in the menu. */
export function ViewerBar({ icon, title, facts, actions, onClose }: ViewerBarProps): ReactNode {
  return (
    <div className={classes.bar}>
      <div className={classes.icon}>{icon}</div>
      <div className={classes.words}>
        {title}
        <p className={classes.facts}>{facts}</p>
      </div>
      <div className={classes.actions}>
        {actions
          .filter((action) => !action.isRare)
          .map((action) => (
            <BarButton key={action.id} {...action} />
          ))}
        {actions.length > 1 && <MoreMenu actions={actions} />}
        <BarButton id="close" label={strings.viewer.close} icon={IconX} run={onClose} />
      </div>
    </div>
  );
}

function BarButton({ id, label, icon: Look, isOn, run }: ViewerAction): ReactNode {
  return (
    <ActionIcon
      className={classes.button}
      data-action={id}
      variant={isOn ? "light" : "subtle"}
      color={isOn ? "moss" : "gray"}
      size={40}
      radius="md"
      aria-label={label}
      title={label}
      {...(isOn !== undefined && { "aria-pressed": isOn })}
      onClick={run}
    >
      <Look size={21} stroke={1.7} aria-hidden />
    </ActionIcon>
  );
}

function MoreMenu({ actions }: { readonly actions: readonly ViewerAction[] }): ReactNode {
  return (
    <Menu position="bottom-end" width={240} radius="md" shadow="md" transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <ActionIcon
          className={classes.button}
          variant="subtle"
          color="gray"
          size={40}
          radius="md"
          aria-label={strings.viewer.more}
          title={strings.viewer.more}
        >
          <IconDots size={21} stroke={1.7} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ id, label, icon: Look, isRare, isDanger, run }) => (
          <Menu.Item
            key={id}
            className={isRare ? undefined : classes.repeated}
            leftSection={<Look size={18} stroke={1.7} aria-hidden />}
            {...(isDanger && { color: "red" })}
            onClick={run}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface Verbs {
  readonly isStarred: boolean;
  readonly isPanelOpen: (panel: "versions" | "details") => boolean;
  /** Null: it cannot be edited, or is being. */
  readonly edit: (() => void) | null;
  readonly download: () => void;
  /** Null, here and below: not with this file. */
  readonly share: (() => void) | null;
  readonly star: (() => void) | null;
  readonly toggle: (panel: "versions" | "details") => void;
  readonly openInTab: () => void;
  readonly trash: (() => void) | null;
}

/** What can be done to the file that is open. */
export function viewerActions(can: Verbs): readonly ViewerAction[] {
  const text = strings.viewer;
  const actions: ViewerAction[] = [];
  if (can.edit) actions.push({ id: "edit", label: text.edit, icon: IconPencil, run: can.edit });
  actions.push({ id: "download", label: text.download, icon: IconDownload, run: can.download });
  if (can.share) actions.push({ id: "share", label: text.share, icon: IconShare, run: can.share });
  if (can.star) {
    const [label, icon] = can.isStarred ? ([text.unstar, IconStarFilled] as const) : ([text.star, IconStar] as const);
    actions.push({ id: "star", label, icon, isOn: can.isStarred, run: can.star });
  }
  actions.push(
    {
      id: "versions",
      label: text.versions,
      icon: IconHistory,
      isOn: can.isPanelOpen("versions"),
      run: () => can.toggle("versions"),
    },
    {
      id: "details",
      label: text.details,
      icon: IconInfoCircle,
      isOn: can.isPanelOpen("details"),
      run: () => can.toggle("details"),
    },
    { id: "tab", label: text.openInTab, icon: IconExternalLink, isRare: true, run: can.openInTab },
  );
  if (can.trash) {
    actions.push({ id: "trash", label: text.trash, icon: IconTrash, isRare: true, isDanger: true, run: can.trash });
  }
  return actions;
}
