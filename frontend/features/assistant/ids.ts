/** The id of the line in which one talks to the assistant: what a shortcut focuses. */
export const ASSISTANT_INPUT = "assistant-message";
