import type { Locator } from "playwright-core";
import { expect, it } from "vitest";
import { until } from "../e2e/support/ledge-process.ts";
import { putFile } from "./support/accounts.ts";
import { FAX, HEIC, JBIG2, JP2, scan } from "./support/sample-files.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** What an image looks like at two of its points: inside of its upper left corner, and in its middle. */
function colours(image: Locator): Promise<{ size: string; corner: string; middle: string }> {
  return image.evaluate(async (element) => {
    const shown = element as HTMLImageElement;
    await shown.decode();
    const { naturalWidth: width, naturalHeight: height } = shown;
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    if (!context) throw new Error("no canvas");
    context.drawImage(shown, 0, 0);
    const at = (x: number, y: number): string => {
      const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data;
      return red > green && red > blue ? "red" : "other";
    };
    return { size: `${width} ${height}`, corner: at(width / 10, height / 10), middle: at(width / 2, height / 2) };
  });
}

const PHOTOGRAPH = { size: "96 64", corner: "red", middle: "other" };

it("[B15] a phone's photograph is shown, also where the browser cannot read it", async () => {
  const account = await stage.account();
  await putFile(account, account.root, "IMG_1.heic", HEIC);
  await putFile(account, account.root, "IMG_2.heic", HEIC.subarray(0, 300));
  const { page, files } = await stage.visit(account);
  await files.open("IMG_1.heic");
  const image = page.getByRole("dialog").getByRole("img", { name: "IMG_1.heic" });
  await expect.poll(() => image.getAttribute("data-shown")).not.toBeNull();
  expect(await colours(image)).toEqual(PHOTOGRAPH);
  await page.keyboard.press("ArrowRight");
  await page.getByText("This file cannot be shown").waitFor();
});

it("[H5] the owner's browser draws the thumbnail of a phone's photograph, and gives it", async () => {
  const account = await stage.account();
  const photo = await putFile(account, account.root, "IMG_1.heic", HEIC);
  const { page, files } = await stage.visit(account);
  await page.getByRole("radio", { name: "Grid" }).locator("xpath=..").click();
  const image = files.row("IMG_1.heic").locator('img[data-thumbnail="image"]');
  await image.waitFor();
  expect(await colours(image)).toEqual(PHOTOGRAPH);
  await until(
    async () => (await account.api.thumbnails([photo.id]))[0]?.kind === "image",
    "the thumbnail was given",
    60_000,
  );
});

it.each([
  [
    "a fax",
    "/Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 16 /Rows 16 >>",
    FAX,
    [0, 0, 0],
  ],
  ["JBIG2", "/Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", JBIG2, [0, 0, 0]],
  ["JPEG 2000", "/Width 32 /Height 32 /Filter /JPXDecode", JP2, [220, 30, 30]],
])("[B15] a scanned page that is %s is drawn", async (_, dictionary, bytes, colour) => {
  const account = await stage.account();
  await putFile(account, account.root, "scan.pdf", scan(dictionary, bytes));
  const { page, files } = await stage.visit(account);
  await files.open("scan.pdf");
  const canvas = page.getByRole("group", { name: "Page 1", exact: true }).locator("canvas");
  const middle = (): Promise<number[]> =>
    canvas.evaluate((element: HTMLCanvasElement) => {
      const { data } = element.getContext("2d")!.getImageData(element.width / 2, element.height / 2, 1, 1);
      // JPEG 2000 is not exact.
      return Array.from(data.slice(0, 3), (value) => Math.round(value / 10) * 10);
    });
  await expect.poll(middle).toEqual(colour);
});

it("[B1] WebAssembly runs in the decoders' workers alone: not in the page", async () => {
  const { page } = await stage.browse();
  await page.goto(stage.url);
  const empty = [0, 97, 115, 109, 1, 0, 0, 0];
  const compiled = await page.evaluate(
    (bytes) =>
      WebAssembly.compile(new Uint8Array(bytes)).then(
        () => "compiled",
        () => "refused",
      ),
    empty,
  );
  expect(compiled).toBe("refused");
  // Which the browser says in its console as well.
  await stage.endVisits();
});
