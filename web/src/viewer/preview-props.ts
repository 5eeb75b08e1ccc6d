import type { ReactNode } from "react";
import type { FileVersion } from "./load-bytes.ts";

/** What every preview is given. It is mounted anew for another version. */
export interface PreviewProps {
  readonly file: FileVersion;
  readonly name: string;
  /** In place of what turns out not to be drawn. */
  readonly renderUnshown: () => ReactNode;
}
