import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { FolderPage, RootFolderPage } from "../files/folder-page.tsx";
import { BrokenPage, NothingHere } from "./broken-page.tsx";
import { queryOf } from "../search/query-of.ts";
import { nextPath } from "./next-path.ts";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ notFoundComponent: NothingHere });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/files" });
  },
});

/** Everything that needs somebody signed in, inside the shell; with the folders, in the first load. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
});

/** `view` is the file that is open over the folder. */
interface FolderSearch {
  view?: string;
}
const folderSearch = (search: Record<string, unknown>): FolderSearch =>
  typeof search.view === "string" ? { view: search.view } : {};

const files = createRoute({
  getParentRoute: () => shell,
  path: "/files",
  validateSearch: folderSearch,
  component: RootFolderPage,
});
const folder = createRoute({
  getParentRoute: () => shell,
  path: "/files/$folder",
  validateSearch: folderSearch,
  component: FolderPage,
});
const file = createRoute({
  getParentRoute: () => shell,
  path: "/file/$file",
  component: lazyRouteComponent(() => import("../files/file-page.tsx"), "FilePage"),
});
const starred = createRoute({
  getParentRoute: () => shell,
  path: "/starred",
  validateSearch: folderSearch,
  component: lazyRouteComponent(() => import("../files/starred-page.tsx"), "StarredPage"),
});
/** `q` is the query, `view` the file that is open over its results. */
const search = createRoute({
  getParentRoute: () => shell,
  path: "/search",
  validateSearch: (search: Record<string, unknown>): { q: string; view?: string } => ({
    q: queryOf(search),
    ...folderSearch(search),
  }),
  component: lazyRouteComponent(() => import("../search/search-page.tsx"), "SearchPage"),
});
const shared = createRoute({
  getParentRoute: () => shell,
  path: "/shared/{-$section}",
  component: lazyRouteComponent(() => import("../sharing/shared-page.tsx"), "SharedPage"),
});
/** As it was called before folders were shared with people. */
const links = createRoute({
  getParentRoute: () => shell,
  path: "/links",
  beforeLoad: () => {
    throw redirect({ to: "/shared/{-$section}", params: { section: "links" }, replace: true });
  },
});
const activity = createRoute({
  getParentRoute: () => shell,
  path: "/activity",
  component: lazyRouteComponent(() => import("../activity/activity-page.tsx"), "ActivityPage"),
});
/** `of`: the shared folder of somebody else's whose trash it is. */
interface TrashSearch {
  of?: string;
}
const trash = createRoute({
  getParentRoute: () => shell,
  path: "/trash",
  validateSearch: ({ of }: Record<string, unknown>): TrashSearch => (typeof of === "string" ? { of } : {}),
  component: lazyRouteComponent(() => import("../files/trash-page.tsx"), "TrashPage"),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings/{-$section}",
  component: lazyRouteComponent(() => import("../settings/settings-page.tsx"), "SettingsPage"),
});

const administration = createRoute({
  getParentRoute: () => shell,
  path: "/admin/{-$section}",
  // Of whom the records are, where they are not everybody's.
  validateSearch: ({ account }: Record<string, unknown>): { account?: string } =>
    typeof account === "string" ? { account } : {},
  component: lazyRouteComponent(() => import("../admin/admin-page.tsx"), "AdminPage"),
});

/** `next` is where to go when it is done: a path of this app. */
interface EntrySearch {
  next?: string;
}
const entrySearch = (search: Record<string, unknown>): EntrySearch => {
  const next = nextPath(search.next, location.origin);
  return next === undefined ? {} : { next };
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: entrySearch,
  component: lazyRouteComponent(() => import("../entry/sign-in-page.tsx"), "SignInPage"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  validateSearch: entrySearch,
  component: lazyRouteComponent(() => import("../entry/sign-up-page.tsx"), "SignUpPage"),
});
const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("../entry/forgot-password-page.tsx"), "ForgotPasswordPage"),
});
const resetPassword = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(() => import("../entry/reset-password-page.tsx"), "ResetPasswordPage"),
});
const verifyEmail = createRoute({
  getParentRoute: () => root,
  path: "/verify-email",
  component: lazyRouteComponent(() => import("../entry/verify-email-page.tsx"), "VerifyEmailPage"),
});
/** Where the mail of an invitation leads: its secret is the fragment. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitations",
  component: lazyRouteComponent(() => import("../sharing/invitation-page.tsx"), "InvitationPage"),
});
const device = createRoute({
  getParentRoute: () => root,
  path: "/device",
  validateSearch: (search: Record<string, unknown>): { user_code?: string } =>
    typeof search.user_code === "string" ? { user_code: search.user_code } : {},
  component: lazyRouteComponent(() => import("../entry/device-page.tsx"), "DevicePage"),
});

/** `folder` and `view` are a folder and a file below what the link opens. */
interface GuestSearch {
  folder?: string;
  view?: string;
}
const guest = createRoute({
  getParentRoute: () => root,
  path: "/s/$token",
  validateSearch: ({ folder, view }: Record<string, unknown>): GuestSearch => ({
    ...(typeof folder === "string" && { folder }),
    ...(typeof view === "string" && { view }),
  }),
  component: lazyRouteComponent(() => import("../guest/guest-page.tsx"), "GuestPage"),
});

const tree = root.addChildren([
  home,
  shell.addChildren([files, folder, file, starred, search, shared, links, activity, trash, settings, administration]),
  signIn,
  signUp,
  forgotPassword,
  resetPassword,
  verifyEmail,
  invitation,
  device,
  guest,
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: BrokenPage,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
