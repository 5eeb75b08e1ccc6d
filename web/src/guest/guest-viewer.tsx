import { Modal } from "@mantine/core";
import { IconDownload, IconFileOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { formatDate, formatNumber, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useFileSource } from "../viewer/file-source.ts";
import { Neighbour } from "../viewer/neighbour.tsx";
import { Waiting } from "../viewer/preview.tsx";
import { usePrefetchedImages } from "../viewer/prefetch-images.ts";
import { useSwipe } from "../viewer/use-swipe.ts";
import { ViewerBar } from "../viewer/viewer-bar.tsx";
import { takesArrows, useViewerKeys } from "../viewer/viewer-keys.ts";
import viewer from "../viewer/viewer.module.css";
import { useGuestDownload } from "./guest-download.ts";
import { isMissing, locationQuery } from "./guest-requests.ts";
import { useOpenedLink } from "./opened-link.ts";
import { GuestPreview } from "./shared-file.tsx";

interface GuestViewerProps {
  /** A node's id. */
  readonly file: string;
  /** The files of the folder, in the order in which they are listed. */
  readonly files: readonly SharedNode[];
  readonly onNavigate: (id: string) => void;
  readonly onClose: () => void;
}

/** A file of a shared folder over the list; arrow keys and swipes go on to the others. */
export function GuestViewer({ file: id, files, onNavigate, onClose }: GuestViewerProps): ReactNode {
  const { secret, canSave, isCounted } = useOpenedLink();
  const download = useGuestDownload();
  const at = files.findIndex((each) => each.id === id);
  // The list may be older than the file, of which the newest version alone is shared: what is listed is shown meanwhile.
  const asked = useQuery(locationQuery(secret, id));
  const found = isMissing(asked.error) ? undefined : newer(files[at], asked.data?.node);
  const file = found?.type === "file" ? found : undefined;
  const [previous, next] = at < 0 ? [] : [files[at - 1], files[at + 1]];
  usePrefetchedImages(isCounted ? [] : [next, previous], useFileSource());
  const go = (to: SharedNode | undefined): void => {
    if (to) onNavigate(to.id);
  };
  const swipe = useSwipe({ onLeft: () => go(next), onRight: () => go(previous) });
  const frame = useViewerKeys((event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") onClose();
    else if (!takesArrows(event)) {
      if (event.key === "ArrowLeft") go(previous);
      else if (event.key === "ArrowRight") go(next);
    }
  });
  const isGone = found?.type === "folder" || isMissing(asked.error);
  return (
    <Modal.Root
      opened
      fullScreen
      onClose={onClose}
      closeOnEscape={false}
      lockScroll={false}
      returnFocus={false}
      padding={0}
      transitionProps={{ transition: "fade", duration: 120 }}
      classNames={{ content: viewer.content }}
    >
      <Modal.Content ref={frame}>
        <ViewerBar
          icon={file && <NodeIcon name={file.name} type="file" size={28} />}
          title={<Modal.Title>{file?.name ?? ""}</Modal.Title>}
          facts={file ? factsOf(file, at, files.length) : ""}
          actions={
            file && canSave
              ? [{ id: "download", label: strings.guest.download, icon: IconDownload, run: () => download([file]) }]
              : []
          }
          onClose={onClose}
        />
        <div className={viewer.body}>
          <div className={viewer.stage} tabIndex={-1} data-autofocus {...swipe}>
            {file && <GuestPreview key={`${file.id} ${file.version}`} file={file} />}
            {!file && isGone && (
              <EmptyState icon={IconFileOff} title={strings.guest.goneInside} text={strings.guest.goneInsideText} />
            )}
            {!file && !isGone && asked.error && <ErrorState error={asked.error} onRetry={() => void asked.refetch()} />}
            {!file && !isGone && !asked.error && <Waiting />}
            {previous && <Neighbour to="previous" onClick={() => go(previous)} />}
            {next && <Neighbour to="next" onClick={() => go(next)} />}
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}

function factsOf(file: SharedNode, at: number, all: number): string {
  const facts = [formatSize(file.size), formatDate(file.mtime)];
  if (at >= 0 && all > 1) facts.push(`${formatNumber(at + 1)} / ${formatNumber(all)}`);
  return facts.join(" · ");
}

function newer(listed: SharedNode | undefined, asked: SharedNode | undefined): SharedNode | undefined {
  return listed && asked && asked.version > listed.version ? asked : (listed ?? asked);
}
