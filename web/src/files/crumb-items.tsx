import { Menu } from "@mantine/core";
import type { ReactNode } from "react";
import { FolderLink } from "./folder-link.tsx";

interface CrumbItemsProps {
  readonly crumbs: readonly { readonly id: string; readonly name: string }[];
}

/** Folders of the path that there is no room for. */
export function CrumbItems({ crumbs }: CrumbItemsProps): ReactNode {
  return crumbs.map((crumb) => (
    <Menu.Item key={crumb.id} renderRoot={(props) => <FolderLink folder={crumb.id} {...props} />}>
      {crumb.name}
    </Menu.Item>
  ));
}
