import { getRouteApi } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
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
  return <FolderView key={`${folder} ${attempt}`} folder={folder} onRetry={() => setAttempt(attempt + 1)} />;
}
