import { Loader } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type ReactNode } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { folderOf } from "../drive/folder-of.ts";
import { strings } from "../strings/strings.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { ButtonLink } from "../ui/links.tsx";
import classes from "./folder-view.module.css";

const route = getRouteApi("/shell/file/$file");

/** A link to a file: goes to its folder, with the file open over it. */
export function FilePage(): ReactNode {
  const { file } = route.useParams();
  return <Found key={file} file={file} />;
}

function Found({ file }: { readonly file: string }): ReactNode {
  const drive = useDrive();
  const navigate = useNavigate();
  const [outcome, setOutcome] = useState<"missing" | { readonly error: unknown } | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    setOutcome(null);
    drive.need(file).then(
      (entry) => {
        if (isOver) return;
        if (!entry || entry.state !== "live") setOutcome("missing");
        else if (entry.type === "folder") {
          void navigate({ to: "/files/$folder", params: { folder: folderOf(entry) }, replace: true });
        } else if (entry.parent === drive.root || entry.parent === null) {
          void navigate({ to: "/files", search: { view: entry.id }, replace: true });
        } else {
          const params = { folder: entry.parent };
          void navigate({ to: "/files/$folder", params, search: { view: entry.id }, replace: true });
        }
      },
      (error: unknown) => {
        if (!isOver) setOutcome({ error });
      },
    );
    return () => {
      isOver = true;
    };
  }, [drive, navigate, file, attempt]);

  return (
    <div className={classes.fileState}>
      {outcome === null && <Loader aria-label={strings.files.loading} />}
      {outcome === "missing" && (
        <EmptyState icon={IconFileOff} title={strings.files.missingFile} text={strings.files.missingText}>
          <ButtonLink to="/files">{strings.files.toRoot}</ButtonLink>
          <ButtonLink to="/trash" variant="default">
            {strings.files.toTrash}
          </ButtonLink>
        </EmptyState>
      )}
      {outcome !== null && outcome !== "missing" && (
        <ErrorState error={outcome.error} onRetry={() => setAttempt(attempt + 1)} />
      )}
    </div>
  );
}
