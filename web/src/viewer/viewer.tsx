import { Modal } from "@mantine/core";
import { Suspense, useMemo, useRef, useState, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { strings } from "../strings/viewer.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { lazy } from "../ui/lazy.tsx";
import { filesIn } from "./file-source.ts";
import { Neighbour } from "./neighbour.tsx";
import { OpenFile, type Panel } from "./open-file.tsx";
import { Waiting } from "./preview.tsx";
import { usePrefetchedImages } from "./prefetch-images.ts";
import { useSwipe } from "./use-swipe.ts";
import { useViewedEntry } from "./use-viewed-entry.ts";
import { ViewerBar } from "./viewer-bar.tsx";
import { takesArrows, useViewerKeys } from "./viewer-keys.ts";
import classes from "./viewer.module.css";

const GoneFile = lazy(() => import("./edit/gone-file.tsx").then((each) => each.GoneFile));

export interface ViewerProps {
  /** A node's id. */
  readonly file: string;
  /** Ids in the order of the list that the file was opened from; folders are passed over. */
  readonly siblings: readonly string[];
  readonly onNavigate: (id: string) => void;
  readonly onClose: () => void;
}

/** Asked before the file that is open is left; calls `proceed` at once or once the person agrees. */
export type LeaveGuard = (proceed: () => void) => void;

/** A file over everything else, as a dialog: drawn, edited, compared. Arrow keys and swipes go on to its siblings. */
export function Viewer({ file, siblings, onNavigate, onClose }: ViewerProps): ReactNode {
  const viewed = useViewedEntry(file);
  const [panel, setPanel] = useState<Panel | null>(null);
  const guard = useRef<LeaveGuard | null>(null);
  const { previous, next, position } = useNeighbours(file, siblings);
  usePrefetchedImages([next, previous], filesIn(useDrive().sharedIn(file)));

  const leave = (proceed: () => void): void => {
    if (guard.current) guard.current(proceed);
    else proceed();
  };
  const close = (): void => leave(onClose);
  const goTo = (entry: Entry | undefined): void => {
    if (entry) leave(() => onNavigate(entry.id));
  };
  const swipe = useSwipe({ onLeft: () => goTo(next), onRight: () => goTo(previous) });
  const frame = useViewerKeys((event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (panel) setPanel(null);
      else close();
    } else if (!takesArrows(event)) {
      if (event.key === "ArrowLeft") goTo(previous);
      else if (event.key === "ArrowRight") goTo(next);
    }
  });

  return (
    <Modal.Root
      opened
      fullScreen
      onClose={close}
      closeOnEscape={false}
      lockScroll={false}
      padding={0}
      transitionProps={{ transition: "fade", duration: 120 }}
      classNames={{ content: classes.content }}
    >
      <Modal.Content ref={frame}>
        {viewed.state === "there" ? (
          <OpenFile
            key={file}
            entry={viewed.entry}
            position={position}
            panel={panel}
            onPanel={setPanel}
            guard={guard}
            swipe={swipe}
            onClose={close}
            onTrashed={() => ((next ?? previous) ? goTo(next ?? previous) : close())}
            neighbours={
              position && (
                <>
                  {previous && <Neighbour to="previous" onClick={() => goTo(previous)} />}
                  {next && <Neighbour to="next" onClick={() => goTo(next)} />}
                </>
              )
            }
          />
        ) : (
          <>
            <ViewerBar icon={null} title={<Modal.Title />} facts="" actions={[]} onClose={close} />
            <div className={classes.body}>
              <div className={classes.stage} tabIndex={-1} data-autofocus>
                {viewed.state === "loading" && <Waiting />}
                {viewed.state === "failed" && (
                  <ErrorState error={viewed.error} title={strings.viewer.failed} onRetry={viewed.retry} />
                )}
                {viewed.state === "gone" && (
                  <Suspense fallback={<Waiting />}>
                    <GoneFile file={file} onSaved={onNavigate} />
                  </Suspense>
                )}
              </div>
            </div>
          </>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}

interface Neighbours {
  readonly previous: Entry | undefined;
  readonly next: Entry | undefined;
  /** Null where there is nothing to go on to. */
  readonly position: { readonly at: number; readonly all: number } | null;
}

function useNeighbours(file: string, siblings: readonly string[]): Neighbours {
  const drive = useDrive();
  return useMemo(() => {
    const files = siblings.map((id) => drive.entry(id)).filter((entry) => entry?.type === "file");
    const at = files.findIndex((entry) => entry?.id === file);
    const position = at >= 0 && files.length > 1 ? { at: at + 1, all: files.length } : null;
    return { previous: at > 0 ? files[at - 1] : undefined, next: at >= 0 ? files[at + 1] : undefined, position };
  }, [drive, file, siblings]);
}
