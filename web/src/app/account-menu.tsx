import { Avatar, UnstyledButton } from "@mantine/core";
import { type ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import { LazyMenu } from "../ui/lazy-menu.tsx";
import { lazy } from "../ui/lazy.tsx";
import classes from "./account-menu.module.css";

const load = () => import("./account-items.tsx");
const AccountItems = lazy(() => load().then((file) => file.AccountItems));

/** Whose drive this is, in the corner. */
export function AccountMenu(): ReactNode {
  const { name } = useAccount();
  return (
    <LazyMenu
      preload={load}
      position="bottom-end"
      width={264}
      radius="lg"
      button={
        <UnstyledButton className={classes.target} aria-label={strings.app.accountOf(name)}>
          <Avatar size={34} radius="xl" color="moss" variant="filled" name={name} alt="" />
        </UnstyledButton>
      }
    >
      <AccountItems />
    </LazyMenu>
  );
}
