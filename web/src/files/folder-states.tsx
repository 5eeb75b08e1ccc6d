import { Button } from "@mantine/core";
import {
  IconFolderOff,
  IconFolderOpen,
  IconFolderPlus,
  IconSearchOff,
  IconUpload,
  IconUsersMinus,
} from "@tabler/icons-react";
import { Suspense, type CSSProperties, type ReactNode } from "react";
import type { FolderView } from "../drive/drive.ts";
import { useDrive } from "../drive/drive-context.ts";
import { strings } from "../strings/strings.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { lazy } from "../ui/lazy.tsx";
import { ButtonLink } from "../ui/links.tsx";
import classes from "./folder-view.module.css";
import { useUploads } from "./upload-slot.ts";

const EmptyDrive = lazy(() => import("./empty-drive.tsx").then((file) => file.EmptyDrive));

interface FolderStatesProps {
  readonly folder: string;
  /** Whether anything can be put into it. */
  readonly canEdit: boolean;
  readonly state: FolderView;
  readonly filter: string;
  /** Whether what is shown is of the folder as it is now. */
  readonly isSettled: boolean;
  readonly onNewFolder: () => void;
  readonly onClearFilter: () => void;
  readonly onRetry: () => void;
}

/** What is shown of a folder in place of a list. */
export function FolderStates(props: FolderStatesProps): ReactNode {
  return <div className={classes.center}>{content(props)}</div>;
}

function content({ folder, canEdit, state, filter, isSettled, ...on }: FolderStatesProps): ReactNode {
  const text = strings.files;
  if (state.state === "unshared") {
    return (
      <EmptyState isPage icon={IconUsersMinus} title={text.unshared} text={text.unsharedText}>
        <ButtonLink to="/files">{text.toRoot}</ButtonLink>
      </EmptyState>
    );
  }
  if (state.state === "missing") {
    return (
      <EmptyState isPage icon={IconFolderOff} title={text.missing} text={text.missingText}>
        <ButtonLink to="/files">{text.toRoot}</ButtonLink>
        <ButtonLink to="/trash" variant="default">
          {text.toTrash}
        </ButtonLink>
      </EmptyState>
    );
  }
  if (state.state === "failed" && state.entries.length === 0)
    return <ErrorState error={state.error} onRetry={on.onRetry} />;
  if (state.state === "loading" || (state.state === "partial" && state.entries.length === 0) || !isSettled)
    return <Skeletons />;
  if (filter.trim() !== "" && state.entries.length > 0) {
    return (
      <EmptyState icon={IconSearchOff} title={text.nothingFound} text={text.nothingFoundText(filter.trim())}>
        <Button variant="default" onClick={on.onClearFilter}>
          {text.clearFilter}
        </Button>
      </EmptyState>
    );
  }
  if (!canEdit) return <EmptyState icon={IconFolderOpen} title={text.emptyFolder} text={text.sharing.emptyToView} />;
  return <Empty folder={folder} onNewFolder={on.onNewFolder} />;
}

function Empty({ folder, onNewFolder }: { readonly folder: string; readonly onNewFolder: () => void }): ReactNode {
  const drive = useDrive();
  const uploads = useUploads();
  const text = strings.files;
  const buttons = (
    <>
      {uploads && (
        <Button leftSection={<IconUpload size={18} aria-hidden />} onClick={() => uploads.pickFiles(folder)}>
          {text.uploadFiles}
        </Button>
      )}
      <Button
        variant={uploads ? "default" : "filled"}
        leftSection={<IconFolderPlus size={18} aria-hidden />}
        onClick={onNewFolder}
      >
        {text.newFolder}
      </Button>
    </>
  );
  if (folder === drive.root) {
    return (
      <Suspense>
        <EmptyDrive>{buttons}</EmptyDrive>
      </Suspense>
    );
  }
  return (
    <EmptyState icon={IconFolderOpen} title={text.emptyFolder} text={text.emptyFolderText}>
      {buttons}
    </EmptyState>
  );
}

const WIDTHS = [22, 35, 12, 28, 40, 17, 31, 24, 14, 37];

/** As high as the rows that come. */
export function Skeletons(): ReactNode {
  return (
    <div role="status" aria-label={strings.files.loading}>
      {WIDTHS.map((width) => (
        <div key={width} className={classes.skeleton} style={{ "--width": width } as CSSProperties} />
      ))}
    </div>
  );
}
