import type { ReactNode } from "react";

export function StarredPage(): ReactNode {
  return null;
}
