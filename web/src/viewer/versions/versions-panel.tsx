import { ActionIcon, Badge, Button, Menu } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconArrowsDiff, IconDots, IconDownload, IconEye, IconGitCompare, IconRestore } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Version } from "../../../../protocol/tree.ts";
import type { Entry } from "../../drive/drive.ts";
import { useDrive } from "../../drive/drive-context.ts";
import { useAccount } from "../../session/account.ts";
import { strings } from "../../strings/viewer.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { formatDateTime, formatSize } from "../../ui/format.ts";
import { Waiting } from "../preview.tsx";
import { restoreVersion } from "./restore-version.ts";
import { versionsQuery } from "./versions-query.ts";
import classes from "./versions-panel.module.css";

export interface VersionsPanelProps {
  readonly entry: Entry;
  /** The version that is shown. */
  readonly shown: number;
  readonly onShow: (version: Version) => void;
  readonly onDownload: (version: Version) => void;
  /** Null where the file is none that can be compared. */
  readonly onCompare: ((before: Version, after: Version) => void) | null;
  /** A version was made the newest. */
  readonly onRestored: (newest: { readonly version: number; readonly size: number }) => void;
}

/** Every version of a file, newest first: to look at, download, compare and restore. */
export function VersionsPanel(props: VersionsPanelProps): ReactNode {
  const { entry } = props;
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    versionsQuery(entry),
  );
  const text = strings.viewer.version;
  if (error && !data) return <ErrorState error={error} title={text.failed} onRetry={() => void refetch()} />;
  if (!data) return <Waiting />;
  return (
    <>
      <ol className={classes.list} reversed>
        {data.map((version, at) => (
          <VersionRow key={version.version} {...props} version={version} newest={data[0]} before={data[at + 1]} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          className={classes.more}
          variant="subtle"
          loading={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {text.more}
        </Button>
      )}
    </>
  );
}

interface VersionRowProps extends VersionsPanelProps {
  readonly version: Version;
  readonly newest: Version | undefined;
  /** The next older one; undefined for the first, or where it is not listed yet. */
  readonly before: Version | undefined;
}

function VersionRow({ entry, version, newest, before, shown, onShow, ...can }: VersionRowProps): ReactNode {
  const text = strings.viewer.version;
  const account = useAccount();
  const drive = useDrive();
  const isNewest = version.version === entry.version;
  const isShown = version.version === shown;
  const { onCompare } = can;
  const restore = async (): Promise<void> => {
    const { done } = await restoreVersion(drive, entry, version.version);
    if (done[0]) can.onRestored(done[0]);
  };
  return (
    <li className={classes.row} data-shown={isShown || undefined}>
      <button
        type="button"
        className={classes.show}
        aria-current={isShown || undefined}
        onClick={() => onShow(version)}
      >
        <span className={classes.title}>
          {text.number(version.version)}
          {isNewest && (
            <Badge size="sm" variant="light" className={classes.badge}>
              {text.current}
            </Badge>
          )}
        </span>
        <span className={classes.facts}>
          {formatDateTime(version.createdAt)}
          {version.author === account.id && ` · ${text.by(text.you)}`}
        </span>
        <span className={classes.facts}>
          {formatSize(version.size)}
          {before && <Growth bytes={version.size - before.size} />}
        </span>
      </button>
      <Menu position="bottom-end" width={260} radius="md" shadow="md" transitionProps={{ duration: 80 }}>
        <Menu.Target>
          <ActionIcon
            className={classes.actions}
            variant="subtle"
            color="gray"
            size={36}
            aria-label={text.actionsOf(version.version)}
          >
            <IconDots size={19} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconEye size={18} aria-hidden />} onClick={() => onShow(version)}>
            {text.show}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={18} aria-hidden />} onClick={() => can.onDownload(version)}>
            {text.download}
          </Menu.Item>
          {onCompare && !isNewest && newest && (
            <Menu.Item
              leftSection={<IconArrowsDiff size={18} aria-hidden />}
              onClick={() => onCompare(version, newest)}
            >
              {text.compare}
            </Menu.Item>
          )}
          {onCompare && before && (
            <Menu.Item
              leftSection={<IconGitCompare size={18} aria-hidden />}
              onClick={() => onCompare(before, version)}
            >
              {text.compareBefore}
            </Menu.Item>
          )}
          {!isNewest && entry.state === "live" && (
            <Menu.Item leftSection={<IconRestore size={18} aria-hidden />} onClick={() => void restore()}>
              {text.restore}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

/** How much larger or smaller it is than the one before. */
function Growth({ bytes }: { readonly bytes: number }): ReactNode {
  if (bytes === 0) return ` · ${strings.viewer.version.same}`;
  return ` · ${bytes > 0 ? "+" : "−"}${formatSize(Math.abs(bytes))}`;
}
