import { Menu, Text, useMantineColorScheme } from "@mantine/core";
import { IconHistory, IconKeyboard, IconLogout, IconSettings, IconShieldCog } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { showCommandWindow } from "../commands/command-windows.ts";
import { useDrive } from "../drive/drive-context.ts";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import classes from "./account-menu.module.css";
import { leave } from "./leave.ts";

/** Who is signed in, how the app looks, and the way out. */
export function AccountItems(): ReactNode {
  const account = useAccount();
  return (
    <>
      <div className={classes.who}>
        <Text fw={600} truncate>
          {account.name}
        </Text>
        <Text size="sm" className={classes.dim} truncate>
          {account.email}
        </Text>
        {account.admin && (
          <Text size="xs" className={classes.dim}>
            {strings.app.administrator}
          </Text>
        )}
      </div>
      <Menu.Divider />
      <ThemeChoice />
      <Menu.Divider />
      <Menu.Item component={Link} to="/activity" leftSection={<IconHistory size={18} aria-hidden />}>
        {strings.app.activity}
      </Menu.Item>
      <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={18} aria-hidden />}>
        {strings.app.settings}
      </Menu.Item>
      {account.admin && (
        <Menu.Item component={Link} to="/admin" leftSection={<IconShieldCog size={18} aria-hidden />}>
          {strings.app.administration}
        </Menu.Item>
      )}
      <Menu.Item
        leftSection={<IconKeyboard size={18} aria-hidden />}
        onClick={() => showCommandWindow("shortcuts")}
        visibleFrom="sm"
      >
        {strings.app.shortcuts}
      </Menu.Item>
      <SignOutItem />
    </>
  );
}

function ThemeChoice(): ReactNode {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <div className={classes.theme} role="group" aria-label={strings.app.theme}>
      {(["light", "dark", "auto"] as const).map((scheme) => (
        <Menu.RadioItem
          key={scheme}
          value={scheme}
          checked={colorScheme === scheme}
          classNames={{ item: classes.scheme, itemIndicator: classes.indicator }}
          onChange={() => setColorScheme(scheme)}
        >
          {strings.app.themes[scheme]}
        </Menu.RadioItem>
      ))}
    </div>
  );
}

function SignOutItem(): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const { id } = useAccount();
  const drive = useDrive();
  const signOut = (): void => {
    setBusy(true);
    void leave(id, drive.status().waiting).finally(() => setBusy(false));
  };
  return (
    <Menu.Item
      leftSection={<IconLogout size={18} aria-hidden />}
      disabled={isBusy}
      closeMenuOnClick={false}
      onClick={signOut}
    >
      {isBusy ? strings.app.signingOut : strings.app.signOut}
    </Menu.Item>
  );
}
