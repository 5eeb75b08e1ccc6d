import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { NoticeArea } from "./notice-area.tsx";
import { queryClient } from "./query-client.ts";
import { router } from "./router.tsx";
import { themeWithTexts } from "./theme-texts.ts";
import { colorSchemeManager } from "./theme.ts";
import { UpdateNotice } from "./update-notice.tsx";

export function App(): ReactNode {
  const [theme] = useState(themeWithTexts);
  return (
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <NoticeArea />
        <UpdateNotice />
      </QueryClientProvider>
    </MantineProvider>
  );
}
