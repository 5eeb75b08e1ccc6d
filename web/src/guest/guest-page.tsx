import { Loader } from "@mantine/core";
import { IconLinkOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Suspense, useMemo, type ReactNode } from "react";
import type { SharedLink } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { lazy } from "../ui/lazy.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { FileSourceContext } from "../viewer/file-source.ts";
import { GuestFrame } from "./guest-frame.tsx";
import { isLocked, isMissing, linkQuery, secretOf } from "./guest-requests.ts";
import { filesOf, OpenedLinkContext, thumbnailsOf, type OpenedLink } from "./opened-link.ts";
import { UnlockForm } from "./unlock-form.tsx";

const DropPage = lazy(() => import("./drop-page.tsx").then((file) => file.DropPage));
const SharedFile = lazy(() => import("./shared-file.tsx").then((file) => file.SharedFile));
const SharedFolder = lazy(() => import("./shared-folder.tsx").then((file) => file.SharedFolder));

/** What a link opens, for whoever has it: nobody needs to be signed in. */
export function GuestPage(): ReactNode {
  const { token } = useParams({ from: "/s/$token" });
  const secret = secretOf(token);
  const { data, error, refetch } = useQuery(linkQuery(secret));
  if (isLocked(error)) return <UnlockForm secret={secret} onOpen={() => void refetch()} />;
  if (isMissing(error)) return <NoLink />;
  if (data) return <Opened key={secret} secret={secret} link={data} />;
  if (error) {
    return (
      <GuestFrame>
        <ErrorState error={error} title={strings.guest.failed} onRetry={() => void refetch()} />
      </GuestFrame>
    );
  }
  return <Waiting />;
}

function Opened({ secret, link }: { readonly secret: string; readonly link: SharedLink }): ReactNode {
  usePageTitle(link.name);
  const files = useMemo(() => filesOf(secret), [secret]);
  const isCounted = link.downloadsLeft !== null;
  const thumbnails = useMemo(() => (isCounted ? null : thumbnailsOf(secret)), [secret, isCounted]);
  const opened = useMemo<OpenedLink>(
    () => ({ ...link, secret, canSave: link.permission === "download", isCounted, thumbnails }),
    [secret, link, isCounted, thumbnails],
  );
  return (
    <OpenedLinkContext value={opened}>
      <FileSourceContext value={files}>
        <Suspense fallback={<Waiting />}>
          {link.permission === "upload" && <DropPage />}
          {link.node?.type === "file" && <SharedFile file={link.node} />}
          {link.node?.type === "folder" && <SharedFolder root={link.node} />}
        </Suspense>
      </FileSourceContext>
    </OpenedLinkContext>
  );
}

function Waiting(): ReactNode {
  return (
    <GuestFrame>
      <Loader role="status" aria-label={strings.guest.loading} />
    </GuestFrame>
  );
}

/** The same for what never was, what is over, and what is no more. */
function NoLink(): ReactNode {
  usePageTitle(strings.guest.gone);
  return (
    <GuestFrame>
      <EmptyState icon={IconLinkOff} isPage title={strings.guest.gone} text={strings.guest.goneText} />
    </GuestFrame>
  );
}
