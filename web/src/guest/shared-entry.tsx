import { ActionIcon, Checkbox } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./shared-entries.module.css";
import { SharedThumbnail } from "./shared-thumbnail.tsx";

export interface SharedEntryProps {
  readonly node: SharedNode;
  readonly isChosen: boolean;
  /** Whether the tab key comes to it. */
  readonly isTabStop: boolean;
  /** Null: nothing can be done with what would be chosen. */
  readonly onToggle: (() => void) | null;
  /** Null: it cannot be saved. */
  readonly onDownload: (() => void) | null;
}

/** A file or folder as a row. */
export function SharedRow(entry: SharedEntryProps): ReactNode {
  const { node, isTabStop, onDownload } = entry;
  return (
    <>
      <Choice {...entry} />
      <NodeIcon name={node.name} type={node.type} size={28} />
      <span className={classes.words}>
        <Name {...entry} />
        <span className={classes.facts}>{factsOf(node)}</span>
      </span>
      {onDownload && (
        <ActionIcon
          className={classes.save}
          variant="subtle"
          color="gray"
          size={40}
          tabIndex={isTabStop ? 0 : -1}
          aria-label={strings.guest.downloadOf(node.name)}
          title={strings.guest.download}
          onClick={onDownload}
        >
          <IconDownload size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      )}
    </>
  );
}

/** A file or folder as a card, with what is in it. */
export function SharedCard(entry: SharedEntryProps): ReactNode {
  return (
    <>
      <div className={classes.picture}>
        <SharedThumbnail node={entry.node} />
      </div>
      <Choice {...entry} />
      <span className={classes.caption}>
        <Name {...entry} />
        <span className={classes.facts}>{factsOf(entry.node)}</span>
      </span>
    </>
  );
}

function Choice({ node, isChosen, isTabStop, onToggle }: SharedEntryProps): ReactNode {
  if (!onToggle) return null;
  return (
    <Checkbox
      className={classes.choice}
      checked={isChosen}
      tabIndex={isTabStop ? 0 : -1}
      aria-label={strings.guest.choose(node.name)}
      onChange={onToggle}
    />
  );
}

/** The link is as large as the entry; see the style sheet. */
function Name({ node: { id, name, type }, isTabStop }: SharedEntryProps): ReactNode {
  const search = type === "folder" ? () => ({ folder: id }) : (was: object) => ({ ...was, view: id });
  return (
    <Link
      from="/s/$token"
      to="."
      search={search}
      className={classes.name}
      title={name}
      draggable={false}
      tabIndex={isTabStop ? 0 : -1}
    >
      {name}
    </Link>
  );
}

function factsOf({ type, size, mtime }: SharedNode): string {
  return `${type === "folder" ? strings.guest.folder : formatSize(size)} · ${formatDate(mtime)}`;
}
