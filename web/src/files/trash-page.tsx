import type { ReactNode } from "react";

export function TrashPage(): ReactNode {
  return null;
}
