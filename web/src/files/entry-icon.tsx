import { IconUsers } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { folderOf } from "../drive/folder-of.ts";
import { useSharedSpace } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./entry-icon.module.css";

interface EntryIconProps {
  readonly entry: Entry;
  /** Pixels. */
  readonly size: number;
}

/** What an entry is; a shared folder has people on it, whosever it is. */
export function EntryIcon({ entry, size }: EntryIconProps): ReactNode {
  const icon = <NodeIcon name={entry.name} type={entry.type} size={size} />;
  return entry.type === "folder" ? <MaybeShared entry={entry} size={size} icon={icon} /> : icon;
}

function MaybeShared({ entry, size, icon }: EntryIconProps & { readonly icon: ReactNode }): ReactNode {
  const space = useSharedSpace(folderOf(entry));
  if (!space && entry.mount === undefined) return icon;
  return (
    <span className={classes.shared}>
      {icon}
      <span className={classes.people} role="img" aria-label={strings.files.sharing.badge}>
        <IconUsers size={Math.max(11, Math.round(size * 0.36))} stroke={2.4} aria-hidden />
      </span>
    </span>
  );
}
