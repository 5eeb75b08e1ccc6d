import { getRouteApi, Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useCanEdit, useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { DropTarget } from "../uploads/drop-target.tsx";
import { FolderView } from "./folder-view.tsx";

const route = getRouteApi("/shell/files/$folder");

export function FolderPage(): ReactNode {
  const { folder } = route.useParams();
  const mount = useEntry(folder)?.mount;
  // The address of a mount is as good as that of the shared folder that it stands for.
  if (mount !== undefined) return <Navigate to="/files/$folder" params={{ folder: mount }} search={keep} replace />;
  return <Keyed folder={folder} />;
}

const keep = <Search,>(search: Search): Search => search;

export function RootFolderPage(): ReactNode {
  return <Keyed folder={useDrive().root} />;
}

/** Mounted anew for another folder; files from outside are dropped on all of it. */
function Keyed({ folder }: { readonly folder: string }): ReactNode {
  const { root } = useDrive();
  const own = useEntry(folder);
  const name = folder === root ? strings.files.root : (own?.name ?? "");
  return (
    <DropTarget folder={folder} name={name} canDrop={useCanEdit(folder)}>
      <FolderView key={folder} folder={folder} />
    </DropTarget>
  );
}
