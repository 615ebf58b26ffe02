export { POST } from "@/lib/accepting";
