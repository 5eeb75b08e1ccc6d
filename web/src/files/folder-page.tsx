import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { DropTarget } from "../uploads/drop-target.tsx";
import { FolderView } from "./folder-view.tsx";

const route = getRouteApi("/shell/files/$folder");

export function FolderPage(): ReactNode {
  const { folder } = route.useParams();
  return <Keyed folder={folder} />;
}

export function RootFolderPage(): ReactNode {
  return <Keyed folder={useDrive().root} />;
}

/** Mounted anew for another folder; files from outside are dropped on all of it. */
function Keyed({ folder }: { readonly folder: string }): ReactNode {
  const { root } = useDrive();
  const own = useEntry(folder);
  const name = folder === root ? strings.files.root : (own?.name ?? "");
  return (
    <DropTarget folder={folder} name={name}>
      <FolderView key={folder} folder={folder} />
    </DropTarget>
  );
}
