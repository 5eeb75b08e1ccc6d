import { Loader } from "@mantine/core";
import { Component, Suspense, type ComponentType, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { lazy } from "../ui/lazy.tsx";
import type { FileVersion } from "./load-bytes.ts";
import classes from "./preview.module.css";
import { previewKind, type PreviewKind } from "./preview-kind.ts";
import type { PreviewProps } from "./preview-props.ts";
import { UnshownCard } from "./unshown-card.tsx";

const image = lazy(() => import("./image-preview.tsx").then((file) => file.ImagePreview));

/** Each is fetched when a file of its kind is first opened. */
const PREVIEWS: Readonly<Record<PreviewKind, ComponentType<PreviewProps>>> = {
  image,
  vector: image,
  video: lazy(() => import("./media-preview.tsx").then((file) => file.VideoPreview)),
  audio: lazy(() => import("./media-preview.tsx").then((file) => file.AudioPreview)),
  pdf: lazy(() => import("./pdf-preview.tsx").then((file) => file.PdfPreview)),
  markdown: lazy(() => import("./markdown-preview.tsx").then((file) => file.MarkdownPreview)),
  table: lazy(() => import("./table-preview.tsx").then((file) => file.TablePreview)),
  text: lazy(() => import("./text-preview.tsx").then((file) => file.TextPreview)),
};

interface FilePreviewProps {
  readonly file: FileVersion;
  readonly name: string;
  /** Null: it cannot be saved. */
  readonly onDownload: (() => void) | null;
  /** Null: it cannot be edited. */
  readonly onEdit: (() => void) | null;
}

/** A version of a file, drawn as what it is; else what it is, and the download. */
export function FilePreview({ file, name, onDownload, onEdit }: FilePreviewProps): ReactNode {
  const choice = previewKind(name, file.size);
  const card = { name, size: file.size, onDownload, onEdit };
  if (choice.kind === "card") return <UnshownCard {...card} why={choice.why} limit={choice.limit} />;
  const Preview = PREVIEWS[choice.kind];
  const isText = choice.kind === "text";
  const renderUnshown = (): ReactNode => <UnshownCard {...card} why={isText ? "not_shown" : "damaged"} />;
  return (
    <FailureBoundary key={`${file.id} ${file.version}`}>
      <Suspense fallback={<Waiting />}>
        <Preview file={file} name={name} renderUnshown={renderUnshown} />
      </Suspense>
    </FailureBoundary>
  );
}

/** While a preview or its file is on the way. */
export function Waiting(): ReactNode {
  return (
    <div className={classes.waiting}>
      <Loader role="status" aria-label={strings.viewer.loading} />
    </div>
  );
}

/** Where a preview's code could not be fetched, or it failed over what it was to draw. */
class FailureBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override readonly state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { readonly error: unknown } {
    return { error: error ?? new Error("unknown") };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const retry = (): void => this.setState({ error: null });
    return <ErrorState error={this.state.error} title={strings.viewer.failed} onRetry={retry} />;
  }
}
