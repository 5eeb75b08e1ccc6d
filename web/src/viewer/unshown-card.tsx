import { Button } from "@mantine/core";
import { IconDownload, IconPencil } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import type { Unshown } from "./preview-kind.ts";
import classes from "./unshown-card.module.css";

interface UnshownCardProps {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly why: Unshown | "damaged";
  /** For `too_large`: the most that is shown, in bytes. */
  readonly limit?: number | undefined;
  /** Null: it cannot be saved. */
  readonly onDownload: (() => void) | null;
  /** Absent or null: it cannot be edited. */
  readonly onEdit?: (() => void) | null;
}

/** In place of what cannot be drawn: what it is, why, and the download (B15). */
export function UnshownCard({ name, size, why, limit = 0, onDownload, onEdit }: UnshownCardProps): ReactNode {
  const [title, text] = reason(why, limit, onDownload !== null);
  return (
    <div className={classes.card}>
      <NodeIcon name={name} type="file" size={72} />
      <h2 className={classes.title}>{title}</h2>
      {text !== "" && <p className={classes.text}>{text}</p>}
      <p className={classes.facts}>
        <span className={classes.name}>{name}</span> · {formatSize(size)}
      </p>
      {why === "empty" && onEdit ? (
        <Button leftSection={<IconPencil size={18} aria-hidden />} onClick={onEdit}>
          {strings.viewer.edit}
        </Button>
      ) : (
        onDownload && (
          <Button leftSection={<IconDownload size={18} aria-hidden />} onClick={onDownload}>
            {strings.viewer.download}
          </Button>
        )
      )}
    </div>
  );
}

function reason(why: Unshown | "damaged", limit: number, isSaved: boolean): readonly [string, string] {
  const text = strings.viewer;
  const help = (said: string): string => (isSaved ? said : "");
  switch (why) {
    case "empty":
      return [text.empty, text.emptyText];
    case "too_large":
      return [text.tooLargeToShow, help(text.tooLargeToShowText(formatSize(limit)))];
    case "damaged":
      return [text.damaged, help(text.damagedText)];
    case "not_shown":
      return [text.notShown, help(text.notShownText)];
  }
}
