/** The API's shapes under the names that the page uses. The only place that knows the generated names. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Task = Schemas["TaskOut"];
export type TaskInput = Schemas["TaskInput"];
export type TaskPatch = Schemas["TaskPatch"];
export type TaskPage = Schemas["TaskPage"];
export type Reminder = Task["reminders"][number];
export type Step = Schemas["Step"];
export type BulkRequest = Schemas["BulkRequest"];
export type User = Schemas["UserOut"];
export type Project = Schemas["ProjectOut"];
export type Tag = Schemas["TagOut"];
export type SavedFilter = Schemas["FilterOut"];
export type Counts = Schemas["Counts"];
export type Reading = Schemas["Reading"];
export type Token = Schemas["TokenOut"];
export type Session = Schemas["SessionOut"];
export type Conversation = Schemas["ConversationOut"];
export type Message = Schemas["MessageOut"];
export type ToolCall = Schemas["ToolCall"];
export type Scope = Schemas["TokenInput"]["scopes"][number];
export type Stats = Schemas["Stats"];
export type DayCount = Schemas["DayCount"];
export type Feed = Schemas["FeedState"];
export type ImportReport = Schemas["ImportReport"];
export type ImportProblem = ImportReport["problems"][number];
export type ImportedTask = Omit<ImportReport["sample"][number], "due"> & { due: Task["due"] };
