import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { useEntry } from "../drive/hooks.ts";
import { strings } from "../strings/strings.ts";
import { DropTarget } from "../uploads/drop-target.tsx";
import { FolderView } from "./folder-view.tsx";

const route = getRouteApi("/shell/files/$folder");

export function FolderPage(): ReactNode {
  const { folder } = route.useParams();
  return <Retried folder={folder} />;
}

export function RootFolderPage(): ReactNode {
  return <Retried folder={useDrive().root} />;
}

/** Mounted anew for another folder, and where the person asks for it again. */
function Retried({ folder }: { readonly folder: string }): ReactNode {
  const [attempt, setAttempt] = useState(0);
  const { root } = useDrive();
  const name = useEntry(folder)?.name;
  return (
    <DropTarget folder={folder} name={folder === root ? strings.files.root : (name ?? "")}>
      <FolderView key={`${folder} ${attempt}`} folder={folder} onRetry={() => setAttempt(attempt + 1)} />
    </DropTarget>
  );
}
