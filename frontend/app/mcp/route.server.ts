import { forward } from "@/lib/server/forward";

export const dynamic = "force-dynamic";

export {
  forward as GET,
  forward as POST,
  forward as PUT,
  forward as PATCH,
  forward as DELETE,
  forward as OPTIONS,
};
