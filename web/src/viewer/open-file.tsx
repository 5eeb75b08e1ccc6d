import { Modal } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { Suspense, useEffect, useState, type ComponentProps, type ReactNode, type RefObject } from "react";
import type { Version } from "../../../protocol/tree.ts";
import type { Entry } from "../drive/drive.ts";
import { useEdits } from "../drive/hooks.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/viewer.ts";
import { errorText } from "../ui/error-text.ts";
import { formatDate, formatDateTime, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { Banner } from "./banner.tsx";
import { downloadEntries, type Downloadable } from "../files/download.ts";
import { lazy } from "../ui/lazy.tsx";
import { FileSourceContext, filesIn } from "./file-source.ts";
import { FilePreview, Waiting } from "./preview.tsx";
import { isEditable, previewKind } from "./preview-kind.ts";
import { SidePanel } from "./side-panel.tsx";
import { UnshownCard } from "./unshown-card.tsx";
import { usePinnedVersion } from "./use-viewed-entry.ts";
import { ViewerBar, viewerActions } from "./viewer-bar.tsx";
import type { LeaveGuard } from "./viewer.tsx";
import classes from "./viewer.module.css";

const TextEditor = lazy(() => import("./edit/text-editor.tsx").then((file) => file.TextEditor));
const VersionsPanel = lazy(() => import("./versions/versions-panel.tsx").then((file) => file.VersionsPanel));
const VersionDiff = lazy(() => import("./versions/version-diff.tsx").then((file) => file.VersionDiff));
const ShareDialog = lazy(() => import("../sharing/share-dialog.tsx").then((file) => file.ShareDialog));
const Details = lazy(() => import("./details.tsx").then((file) => file.Details));

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

type Mode =
  | { readonly type: "view" }
  | { readonly type: "edit" }
  | { readonly type: "compare"; readonly before: Version; readonly after: Version };

const VIEW: Mode = { type: "view" };

/** One file, as long as it is open. */
export function OpenFile(props: OpenFileProps): ReactNode {
  const { entry, position, panel, onPanel, guard, neighbours, onClose, onTrashed } = props;
  const edits = useEdits();
  const [shown, setShown] = usePinnedVersion(entry);
  /** An older version that was asked for. */
  const [older, setOlder] = useState<Version | null>(null);
  const [mode, setMode] = useState(VIEW);
  const [isSharing, setSharing] = useState(false);
  useTitle(entry.name);
  const text = strings.viewer;
  const isLive = entry.state === "live";
  const isOwn = entry.sharedIn === null;
  const visible = older ?? shown;
  const showNewest = (): void => {
    setOlder(null);
    setShown(entry);
  };
  const leave = (next: () => void): void => (guard.current ? guard.current(next) : next());
  const download = (version: number): void => tryDownload({ ...entry, downloadVersion: version });
  const canEdit =
    mode.type !== "edit" && isLive && entry.canEdit && entry.version > 0 && isEditable(entry.name, entry.size);
  const edit = (): void => {
    showNewest();
    setMode({ type: "edit" });
  };
  const trash = (): void =>
    leave(() => {
      onTrashed();
      void edits.trash([entry]);
    });
  const actions = viewerActions({
    isStarred: entry.starred,
    isPanelOpen: (each) => panel === each,
    edit: canEdit ? edit : null,
    download: () => download(visible.version),
    share: isLive && isOwn ? () => setSharing(true) : null,
    star: isLive && isOwn ? () => void edits.star([entry], !entry.starred) : null,
    toggle: (each) => onPanel(panel === each ? null : each),
    openInTab: () =>
      window.open(filesIn(entry.sharedIn).address(entry.id, visible.version, "inline"), "_blank", "noopener"),
    trash: isLive && entry.canEdit ? trash : null,
  });
  const facts = [
    formatSize(visible.size),
    formatDate(entry.mtime),
    position && text.position(position.at, position.all),
  ];
  const file = { id: entry.id, version: visible.version, size: visible.size };
  const isSheet = mode.type === "view" && neighbours && isRead(entry.name, visible.size);
  return (
    <FileSourceContext value={filesIn(entry.sharedIn)}>
      <ViewerBar
        icon={<NodeIcon name={entry.name} type="file" size={28} />}
        title={<Modal.Title>{entry.name}</Modal.Title>}
        facts={facts.filter(Boolean).join(" · ")}
        actions={actions}
        onClose={onClose}
      />
      <div className={classes.body}>
        <div className={classes.main}>
          {!isLive && <Banner text={text.trashed} action={text.restore} onAction={() => void edits.restore([entry])} />}
          {mode.type === "view" && older && older.version < entry.version && (
            <Banner
              text={text.older(older.version, formatDateTime(older.createdAt))}
              action={text.toNewest}
              onAction={showNewest}
            />
          )}
          {mode.type === "view" && !older && entry.version > shown.version && (
            <Banner text={text.newer} action={text.showNewer} onAction={showNewest} />
          )}
          <div
            className={isSheet ? `${classes.stage} ${classes.sheet}` : classes.stage}
            tabIndex={-1}
            data-autofocus
            {...(mode.type === "view" && props.swipe)}
          >
            {mode.type === "view" && (
              <FilePreview
                file={file}
                name={entry.name}
                onDownload={() => download(visible.version)}
                onEdit={canEdit ? edit : null}
              />
            )}
            <Suspense fallback={<Waiting />}>
              {mode.type === "edit" && (
                <TextEditor
                  entry={entry}
                  guard={guard}
                  onSaved={(version, size) => setShown({ version, size })}
                  onDone={() => setMode(VIEW)}
                  renderUnshown={() => (
                    <UnshownCard
                      name={entry.name}
                      size={entry.size}
                      why="not_shown"
                      onDownload={() => download(visible.version)}
                    />
                  )}
                />
              )}
              {mode.type === "compare" && (
                <VersionDiff before={mode.before} after={mode.after} name={entry.name} onDone={() => setMode(VIEW)} />
              )}
            </Suspense>
            {mode.type === "view" && neighbours}
          </div>
        </div>
        {panel && (
          <SidePanel title={panel === "versions" ? text.versions : text.details} onClose={() => onPanel(null)}>
            <Suspense fallback={<Waiting />}>
              {panel === "details" && <Details entry={entry} />}
              {panel === "versions" && (
                <VersionsPanel
                  entry={entry}
                  shown={mode.type === "compare" ? 0 : visible.version}
                  onShow={(version) =>
                    leave(() => {
                      setMode(VIEW);
                      if (version.version === entry.version) showNewest();
                      else setOlder(version);
                    })
                  }
                  onDownload={({ version }) => download(version)}
                  onCompare={
                    isEditable(entry.name, 1)
                      ? (before, after) =>
                          leave(() => {
                            setOlder(null);
                            setMode({ type: "compare", before, after });
                          })
                      : null
                  }
                  onRestored={(newest) => {
                    setOlder(null);
                    setShown(newest);
                    setMode(VIEW);
                  }}
                />
              )}
            </Suspense>
          </SidePanel>
        )}
      </div>
      <Suspense>{isSharing && <ShareDialog entry={entry} onClose={() => setSharing(false)} />}</Suspense>
    </FileSourceContext>
  );
}

/** Whether it is drawn up to the edges, where the ways to other files would lie over it. */
function isRead(name: string, size: number): boolean {
  const { kind } = previewKind(name, size);
  return kind === "text" || kind === "markdown" || kind === "table" || kind === "pdf";
}

function tryDownload(entry: Downloadable): void {
  downloadEntries([entry]).catch((error: unknown) => {
    notifications.show({ color: "red", title: strings.viewer.downloadFailed, message: errorText(error) });
  });
}

/** Names the tab after the file, as long as it is open. */
function useTitle(name: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${isolated(name)} · ${strings.app.name}`;
    return () => {
      document.title = before;
    };
  }, [name]);
}
