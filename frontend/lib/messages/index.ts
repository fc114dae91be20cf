import { en, type Messages } from "./en";

/** The catalogue in use. */
export const t: Messages = en;
