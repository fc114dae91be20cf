import { Home } from "@/features/account/home";

export default function Page() {
  return <Home />;
}
