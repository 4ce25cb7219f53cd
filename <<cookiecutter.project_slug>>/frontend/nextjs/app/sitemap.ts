import type { MetadataRoute } from "next";
import { site } from "@/lib/site";

export default function sitemap(): MetadataRoute.Sitemap {
  return [
    { url: `https://${site.domain}/`, changeFrequency: "weekly", priority: 1 },
    { url: `https://${site.domain}/pricing`, changeFrequency: "monthly", priority: 0.8 },
  ];
}
