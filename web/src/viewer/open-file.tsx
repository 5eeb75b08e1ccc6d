import { Button, Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, type ComponentProps, type ReactNode, type RefObject } from "react";
import type { Entry } from "../drive/drive.ts";
import { useEdits } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { downloadNodes, type Downloadable } from "./download.ts";
import { fileAddress } from "./file-address.ts";
import { FilePreview } from "./preview.tsx";
import { previewKind } from "./preview-kind.ts";
import { usePinnedVersion } from "./use-viewed-entry.ts";
import { ViewerBar, viewerActions } from "./viewer-bar.tsx";
import type { LeaveGuard } from "./viewer.tsx";
import classes from "./viewer.module.css";

/** What is beside the file. */
export type Panel = "versions" | "details";

interface OpenFileProps {
  readonly entry: Entry;
  readonly position: { readonly at: number; readonly all: number } | null;
  readonly panel: Panel | null;
  readonly onPanel: (panel: Panel | null) => void;
  readonly guard: RefObject<LeaveGuard | null>;
  readonly swipe: Pick<ComponentProps<"div">, "onTouchStart" | "onTouchEnd">;
  /** The ways to the files beside. */
  readonly neighbours: ReactNode;
  readonly onClose: () => void;
  readonly onTrashed: () => void;
}

/** One file, as long as it is open. */
export function OpenFile(props: OpenFileProps): ReactNode {
  const { entry, position, panel, onPanel, swipe, neighbours, onClose, onTrashed } = props;
  const edits = useEdits();
  const [shown, setShown] = usePinnedVersion(entry);
  useTitle(entry.name);
  const text = strings.viewer;
  const download = (): void => tryDownload({ ...entry, downloadVersion: shown.version });
  const actions = viewerActions({
    isStarred: entry.starred,
    isLive: entry.state === "live",
    isPanelOpen: (each) => panel === each,
    edit: null,
    download,
    star: () => void edits.star([entry], !entry.starred),
    toggle: (each) => onPanel(panel === each ? null : each),
    openInTab: () => window.open(fileAddress(entry.id, shown.version, "inline"), "_blank", "noopener"),
    trash: () => {
      onTrashed();
      void edits.trash([entry]);
    },
  });
  const facts = [formatSize(shown.size), formatDate(entry.mtime), position && text.position(position.at, position.all)];
  return (
    <>
      <ViewerBar
        icon={<NodeIcon name={entry.name} type="file" size={28} />}
        title={<Modal.Title>{entry.name}</Modal.Title>}
        facts={facts.filter(Boolean).join(" · ")}
        actions={actions}
        onClose={onClose}
      />
      <div className={classes.body}>
        <div className={classes.main}>
          {entry.state === "trashed" && (
            <Banner text={text.trashed} action={text.restore} onAction={() => void edits.restore([entry])} />
          )}
          {entry.version > shown.version && (
            <Banner text={text.newer} action={text.showNewer} onAction={() => setShown(entry)} />
          )}
          <div
            className={`${classes.stage} ${neighbours && isSheet(entry.name, shown.size) ? classes.sheet : ""}`}
            tabIndex={-1}
            data-autofocus
            {...swipe}
          >
            <FilePreview
              file={{ id: entry.id, version: shown.version, size: shown.size }}
              name={entry.name}
              onDownload={download}
            />
            {neighbours}
          </div>
        </div>
      </div>
    </>
  );
}

/** Whether it is drawn up to the edges, where the ways to other files would lie over it. */
function isSheet(name: string, size: number): boolean {
  const { kind } = previewKind(name, size);
  return kind === "text" || kind === "markdown" || kind === "table" || kind === "pdf";
}

interface BannerProps {
  readonly text: string;
  readonly action: string;
  readonly onAction: () => void;
}

/** Something about the file that changes what is to be made of it. */
function Banner({ text, action, onAction }: BannerProps): ReactNode {
  return (
    <div className={classes.banner} role="status">
      <p>{text}</p>
      <Button size="compact-sm" variant="white" onClick={onAction}>
        {action}
      </Button>
    </div>
  );
}

function tryDownload(entry: Downloadable): void {
  downloadNodes([entry]).catch((error: unknown) => {
    notifications.show({ color: "red", title: strings.viewer.downloadFailed, message: errorText(error) });
  });
}

/** Names the tab after the file, as long as it is open. */
function useTitle(name: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${name} · ${strings.app.name}`;
    return () => {
      document.title = before;
    };
  }, [name]);
}
