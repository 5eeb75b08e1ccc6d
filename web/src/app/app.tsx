import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { queryClient } from "./query-client.ts";
import { router } from "./router.tsx";
import { colorSchemeManager, theme } from "./theme.ts";

export function App(): ReactNode {
  return (
    <MantineProvider theme={theme} colorSchemeManager={colorSchemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Notifications position="bottom-left" />
      </QueryClientProvider>
    </MantineProvider>
  );
}
