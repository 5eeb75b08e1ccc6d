import { expect, it } from "vitest";
import { newId } from "../../protocol/new-id.ts";
import { useStage } from "./support/stage.ts";
import { unzipped } from "./support/zip.ts";

const stage = useStage();

it("[D5] [B1] [B9] a selection that no address holds is downloaded by the browser, and one that fails is told of", async () => {
  const account = await stage.account();
  const many = Array.from({ length: 300 }, (_, i) => ({ id: newId(), name: `folder ${i}` }));
  await account.api.commit(
    many.map(({ id, name }) => ({ type: "createFolder", id, parent: account.root, name, onConflict: "fail" }) as const),
  );
  const { page, files } = await stage.browse(account);
  const furtherPages = Promise.withResolvers<void>();
  await page.route(/\/children\?.*cursor=/, async (route) => {
    await furtherPages.promise;
    await route.fallback();
  });
  await page.goto(`${stage.url}/files`);
  await files.row("folder 0").click();
  await page.keyboard.press("Control+a");
  await page.getByText("200 selected").waitFor();
  furtherPages.resolve();
  // What is listed only now is of all, too.
  await page.getByText("300 selected").waitFor();
  const press = (): Promise<void> => page.getByRole("toolbar").getByRole("button", { name: "Download" }).click();
  const [zip] = await Promise.all([page.waitForEvent("download"), press()]);
  expect(zip.suggestedFilename()).toBe("Ledge.zip");
  expect([...(await unzipped(zip)).keys()].toSorted()).toEqual(many.map(({ name }) => `${name}/`).toSorted());

  // The server answers with a problem instead: nothing is shown in place of the app.
  await page.route("**/api/zip", (route) =>
    route.fulfill({ status: 500, contentType: "application/problem+json", body: '{"code":"internal"}' }),
  );
  await press();
  await page.getByText("The download failed").waitFor();
  await files.row("folder 0").waitFor();
});
