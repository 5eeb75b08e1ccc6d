import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { lazy } from "../ui/lazy.tsx";

const Viewer = lazy(() => import("../viewer/viewer.tsx").then((file) => file.Viewer));

interface OpenedFileProps {
  readonly rows: readonly Pick<Entry, "id" | "type">[];
  /** The person went on to another file. */
  readonly onNavigate: (id: string) => void;
  readonly onClosed: () => void;
}

/** The file that the address opens over the list; the list's other files are the ones to go on to. */
export function OpenedFile({ rows, onNavigate, onClosed }: OpenedFileProps): ReactNode {
  const { view } = useSearch({ strict: false });
  const navigate = useNavigate();
  const router = useRouter();
  // Where the list was shown before the file, closing is going back; a link to the file has nothing to go back to.
  const wasClosed = useRef(view === undefined);
  const isBack = useRef(false);
  useEffect(() => {
    if (view === undefined) {
      if (isBack.current) onClosed();
      isBack.current = false;
      wasClosed.current = true;
    }
  }, [view, onClosed]);
  const siblings = useMemo(
    () => (view === undefined ? [] : rows.filter((entry) => entry.type === "file").map((entry) => entry.id)),
    [rows, view],
  );
  if (view === undefined) return null;
  return (
    <Suspense>
      <Viewer
        file={view}
        siblings={siblings}
        onNavigate={(id) => {
          onNavigate(id);
          void navigate({ to: ".", search: (was) => ({ ...was, view: id }), replace: true });
        }}
        onClose={() => {
          isBack.current = true;
          if (wasClosed.current) router.history.back();
          else void navigate({ to: ".", search: ({ view: _view, ...others }) => others, replace: true });
        }}
      />
    </Suspense>
  );
}
