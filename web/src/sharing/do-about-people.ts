import { notifications } from "@mantine/notifications";
import { askPeopleAgain, peopleErrorText } from "./people-requests.ts";

/** Does something about people, and tells what became of it. */
export async function doAboutPeople(act: () => Promise<unknown>, said: string): Promise<void> {
  try {
    await act();
    notifications.show({ message: said });
  } catch (error) {
    notifications.show({ color: "red", message: peopleErrorText(error) });
  }
  askPeopleAgain();
}
