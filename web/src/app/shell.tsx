import { Loader } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouter } from "@tanstack/react-router";
import { useEffect, type ReactNode } from "react";
import { CommandCenter } from "../commands/command-center.tsx";
import { DriveProvider } from "../drive/drive-provider.tsx";
import { SearchField } from "../search/search-field.tsx";
import { accountQuery } from "../session/account.ts";
import { onSessionEnd } from "../session/session-end.ts";
import { useSharedNodes } from "../sharing/use-shared-nodes.ts";
import { strings } from "../strings/strings.ts";
import { TransfersArea } from "../transfers/transfers-area.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Logo } from "../ui/logo.tsx";
import { UploadsArea } from "../uploads/uploads-area.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionState } from "./connection-state.tsx";
import { BottomNavigation, SideNavigation } from "./navigation.tsx";
import { NotificationBell } from "./notification-bell.tsx";
import { Notices } from "./notices.tsx";
import classes from "./shell.module.css";
import { useFreshAccount } from "./use-fresh-account.ts";
import { usePurgedPreviews } from "./use-purged-previews.ts";

/** Everything around the pages of somebody who is signed in. */
export function Shell(): ReactNode {
  useSignInWhenOver();
  const { data: account, error, refetch } = useQuery(accountQuery);
  if (!account) {
    return error ? <ErrorState error={error} onRetry={() => void refetch()} /> : <Waiting />;
  }
  return (
    <DriveProvider account={account}>
      <Frame />
      <Notices />
      <CommandCenter />
      <div className={classes.corner}>
        <TransfersArea />
        <UploadsArea />
      </div>
    </DriveProvider>
  );
}

/** Header, places and the page. */
function Frame(): ReactNode {
  useFreshAccount();
  usePurgedPreviews();
  useSharedNodes();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {strings.app.skipToContent}
      </a>
      <header className={classes.header}>
        <Link to="/files" className={classes.logo} aria-label={strings.app.name}>
          <Logo size={30} /> <span className={classes.logoText}>{strings.app.name}</span>
        </Link>
        <SearchField />
        <div className={classes.tools}>
          <ConnectionState />
          <NotificationBell />
          <AccountMenu />
        </div>
      </header>
      <div className={classes.side}>
        <SideNavigation />
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <nav className={classes.bar} aria-label={strings.app.navigation}>
        <BottomNavigation />
      </nav>
    </div>
  );
}

/** Where the session is over, the way leads to the sign-in page and back. */
function useSignInWhenOver(): void {
  const router = useRouter();
  useEffect(
    () =>
      onSessionEnd(() => {
        const next = router.state.location.href;
        void router.navigate({ to: "/sign-in", search: next === "/files" ? {} : { next }, replace: true });
      }),
    [router],
  );
}

function Waiting(): ReactNode {
  return (
    <div className={classes.waiting}>
      <Loader aria-label={strings.app.loading} />
    </div>
  );
}
