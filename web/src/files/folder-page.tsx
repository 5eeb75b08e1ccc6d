import type { ReactNode } from "react";

export function FolderPage(): ReactNode {
  return null;
}

export function RootFolderPage(): ReactNode {
  return null;
}
